package dev.poolmark.analysis.report;

import dev.poolmark.analysis.study.Benchmark;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Study;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How the pictures name what they show. */
final class Axes {

  /** A picture of more cells would be unreadable; the CSV files have all. */
  static final int MAX_CELLS = 60;

  private Axes() {}

  /** The cells that pictures and their tables show. */
  static List<Cell> pictured(Study study) {
    List<Cell> cells = study.design().cells();
    return cells.subList(0, Math.min(MAX_CELLS, cells.size()));
  }

  /** The values that tell the cell from others of its scenario. */
  static String label(Study study, Cell cell) {
    Map<String, List<String>> axes = study.design().axes();
    String varied = cell.parameters().entrySet().stream()
        .filter(value -> axes.get(value.getKey()).size() > 1)
        .map(Map.Entry::getValue)
        .collect(Collectors.joining(" "));
    return shortened(varied.isEmpty() ? cell.label() : varied);
  }

  /** As much of it as a picture's line has room for. */
  static String shortened(String text) {
    return text.length() > Svg.LONGEST_LINE ? text.substring(0, Svg.LONGEST_LINE - 1) + "…" : text;
  }

  /** The counts of a scenario. */
  static String counts(Benchmark benchmark) {
    return benchmark.parameters().entrySet().stream()
        .map(e -> e.getKey() + " = " + e.getValue())
        .collect(Collectors.joining(", "));
  }
}

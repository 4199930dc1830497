package dev.poolmark.analysis.report;

import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.study.Target;
import dev.poolmark.analysis.verdict.CellVerdict;
import dev.poolmark.analysis.verdict.JudgedCell;
import dev.poolmark.analysis.verdict.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The savings of all cells with their intervals and the target's band, as SVG. Each row has its figures in words above
 * its interval, so that the plot is narrow enough for a phone, and a shape of its own for each verdict, so that it
 * needs no colours.
 */
final class ForestPlot {

  private static final int WIDTH = 460;
  private static final int LEFT = 16;
  private static final int RIGHT = 444;
  private static final int TOP = 64;
  private static final int HEADING = 30;
  private static final int ROW = 40;
  private static final int LONGEST_LABEL = 28;

  private static final String STYLE = """
      <style>
      .fp-bg{fill:#fff}.fp-band{fill:#0072b2;fill-opacity:.13}.fp-grid{stroke:#b6bcc4;fill:none}
      .fp text{font-family:system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-size:13px;fill:#1f2328}
      .fp .fp-tick,.fp .fp-note{font-size:12px;fill:#4b5563}.fp .fp-head{font-weight:600;font-size:14px}
      .fp-line{stroke-width:2.5;fill:none}.fp-mark{stroke-width:2}
      .fp-within{stroke:#0072b2;fill:#0072b2}.fp-above{stroke:#00795a;fill:#00795a}.fp-below{stroke:#c24f00;fill:#c24f00}
      .fp-inconclusive{stroke:#6b5b00;fill:#fff}.fp-void{stroke:#6b7280;fill:none}.fp-line.fp-void{stroke-dasharray:4 4}
      @media screen and (prefers-color-scheme:dark){
      .fp-bg{fill:#15181c}.fp-band{fill:#56b4e9;fill-opacity:.2}.fp-grid{stroke:#4a525c}
      .fp text{fill:#e6e8ea}.fp .fp-tick,.fp .fp-note{fill:#aeb6bf}
      .fp-within{stroke:#56b4e9;fill:#56b4e9}.fp-above{stroke:#2fc49a;fill:#2fc49a}.fp-below{stroke:#ff8f4a;fill:#ff8f4a}
      .fp-inconclusive{stroke:#e8d24a;fill:#15181c}.fp-void{stroke:#9aa3ad}}
      </style>
      """;

  private final Verdict verdict;
  private final double min;
  private final double max;
  private final StringBuilder rows = new StringBuilder();
  private int bottom = TOP;

  private ForestPlot(Verdict verdict) {
    this.verdict = verdict;
    Target target = verdict.study().target();
    double[] ends = verdict.cells().stream()
        .flatMap(cell -> Stream.concat(
            cell.reductionInterval().stream().flatMap(i -> Stream.of(i.low(), i.high())),
            cell.comparison().map(Comparison::reductionPercent).stream()))
        .mapToDouble(Double::doubleValue)
        .toArray();
    double lowest = Math.min(target.minPercent(), 0);
    double highest = target.maxPercent() + 10;
    for (double end : ends) {
      lowest = Math.min(lowest, end);
      highest = Math.max(highest, end);
    }
    // An interval of a few noisy forks may be wide; beyond these ends its figures say enough.
    this.min = Math.max(-100, 10 * Math.floor(lowest / 10));
    this.max = Math.min(100, 10 * Math.ceil(highest / 10));
  }

  /** The plot as an SVG document; it may stand in HTML as it is. */
  static String svg(Verdict verdict) {
    return new ForestPlot(verdict).draw();
  }

  private String draw() {
    Study study = verdict.study();
    String scenario = "";
    for (JudgedCell cell : verdict.cells()) {
      if (!cell.cell().scenario().equals(scenario)) {
        scenario = cell.cell().scenario();
        heading(scenario, study.benchmarks().get(scenario).parameters());
      }
      row(cell);
    }
    bottom += 6;
    String axis = "latency saved by " + study.arms().candidate().value() + ", %";
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fp\" viewBox=\"0 0 %d %d\" role=\"img\""
            .formatted(WIDTH, bottom + 34));
    svg.append(" aria-labelledby=\"fp-title\">\n<title id=\"fp-title\">")
        .append(Text.xml("Forest plot: " + axis + ", by cell. " + verdict.sentence()))
        .append("</title>\n")
        .append(STYLE)
        .append(
            "<rect class=\"fp-bg\" width=\"%d\" height=\"%d\"/>\n".formatted(WIDTH, bottom + 34));
    text(svg, "fp-head", WIDTH / 2.0, 20, "middle", axis);
    band(svg);
    ticks(svg);
    svg.append(rows).append("</svg>\n");
    return svg.toString();
  }

  private void band(StringBuilder svg) {
    Target target = verdict.study().target();
    double left = x(target.minPercent());
    double right = x(target.maxPercent());
    svg.append("<rect class=\"fp-band\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\"/>\n"
        .formatted(Text.decimal(left, 1), TOP, Text.decimal(right - left, 1), bottom - TOP));
    String label = "target " + Text.shortest(target.minPercent()) + "-"
        + Text.shortest(target.maxPercent()) + " %";
    text(svg, "fp-note", (left + right) / 2, 40, "middle", label);
  }

  private void ticks(StringBuilder svg) {
    for (double at : steps()) {
      text(svg, "fp-tick", x(at), TOP - 6, "middle", Text.shortest(at));
      text(svg, "fp-tick", x(at), bottom + 16, "middle", Text.shortest(at));
    }
  }

  /** Grid lines beside the interval only: they would cross the words above it. */
  private void grid(int top, int height) {
    StringBuilder lines = new StringBuilder();
    for (double at : steps()) {
      lines
          .append("M")
          .append(Text.decimal(x(at), 1))
          .append(' ')
          .append(top)
          .append('v')
          .append(height);
    }
    rows.append("<path class=\"fp-grid\" d=\"%s\"/>\n".formatted(lines));
  }

  private double[] steps() {
    int step = max - min > 100 ? 20 : 10;
    double first = step * Math.ceil(min / step);
    return IntStream.rangeClosed(0, (int) Math.floor((max - first) / step))
        .mapToDouble(i -> first + i * step)
        .toArray();
  }

  private void heading(String scenario, Map<String, String> parameters) {
    text(rows, "fp-head", LEFT, bottom + 21, "start", scenario);
    String counts = String.join(
        ", ",
        parameters.entrySet().stream()
            .map(e -> e.getKey() + " = " + e.getValue())
            .toList());
    text(rows, "fp-note", RIGHT, bottom + 21, "end", counts);
    bottom += HEADING;
  }

  private void row(JudgedCell cell) {
    String label = label(cell);
    rows.append("<g><title>").append(Text.xml(cell.cell().label())).append("</title>\n");
    text(rows, "fp-name", LEFT, bottom + 14, "start", label);
    text(rows, "fp-name", RIGHT, bottom + 14, "end", figures(cell));
    grid(bottom + 19, ROW - 21);
    int middle = bottom + 28;
    String look = "fp-" + cell.verdict().word();
    Optional<Interval> interval = cell.reductionInterval();
    interval.ifPresent(i -> {
      String low = Text.decimal(x(i.low()), 1);
      String high = Text.decimal(x(i.high()), 1);
      rows.append("<path class=\"fp-line %s\" d=\"M%s %dv8m0-4H%sm0-4v8\"/>\n"
          .formatted(look, low, middle - 4, high));
    });
    cell.comparison()
        .ifPresent(c -> mark(cell.verdict(), x(c.reductionPercent()), middle, "fp-mark " + look));
    rows.append("</g>\n");
    bottom += ROW;
  }

  private void mark(CellVerdict verdict, double x, int y, String look) {
    String start = Text.decimal(x, 1) + " " + y;
    String shape = switch (verdict) {
      case WITHIN -> "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z";
      case ABOVE -> "m-6 5h12l-6-11z";
      case BELOW -> "m-6-5h12l-6 11z";
      case INCONCLUSIVE -> "m-6 0l6-6l6 6l-6 6z";
      case VOID -> "m-5-5l10 10m0-10l-10 10";
    };
    rows.append("<path class=\"%s\" d=\"M%s%s\"/>\n".formatted(look, start, shape));
  }

  /** The values that tell the cell from others of its scenario. */
  private String label(JudgedCell cell) {
    Map<String, List<String>> axes = verdict.study().parameters();
    String varied = String.join(
        " ",
        cell.cell().parameters().entrySet().stream()
            .filter(value -> axes.get(value.getKey()).size() > 1)
            .map(Map.Entry::getValue)
            .toList());
    String label = varied.isEmpty() ? cell.cell().label() : varied;
    return label.length() > LONGEST_LABEL ? label.substring(0, LONGEST_LABEL - 1) + "…" : label;
  }

  private static String figures(JudgedCell cell) {
    String point = cell.comparison()
        .map(c -> Text.decimal(c.reductionPercent(), 1) + " % ")
        .orElse("not measured, ");
    String interval = cell.reductionInterval()
        .map(i -> "(" + Text.decimal(i.low(), 1) + " to " + Text.decimal(i.high(), 1) + ") ")
        .orElse(cell.comparison().isPresent() ? "(too few forks) " : "");
    return point + interval + cell.verdict().word();
  }

  private double x(double percent) {
    double within = Math.max(min, Math.min(max, percent));
    return LEFT + (within - min) / (max - min) * (RIGHT - LEFT);
  }

  private static void text(
      StringBuilder svg, String look, double x, double y, String anchor, String text) {
    svg.append("<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>\n"
        .formatted(look, Text.decimal(x, 1), Text.shortest(y), anchor, Text.xml(text)));
  }
}

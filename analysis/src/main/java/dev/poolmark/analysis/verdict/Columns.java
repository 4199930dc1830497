package dev.poolmark.analysis.verdict;

import java.util.List;
import java.util.Locale;

/** Rows of words as columns for the terminal. */
public final class Columns {

  private Columns() {}

  /** The rows, each column as wide as its widest word, lines ended with a newline. All rows are of one length. */
  public static String of(List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        line.append(
            String.format(Locale.ROOT, "%-" + width(rows, column) + "s  ", row.get(column)));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(1);
  }
}

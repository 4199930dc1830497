package dev.poolmark.analysis.study;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What to add to the message about an unknown word: the known word that it most resembles. */
public final class DidYouMean {

  private static final int MAX_DISTANCE = 2;

  private DidYouMean() {}

  /** Such as {@code ; did you mean jdk?}, or nothing if no known word is near. */
  public static String hint(String word, Collection<String> known) {
    return nearest(word, known)
        .map(nearest -> "; did you mean " + nearest + "?")
        .orElse("");
  }

  /** The known word that it most resembles; empty if none is near. */
  static Optional<String> nearest(String word, Collection<String> known) {
    return known.stream()
        .filter(candidate -> isNear(word, candidate))
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
  }

  /** At most one letter in three may differ. */
  private static boolean isNear(String word, String candidate) {
    int longer = Math.max(word.length(), candidate.length());
    return distance(word, candidate) <= Math.min(MAX_DISTANCE, longer / 3);
  }

  /** Edits that turn one word into the other: a letter added, left out or replaced, or two neighbours swapped. */
  static int distance(String from, String to) {
    int[][] edits = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replaced = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        edits[i][j] = Math.min(
            edits[i - 1][j - 1] + replaced, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
        }
      }
    }
    return edits[from.length()][to.length()];
  }
}

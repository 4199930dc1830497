package dev.poolmark.analysis.stats;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Holm's correction (1979): of all the comparisons of a report that find a difference where there is none, at most
 * {@code alpha} of the reports have even one, whatever the comparisons have to do with each other.
 */
public final class Holm {

  private Holm() {}

  /** The corrected values, in the order given: each may be compared with {@code alpha} as it is. */
  public static double[] adjust(double... p) {
    int[] order = IntStream.range(0, p.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> p[i]))
        .mapToInt(i -> i)
        .toArray();
    double[] adjusted = new double[p.length];
    double largest = 0;
    for (int rank = 0; rank < order.length; rank++) {
      largest = Math.max(largest, Math.min(1, (p.length - rank) * p[order[rank]]));
      adjusted[order[rank]] = largest;
    }
    return adjusted;
  }
}

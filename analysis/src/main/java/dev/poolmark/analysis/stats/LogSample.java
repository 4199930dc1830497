package dev.poolmark.analysis.stats;

import java.util.stream.DoubleStream;
import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.Variance;

/** The logarithms of one value per fork: their number, mean and sample variance (0 below two values). */
record LogSample(int size, double mean, double variance) {

  static LogSample of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("values must hold at least one value: []");
    }
    for (double value : values) {
      if (!(value > 0 && Double.isFinite(value))) {
        throw new IllegalArgumentException("values must be finite and > 0: " + value);
      }
    }
    // Distances from the first value, so that equal values have no spread at all.
    double first = Math.log(values[0]);
    double[] distances =
        DoubleStream.of(values).map(value -> Math.log(value) - first).toArray();
    return new LogSample(
        values.length,
        first + Mean.of(distances).getAsDouble(),
        Variance.of(distances).getAsDouble());
  }

  /** The squared standard error of the mean. */
  double squaredError() {
    return variance / size;
  }
}

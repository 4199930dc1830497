package dev.poolmark.analysis.stats;

/** The logarithms of one value per fork: their number, mean and sample variance (NaN below two values). */
record LogSample(int size, double mean, double variance) {

  static LogSample of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("values must hold at least one value: []");
    }
    // Sums are of distances from the first value, so that equal values have no spread at all.
    double first = Math.log(values[0]);
    double sum = 0;
    double squares = 0;
    for (double value : values) {
      if (!(value > 0 && Double.isFinite(value))) {
        throw new IllegalArgumentException("values must be finite and > 0: " + value);
      }
      sum += Math.log(value) - first;
    }
    double shift = sum / values.length;
    for (double value : values) {
      double distance = Math.log(value) - first - shift;
      squares += distance * distance;
    }
    return new LogSample(values.length, first + shift, squares / (values.length - 1));
  }

  /** The squared standard error of the mean. */
  double squaredError() {
    return variance / size;
  }
}

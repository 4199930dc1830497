package dev.poolmark.analysis.stats;

/** The logarithms of one value per fork: their number, mean and sample variance (NaN below two values). */
record LogSample(int size, double mean, double variance) {

  static LogSample of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("values must hold at least one value: []");
    }
    double sum = 0;
    for (double value : values) {
      if (!(value > 0 && Double.isFinite(value))) {
        throw new IllegalArgumentException("values must be finite and > 0: " + value);
      }
      sum += Math.log(value);
    }
    double mean = sum / values.length;
    double squares = 0;
    for (double value : values) {
      squares += (Math.log(value) - mean) * (Math.log(value) - mean);
    }
    return new LogSample(values.length, mean, squares / (values.length - 1));
  }

  /** The squared standard error of the mean. */
  double squaredError() {
    return variance / size;
  }
}

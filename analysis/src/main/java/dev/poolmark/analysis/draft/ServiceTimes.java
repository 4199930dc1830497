package dev.poolmark.analysis.draft;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.LogNormalDistribution;

/**
 * How long a service works on a call: always the same time, or times of a distribution, as the stub draws them.
 *
 * @param text the setting {@code service-time} of a profile, times in ms
 * @param vary whether calls differ
 * @param meanMillis the mean
 * @param quantile the time in ms that this share of the calls does not exceed
 */
public record ServiceTimes(
    String text, boolean vary, double meanMillis, DoubleUnaryOperator quantile) {

  private static final double MAX_SIGMA = 3;

  /**
   * Reads {@code 25ms}, {@code lognormal:MEDIAN:SIGMA} or {@code bimodal:FAST:SLOW:SHARE}.
   *
   * @throws IllegalArgumentException that names the rule and the value
   */
  public static ServiceTimes parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length == 1) {
      return fixed(Quantity.millis(text));
    }
    if (parts.length == 3 && parts[0].equals("lognormal")) {
      return logNormal(Quantity.millis(parts[1]), number("sigma", MAX_SIGMA, parts[2]));
    }
    if (parts.length == 4 && parts[0].equals("bimodal")) {
      return bimodal(
          Quantity.millis(parts[1]), Quantity.millis(parts[2]), number("share", 1, parts[3]));
    }
    throw new IllegalArgumentException(
        "must be TIME, lognormal:MEDIAN:SIGMA or bimodal:FAST:SLOW:SHARE: " + text);
  }

  /** For people. */
  String words() {
    return vary ? text : Quantity.number(meanMillis) + " ms";
  }

  private static ServiceTimes fixed(double millis) {
    return new ServiceTimes(Quantity.text(millis), false, millis, share -> millis);
  }

  private static ServiceTimes logNormal(double median, double sigma) {
    String text = "lognormal:" + Quantity.text(median) + ":" + Quantity.number(sigma);
    if (median == 0 || sigma == 0) {
      return new ServiceTimes(text, false, median, share -> median);
    }
    LogNormalDistribution distribution = LogNormalDistribution.of(Math.log(median), sigma);
    return new ServiceTimes(
        text, true, distribution.getMean(), distribution::inverseCumulativeProbability);
  }

  private static ServiceTimes bimodal(double fast, double slow, double slowShare) {
    double lowShare = fast <= slow ? 1 - slowShare : slowShare;
    return new ServiceTimes(
        "bimodal:" + Quantity.text(fast) + ":" + Quantity.text(slow) + ":"
            + Quantity.number(slowShare),
        true,
        fast * (1 - slowShare) + slow * slowShare,
        share -> share <= lowShare ? Math.min(fast, slow) : Math.max(fast, slow));
  }

  private static double number(String name, double max, String text) {
    try {
      double value = Double.parseDouble(text);
      if (value >= 0 && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // The same rule names it.
    }
    throw new IllegalArgumentException(
        "must have a " + name + " from 0 to " + Quantity.number(max) + ": " + text);
  }
}

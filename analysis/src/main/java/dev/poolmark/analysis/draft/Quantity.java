package dev.poolmark.analysis.draft;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values with a unit, as people write them. What is wrong is an {@link IllegalArgumentException}: rule and value. */
final class Quantity {

  private static final Pattern NUMBER_WITH_UNIT =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)([A-Za-z]*)");
  private static final Map<String, BigDecimal> MILLIS = Map.of(
      "ns",
      new BigDecimal("1e-6"),
      "us",
      new BigDecimal("1e-3"),
      "ms",
      BigDecimal.ONE,
      "s",
      new BigDecimal("1e3"));
  private static final Map<String, BigDecimal> BYTES = Map.of(
      "",
      BigDecimal.ONE,
      "B",
      BigDecimal.ONE,
      "KiB",
      BigDecimal.valueOf(1 << 10),
      "MiB",
      BigDecimal.valueOf(1 << 20),
      "kB",
      new BigDecimal("1e3"),
      "MB",
      new BigDecimal("1e6"));

  private Quantity() {}

  /** A time, in ms, to the nanosecond. */
  static double millis(String text) {
    return parse(text, MILLIS, "must be a time such as 0.5ms, 20us or 2s: ")
        .setScale(6, RoundingMode.HALF_UP)
        .doubleValue();
  }

  /** A size, in whole bytes. */
  static long bytes(String text) {
    return parse(text, BYTES, "must be a size such as 512, 8KiB or 1MiB: ").longValue();
  }

  /** A time as a setting of a profile, such as {@code 0.5ms}. */
  static String text(double millis) {
    return number(millis) + "ms";
  }

  /** Without an exponent, and without zeros at its end. */
  static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static BigDecimal parse(String text, Map<String, BigDecimal> units, String rule) {
    Matcher matcher = NUMBER_WITH_UNIT.matcher(text);
    if (!matcher.matches() || !units.containsKey(matcher.group(2))) {
      throw new IllegalArgumentException(rule + text);
    }
    return new BigDecimal(matcher.group(1)).multiply(units.get(matcher.group(2)));
  }
}

package dev.poolmark.stub.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Formats and parses the values of options. Every parser throws {@link IllegalArgumentException} with the rule and the
 * value. Thread-safe.
 */
final class OptionText {
  private static final Pattern NUMBER_WITH_UNIT =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)([A-Za-z]+)");
  private static final Map<String, Integer> TIME_EXPONENTS =
      Map.of("ns", -9, "us", -6, "ms", -3, "s", 0);
  private static final Map<String, Integer> BIT_EXPONENTS =
      Map.of("bit", 0, "kbit", 3, "mbit", 6, "gbit", 9);

  private OptionText() {}

  static Duration time(String text) {
    String rule = "must be a time such as 0.5ms, 20us or 2s: ";
    BigDecimal seconds = scaled(text, TIME_EXPONENTS, rule);
    if (seconds.compareTo(BigDecimal.TEN.pow(9)) > 0) {
      throw new IllegalArgumentException(rule + text);
    }
    return Duration.ofNanos(
        seconds.movePointRight(9).setScale(0, RoundingMode.DOWN).longValue());
  }

  /** The time in the largest unit that makes it a whole number. */
  static String time(Duration time) {
    long nanos = time.toNanos();
    if (nanos % 1_000_000_000 == 0) {
      return nanos / 1_000_000_000 + "s";
    }
    if (nanos % 1_000_000 == 0) {
      return nanos / 1_000_000 + "ms";
    }
    return nanos % 1000 == 0 ? nanos / 1000 + "us" : nanos + "ns";
  }

  static long bitsPerSecond(String text) {
    String rule = "must be a bandwidth such as 100Mbit: ";
    BigDecimal bits = scaled(text.toLowerCase(Locale.ROOT), BIT_EXPONENTS, rule);
    if (bits.compareTo(BigDecimal.TEN.pow(15)) > 0) {
      throw new IllegalArgumentException(rule + text);
    }
    return bits.longValue();
  }

  private static BigDecimal scaled(String text, Map<String, Integer> exponents, String rule) {
    Matcher matcher = NUMBER_WITH_UNIT.matcher(text);
    if (!matcher.matches() || !exponents.containsKey(matcher.group(2))) {
      throw new IllegalArgumentException(rule + text);
    }
    return new BigDecimal(matcher.group(1)).scaleByPowerOfTen(exponents.get(matcher.group(2)));
  }

  static int integer(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be a whole number: " + text, e);
    }
  }

  static long wholeNumber(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be a whole number: " + text, e);
    }
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be a number: " + text, e);
    }
  }

  static ServiceTime serviceTime(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length == 1) {
      return new ServiceTime.Fixed(time(text));
    }
    if (parts.length == 3 && parts[0].equals("lognormal")) {
      return new ServiceTime.LogNormal(time(parts[1]), number(parts[2]));
    }
    if (parts.length == 4 && parts[0].equals("bimodal")) {
      return new ServiceTime.Bimodal(time(parts[1]), time(parts[2]), number(parts[3]));
    }
    throw new IllegalArgumentException(
        "must be TIME, lognormal:MEDIAN:SIGMA or bimodal:FAST:SLOW:SHARE: " + text);
  }

  static String serviceTime(ServiceTime value) {
    if (value instanceof ServiceTime.LogNormal logNormal) {
      return "lognormal:" + time(logNormal.median()) + ":" + logNormal.sigma();
    }
    if (value instanceof ServiceTime.Bimodal bimodal) {
      return "bimodal:" + time(bimodal.fast()) + ":" + time(bimodal.slow()) + ":"
          + bimodal.slowShare();
    }
    return time(value.mean());
  }

  static boolean onOff(String text) {
    return switch (text) {
      case "on" -> true;
      case "off" -> false;
      default -> throw new IllegalArgumentException("must be on or off: " + text);
    };
  }

  static String onOff(boolean value) {
    return value ? "on" : "off";
  }

  /** The value that has this label. */
  static <T> T oneOf(T[] values, Function<T, String> label, String text) {
    for (T value : values) {
      if (label.apply(value).equals(text)) {
        return value;
      }
    }
    List<String> labels = new ArrayList<>(Arrays.stream(values).map(label).toList());
    String last = labels.remove(labels.size() - 1);
    throw new IllegalArgumentException(
        "must be " + String.join(", ", labels) + " or " + last + ": " + text);
  }
}

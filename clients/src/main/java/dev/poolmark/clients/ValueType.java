package dev.poolmark.clients;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How a setting's values are bounded, read from a variable, and shown. Immutable.
 *
 * @param rule what a value must be, such as {@code >= 1}
 * @param variableRule what a variable must hold, such as {@code a whole number >= 1}
 * @param parse reads a variable; throws an {@link IllegalArgumentException} if it cannot
 */
record ValueType<T>(
    String rule,
    String variableRule,
    Predicate<T> holds,
    Function<String, T> parse,
    Function<T, String> text) {
  /** Libraries count timeouts in milliseconds, most of them in an {@code int}. */
  private static final Duration MAX_DURATION = Duration.ofMillis(Integer.MAX_VALUE);

  /** {@link Integer#MAX_VALUE} means no limit. */
  static ValueType<Integer> count(int min) {
    return new ValueType<>(
        ">= " + min,
        "a whole number >= " + min,
        value -> value >= min,
        Integer::valueOf,
        value -> value == Integer.MAX_VALUE ? "no limit" : value.toString());
  }

  static ValueType<Integer> count(int min, int max) {
    String rule = "from " + min + " to " + max;
    return new ValueType<>(
        rule,
        "a whole number " + rule,
        value -> value >= min && value <= max,
        Integer::valueOf,
        Object::toString);
  }

  /** A variable holds seconds, with or without decimals. */
  static ValueType<Duration> duration() {
    return new ValueType<>(
        "from 1 ms to 24 days",
        "a number of seconds from 0.001 to " + seconds(MAX_DURATION),
        value -> value.compareTo(Duration.ofMillis(1)) >= 0 && value.compareTo(MAX_DURATION) <= 0,
        ValueType::parseSeconds,
        value -> seconds(value) + " s");
  }

  /** A variable holds seconds. */
  static ValueType<Duration> wholeSeconds(int min, int max) {
    ValueType<Duration> any = duration();
    String rule = "a whole number of seconds from " + min + " to " + max;
    return new ValueType<>(
        rule,
        rule,
        value -> value.toNanosPart() == 0 && value.toSeconds() >= min && value.toSeconds() <= max,
        any.parse,
        any.text);
  }

  static ValueType<Double> factor() {
    String rule = "a finite number >= 1";
    return new ValueType<>(
        rule,
        rule,
        value -> value >= 1 && Double.isFinite(value),
        // Unlike Double.valueOf, this refuses "NaN" and "2d".
        text -> new BigDecimal(text).doubleValue(),
        value -> value.toString());
  }

  static <E> ValueType<E> oneOf(Function<E, String> label, List<E> values) {
    String rule = values.stream().map(label).collect(Collectors.joining(" or "));
    return new ValueType<>(
        rule,
        rule,
        value -> true,
        text -> values.stream()
            .filter(value -> label.apply(value).equals(text))
            .findFirst()
            .orElseThrow(IllegalArgumentException::new),
        label);
  }

  /** A value of {@code type} or none, which is shown as {@code none}. */
  static <T> ValueType<Optional<T>> optional(ValueType<T> type, String none) {
    return new ValueType<>(
        type.rule,
        type.variableRule,
        value -> value.map(type.holds::test).orElse(true),
        text -> Optional.of(type.parse.apply(text)),
        value -> value.map(type.text).orElse(none));
  }

  /** An object that no variable can name. */
  static <T> ValueType<T> object() {
    return oneOf(value -> "given", List.of());
  }

  /** The value that a variable holds; empty if it breaks {@link #variableRule()}. */
  Optional<T> read(String variable) {
    try {
      return Optional.of(parse.apply(variable)).filter(holds);
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static Duration parseSeconds(String text) {
    BigDecimal seconds = new BigDecimal(text);
    // The text may have any exponent; within these bounds, a long holds the nanoseconds.
    if (seconds.signum() <= 0 || seconds.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0) {
      throw new NumberFormatException(text);
    }
    return Duration.ofNanos(seconds.movePointRight(9).longValue());
  }

  private static String seconds(Duration value) {
    BigDecimal seconds =
        BigDecimal.valueOf(value.getSeconds()).add(BigDecimal.valueOf(value.getNano(), 9));
    return seconds.stripTrailingZeros().toPlainString();
  }
}

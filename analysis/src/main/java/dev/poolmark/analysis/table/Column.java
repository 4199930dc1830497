package dev.poolmark.analysis.table;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Function;

/**
 * A column, declared once for people and for programs. Immutable.
 *
 * @param label its heading, unit included; empty if people do not see the column
 * @param isNumeric whether people read it as a number, at the right of its column
 * @param words what people read in a row; {@link #UNKNOWN} where nothing is known
 * @param fields what programs read; empty if they do not see the column
 * @param <R> what a row is made from
 */
public record Column<R>(
    String label, boolean isNumeric, Function<R, String> words, List<Field<R>> fields) {

  /** What people read where nothing is known. */
  public static final String UNKNOWN = "–";

  /** Eight digits say more than any measurement, and hide how the last bit was rounded. */
  private static final MathContext DIGITS = new MathContext(8, RoundingMode.HALF_EVEN);

  /**
   * A field for programs.
   *
   * @param name unique in the table; a dot puts it into an object: {@code connectionsPerRequest.baseline}
   * @param value a value that JSON has, or an {@link Optional} of one
   */
  public record Field<R>(String name, Function<R, ?> value) {}

  /** A word that both read. */
  public static <R> Column<R> text(String name, String label, Function<R, String> value) {
    return new Column<>(label, false, value, List.of(new Field<>(name, value)));
  }

  /** A word that only people read. */
  public static <R> Column<R> label(String label, Function<R, String> words) {
    return new Column<>(label, false, words, List.of());
  }

  /** A number that only people read. */
  public static <R> Column<R> figure(String label, Function<R, String> words) {
    return new Column<>(label, true, words, List.of());
  }

  /** A value that only programs read. */
  public static <R> Column<R> field(String name, Function<R, ?> value) {
    return new Column<>("", false, row -> "", List.of(new Field<>(name, value)));
  }

  /** A number that both read, where it is known; programs get it with eight significant digits. */
  public static <R> Column<R> number(
      String name,
      String label,
      Function<R, Optional<Double>> value,
      DoubleFunction<String> words) {
    return new Column<>(
        label,
        true,
        row -> value.apply(row).map(words::apply).orElse(UNKNOWN),
        List.of(new Field<>(name, row -> value.apply(row).map(Column::rounded))));
  }

  /** An interval that both read; programs get its ends as two fields. */
  public static <R> Column<R> interval(Column<R> low, Column<R> high, String label) {
    return new Column<>(
        label,
        true,
        row -> low.words().apply(row).equals(UNKNOWN)
            ? UNKNOWN
            : low.words().apply(row) + " to " + high.words().apply(row),
        List.of(low.fields().get(0), high.fields().get(0)));
  }

  /** The same column without what programs read. */
  public Column<R> forPeople() {
    return new Column<>(label, isNumeric, words, List.of());
  }

  /** A number as programs get it: eight significant digits, or null if it is infinite or no number. */
  public static BigDecimal rounded(double value) {
    return Double.isFinite(value) ? BigDecimal.valueOf(value).round(DIGITS) : null;
  }
}

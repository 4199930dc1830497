package dev.poolmark.analysis.choose;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.GeometricMean;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a client stands.
 *
 * @param millis geometric mean over cells and rounds; empty if its times prove nothing
 * @param behind its times against those of the fastest client that meets the needs; empty if it is that, or is out
 * @param adjustedP after Holm's correction over all pairs of clients that meet the needs; empty with {@code behind}
 * @param smallestVisiblePercent the smallest difference from the fastest, in percent, that rounds as many and as noisy
 *     as these show four times out of five, were it the only one; empty with {@code behind}
 * @param reasons why it is out, for people; empty if it is not
 */
record Standing(
    Contender contender,
    Optional<GeometricMean> millis,
    Optional<Comparison> behind,
    Optional<Double> adjustedP,
    Optional<Double> smallestVisiblePercent,
    List<String> reasons,
    Place place) {

  /** The places. */
  enum Place {
    /** The fastest that meets the needs, or not to be told from it. */
    FIRST,
    /** It meets the needs, and is slower after the correction. */
    SLOWER,
    /** It does not meet the needs, or its times prove nothing. */
    OUT;

    /** The word in the JSON. */
    @JsonValue
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How much longer it takes than the fastest, in percent. */
  Optional<Double> behindPercent() {
    return behind.map(made -> 100 * (made.ratio() - 1));
  }
}

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
 * @param detectablePercent the smallest difference from the fastest, in percent, detectable with 80 % power; empty with
 *     {@code behind}
 * @param reasons why it is out, for people; empty if it is not
 */
record Standing(
    Contender contender,
    Optional<GeometricMean> millis,
    Optional<Comparison> behind,
    Optional<Double> adjustedP,
    Optional<Double> detectablePercent,
    List<String> reasons,
    Place place) {

  /** The places. */
  enum Place {
    /** The fastest that meets the needs, or not significantly slower. */
    FIRST,
    /** It meets the needs, and is significantly slower. */
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

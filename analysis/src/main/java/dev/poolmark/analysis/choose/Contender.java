package dev.poolmark.analysis.choose;

import dev.poolmark.analysis.stats.GeometricMean;
import dev.poolmark.analysis.study.Cell;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A client and what was measured of it in the candidate arm.
 *
 * @param client its value of the axis {@value Choice#AXIS}
 * @param roundMillis one value a round, in ms: the geometric mean over its cells of that round's forks. The forks of a
 *     round are JVMs of their own, so these values are as independent of each other as forks are. Empty if it has flaws
 * @param levels what it takes in each cell; empty if it has flaws
 * @param capabilities how it honours each setting, by the setting's name; empty if the jar does not say
 * @param flaws why its times prove nothing, for people
 */
record Contender(
    String client,
    List<Double> roundMillis,
    List<Level> levels,
    Map<String, String> capabilities,
    List<String> flaws) {

  /**
   * What an operation of the candidate arm takes in one cell.
   *
   * @param millis with the interval of the study's confidence
   * @param bytes allocated; empty if a fork does not say
   */
  record Level(Cell cell, GeometricMean millis, Optional<GeometricMean> bytes) {}

  /** One value a round. */
  double[] rounds() {
    return roundMillis.stream().mapToDouble(Double::doubleValue).toArray();
  }
}

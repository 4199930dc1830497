package dev.poolmark.analysis.choose;

import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.stats.GeometricMean;
import dev.poolmark.analysis.study.Cell;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A client, or another value of an axis to choose from, and what was measured of it in the candidate arm.
 *
 * @param name its value of the axis
 * @param roundMillis one value a round, in ms: the geometric mean over its cells of that round's forks. The forks of a
 *     round are JVMs of their own, so these values are as independent of each other as forks are. Empty if it has flaws
 * @param levels what it takes in each cell; empty if it has flaws
 * @param capabilities how it honours each setting, by the setting's name; empty if the jar does not say
 * @param flaws why its times prove nothing, for people
 */
record Contender(
    String name,
    List<Double> roundMillis,
    List<Level> levels,
    Map<String, String> capabilities,
    List<String> flaws) {

  /** JMH's mode in which an iteration is one operation; in the others it is the mean of many. */
  private static final String SINGLE_SHOT = "ss";

  /**
   * What an operation of the candidate arm takes in one cell.
   *
   * @param forks all that were planned
   * @param confidence of the intervals
   */
  record Level(Cell cell, List<ForkResult> forks, double confidence) {

    /** The mean time, in ms. */
    GeometricMean millis() {
      return mean(ForkResult::millis);
    }

    /** The bytes allocated on average; empty if a fork does not say. */
    Optional<GeometricMean> bytes() {
      return forks.stream().allMatch(fork -> fork.bytes().isPresent())
          ? Optional.of(mean(fork -> fork.bytes().orElseThrow()))
          : Optional.empty();
    }

    /** The processor time of a request, in microseconds; empty if a fork does not say, or has counted none. */
    Optional<GeometricMean> cpuMicros() {
      return forks.stream().allMatch(fork -> cpuMicros(fork) > 0)
          ? Optional.of(mean(Level::cpuMicros))
          : Optional.empty();
    }

    private static double cpuMicros(ForkResult fork) {
      double requests = fork.measures().getOrDefault("requests", 0.0);
      return requests > 0 ? fork.measures().getOrDefault("cpuMicros", 0.0) / requests : 0;
    }

    /**
     * A percentile of the time, in ms, by nearest rank within each fork; empty if a fork did not time its operations
     * one by one, or timed so few that none would lie above it.
     *
     * @param percent > 0 and < 100
     */
    Optional<GeometricMean> percentile(double percent) {
      boolean known = forks.stream()
          .allMatch(fork -> fork.jmh().mode().equals(SINGLE_SHOT)
              && rank(fork, percent) < fork.iterationMillis().size());
      return known
          ? Optional.of(mean(fork ->
              fork.iterationMillis().stream().sorted().toList().get(rank(fork, percent) - 1)))
          : Optional.empty();
    }

    private static int rank(ForkResult fork, double percent) {
      return (int) Math.ceil(percent / 100 * fork.iterationMillis().size());
    }

    private GeometricMean mean(ToDoubleFunction<ForkResult> figure) {
      return GeometricMean.of(forks.stream().mapToDouble(figure).toArray(), confidence);
    }
  }

  /** One value a round. */
  double[] rounds() {
    return roundMillis.stream().mapToDouble(Double::doubleValue).toArray();
  }
}

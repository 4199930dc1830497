package dev.poolmark.analysis.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.poolmark.analysis.study.Benchmark;
import dev.poolmark.analysis.study.Bounds;
import dev.poolmark.analysis.table.Text;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What one JVM measured.
 *
 * @param millis mean time per operation over the measured iterations, in ms
 * @param iterationMillis time per operation of each measured iteration, in ms; empty in sample mode
 * @param counts what the server counted meanwhile; empty if the benchmark does not say
 * @param measures the secondary results, by JMH's names: a counter's mean over the iterations, or a profiler's score;
 *     those that are no finite number are left out
 * @param jmh how JMH was set
 */
public record ForkResult(
    double millis,
    List<Double> iterationMillis,
    Optional<Counts> counts,
    Map<String, Double> measures,
    Jmh jmh) {

  /** What JMH's {@code -prof gc} calls the bytes allocated per operation. */
  public static final String BYTES = "gc.alloc.rate.norm";

  private static final String BUSY_PERCENT = "serverBusyPercent";
  private static final String PEAK_IN_FLIGHT = "peakRequestsInFlight";
  private static final double MIN_SHARE_IN_FLIGHT = 0.9;

  /** Copies the iterations and the measures. */
  public ForkResult {
    iterationMillis = List.copyOf(iterationMillis);
    measures = Map.copyOf(measures);
  }

  /** Without secondary results. */
  public ForkResult(double millis, List<Double> iterationMillis, Optional<Counts> counts, Jmh jmh) {
    this(millis, iterationMillis, counts, Map.of(), jmh);
  }

  /** Bytes allocated per operation; empty unless JMH ran with {@code -prof gc}. */
  public Optional<Double> bytes() {
    return Optional.ofNullable(measures.get(BYTES)).filter(bytes -> bytes > 0);
  }

  /** The mean of a counter whose name ends with its unit, in ms; empty if there is none of that name. */
  public Optional<Double> millisOf(String counter) {
    return Optional.ofNullable(measures.get(counter))
        .flatMap(value ->
            Benchmark.unitOf(counter).map(unit -> value * JmhFile.MILLIS_OF_UNIT.get(unit)));
  }

  /**
   * How many times as much the server could have done with all processors to itself, from its share of them; empty if the
   * benchmark does not count it.
   */
  public Optional<Double> headroom() {
    return Optional.ofNullable(measures.get(BUSY_PERCENT))
        .filter(percent -> percent > 0)
        .map(percent -> 100 / percent);
  }

  /**
   * Why the server's counts do not prove the arm, for people, with what usually causes that; empty if they do.
   *
   * @param bounds of the connections per request; empty if the study has none
   * @param inFlight requests that the server must have seen at once; empty if the study does not say
   */
  public Optional<String> contradiction(
      String arm, Optional<Bounds> bounds, Optional<Integer> inFlight) {
    return bounds
        .flatMap(allowed -> connectionsOutside(arm, allowed))
        .or(() -> inFlight.flatMap(asked -> fewerInFlight(arm, asked)));
  }

  private Optional<String> fewerInFlight(String arm, int asked) {
    double seen = measures.getOrDefault(PEAK_IN_FLIGHT, 0.0);
    return seen >= MIN_SHARE_IN_FLIGHT * asked
        ? Optional.empty()
        : Optional.of(String.format(
            Locale.ROOT,
            "%s: the server saw %.0f requests at once in a fork, fewer than 90 %% of the %d asked",
            arm,
            seen,
            asked));
  }

  private Optional<String> connectionsOutside(String arm, Bounds bounds) {
    if (counts.isEmpty()) {
      return Optional.of(arm + ": a fork did not count connections and requests");
    }
    double counted = counts.get().connectionsPerRequest();
    if (bounds.contain(counted)) {
      return Optional.empty();
    }
    return Optional.of(String.format(
        Locale.ROOT,
        "%s: the server counted %.3f connections per request in a fork, and the study allows %s to %s; %s",
        arm,
        counted,
        Text.shortest(bounds.min()),
        Text.shortest(bounds.max()),
        counted > bounds.max()
            ? "is the pool smaller than the number of calls at once, or does the server close"
                + " connections?"
            : "connections were reused"));
  }

  /** The server's counts for the measured requests. */
  public record Counts(double connections, double requests) {

    /** NaN if there were no requests. */
    public double connectionsPerRequest() {
      return connections / requests;
    }

    /** The counts of both. */
    public Counts plus(Counts other) {
      return new Counts(connections + other.connections, requests + other.requests);
    }
  }

  /** What the report says of JMH; forks of one run should agree in it. */
  public record Jmh(
      @JsonProperty("jmhVersion") String version,
      String mode,
      List<String> jvmArgs,
      int threads,
      int warmupIterations,
      int measurementIterations) {

    /** Fills in what is missing. */
    public Jmh {
      version = Objects.requireNonNullElse(version, "unknown");
      mode = Objects.requireNonNullElse(mode, "unknown");
      jvmArgs = List.copyOf(Objects.requireNonNullElse(jvmArgs, List.of()));
    }
  }
}

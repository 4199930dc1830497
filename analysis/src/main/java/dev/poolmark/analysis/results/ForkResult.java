package dev.poolmark.analysis.results;

import java.util.List;
import java.util.Optional;

/**
 * What one JVM measured.
 *
 * @param millis mean time per operation over the measured iterations, in ms
 * @param iterationMillis time per operation of each measured iteration, in ms; empty in sample mode
 * @param counts what the server counted meanwhile; empty if the benchmark does not say
 * @param bytes allocated per operation; empty unless JMH ran with {@code -prof gc}
 * @param jmh how JMH was set
 */
public record ForkResult(
    double millis,
    List<Double> iterationMillis,
    Optional<Counts> counts,
    Optional<Double> bytes,
    Jmh jmh) {

  /** Copies the iterations. */
  public ForkResult {
    iterationMillis = List.copyOf(iterationMillis);
  }

  /** Of which it is not known what was allocated. */
  public ForkResult(double millis, List<Double> iterationMillis, Optional<Counts> counts, Jmh jmh) {
    this(millis, iterationMillis, counts, Optional.empty(), jmh);
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
      String version,
      String mode,
      List<String> jvmArgs,
      int threads,
      int warmupIterations,
      int measurementIterations) {}
}

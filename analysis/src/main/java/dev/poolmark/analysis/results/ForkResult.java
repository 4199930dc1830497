package dev.poolmark.analysis.results;

import java.util.List;
import java.util.Optional;

/**
 * What one JVM measured.
 *
 * @param millis mean time per operation over the measured iterations, in ms
 * @param iterationMillis the same of each measured iteration, in their order; empty if JMH kept a histogram instead
 * @param counts what the server counted meanwhile; empty if the benchmark does not say
 * @param jmh how JMH was set
 */
public record ForkResult(
    double millis, List<Double> iterationMillis, Optional<Counts> counts, Jmh jmh) {

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

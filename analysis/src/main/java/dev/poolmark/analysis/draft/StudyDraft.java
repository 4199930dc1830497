package dev.poolmark.analysis.draft;

import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.study.StudyFile;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The study that measures a workload, as a file with comments. It is the study {@code quick} for another service: calls
 * one after another and, if there are several at once, those too; pooled and with a connection for each.
 *
 * @param name of the study
 * @param assumptions what the person has not said, a line each
 */
public record StudyDraft(String name, Workload workload, List<String> assumptions) {

  private static final int ROUNDS = 6;
  private static final int WARM_UP_SECONDS = 1;
  private static final int SERVER_WARM_UP_SECONDS = 8;
  /** How long calls with delays warm the server up, after those without. */
  private static final double SERVER_WARM_UP_MILLIS = 10_000;
  /** How long a fork measures calls one after another; longer if they vary, so that their mean is near its limit. */
  private static final double MEASURED_MILLIS = 1000;

  private static final double MEASURED_MILLIS_IF_VARYING = 4000;
  private static final double MEASURED_MILLIS_AT_ONCE = 3000;
  private static final int SEQUENTIAL_ITERATIONS = 3;
  /** A fork's start, set-up and end, in the published runs. */
  private static final double START_AND_END_MILLIS = 1000;
  /** What the processors do for a call with a connection of its own, in the published runs. */
  private static final double CONNECT_CPU_MILLIS = 1.5;

  /** The file. */
  public String text() {
    return header() + server() + benchmarks() + arms() + notes();
  }

  /**
   * The study in the file.
   *
   * @throws InputException if the name is none for a study
   */
  public Study study() throws InputException {
    return StudyFile.parse(name, text());
  }

  /** How long a run takes, with all of its forks: an estimate. */
  public Duration estimate() throws InputException {
    double millis = SERVER_WARM_UP_SECONDS * 1e3 + serverWarmUps() * batchMillis(true);
    for (List<Fork> round : study().design().plan()) {
      for (Fork fork : round) {
        millis += START_AND_END_MILLIS + WARM_UP_SECONDS * 1e3 + iterationsMillis(fork);
      }
    }
    return Duration.ofMillis(Math.round(millis));
  }

  private double iterationsMillis(Fork fork) {
    boolean connects = fork.arm().value().equals("connection-per-request");
    return fork.cell().scenario().equals("sequential")
        ? (1 + SEQUENTIAL_ITERATIONS) * requests() * callMillis(connects)
        : (warmUpBatches() + batches()) * batchMillis(connects);
  }

  private double callMillis(boolean connects) {
    return setUpMillis(connects)
        + workload.roundTripMillis()
        + workload.service().meanMillis();
  }

  /** The time of calls at once: that of the slowest. */
  private double batchMillis(boolean connects) {
    int calls = workload.concurrency();
    double slowest = workload.service().quantile().applyAsDouble(calls / (calls + 1.0));
    return setUpMillis(connects)
        + workload.roundTripMillis()
        + slowest
        + (connects ? (calls - 1) * CONNECT_CPU_MILLIS : 0);
  }

  private double setUpMillis(boolean connects) {
    int roundTrips = 1 + workload.network().tls().roundTrips();
    return connects ? roundTrips * workload.roundTripMillis() + CONNECT_CPU_MILLIS : 0;
  }

  private int requests() {
    double measured = workload.service().vary() ? MEASURED_MILLIS_IF_VARYING : MEASURED_MILLIS;
    return between(2, measured / SEQUENTIAL_ITERATIONS / callMillis(true), 50);
  }

  private int batches() {
    return between(3, MEASURED_MILLIS_AT_ONCE / batchMillis(true), 10);
  }

  /** A large pool opens its last connections only when all calls happen to be under way together. */
  private int warmUpBatches() {
    return between(3, workload.concurrency() / 25.0, 10);
  }

  private int serverWarmUps() {
    return between(1, SERVER_WARM_UP_MILLIS / batchMillis(true), 120);
  }

  private static int between(int min, double value, int max) {
    return (int) Math.round(Math.max(min, Math.min(max, value)));
  }

  private String header() {
    return """
        # Drafted by poolmark init. Every value is yours to change; poolmark studies lists others to copy from.
        # What nobody said, and this study therefore assumes:
        %s\
        #   HTTP/1.1 GETs%s, over a network without loss, jitter or limit of bandwidth.
        name: "%s"
        question: Does connection pooling cut the latency of calls with a round trip of %s ms and a service time of %s%s by 30-50 %%?
        # Any JMH jar. This one is in the working directory after mvn package.
        jar: jmh/target/benchmarks.jar

        """.formatted(
        assumptions.stream()
            .map(assumption -> "#   " + assumption + "\n")
            .collect(Collectors.joining()),
        workload.tls().equals("none") ? "" : " to a server whose certificate has an RSA-2048 key",
        name,
        Quantity.number(workload.roundTripMillis()),
        workload.service().words(),
        workload.tls().equals("none") ? "" : " over TLS " + workload.tls());
  }

  private String server() {
    return """
        # One process serves every fork of the run, so that it is as warm as a server is.
        server:
          # Its first seconds are not measured: calls without delays, then with them.
          warmUp:
            benchmark: dev.poolmark.jmh.ConcurrentBenchmark
            parameters: {client: okhttp, profile: "%1$s", reuse: connection-per-request, concurrency: %2$d, pool: %2$d, warmUpSeconds: %3$d}
            jmh: [-wi, 0, -i, %4$d, -jvmArgsPrepend, -XX:TieredStopAtLevel=1]

        """.formatted(
            workload.profile(), workload.concurrency(), SERVER_WARM_UP_SECONDS, serverWarmUps());
  }

  private String benchmarks() {
    return """
        # One batch of calls is one measured iteration; its time is the score. Forks compile with the first tier alone (C1),
        # which is at its speed after a second. To measure a client that has run for long, delete -jvmArgsPrepend and
        # -XX:TieredStopAtLevel=1, and set warmUpSeconds to 30.
        benchmarks:
          # Calls one after another.
          sequential:
            benchmark: dev.poolmark.jmh.SequentialBenchmark
            parameters: {requests: %d, warmUpSeconds: %d}
            jmh: [-wi, 1, -i, %d, -jvmArgsPrepend, -XX:TieredStopAtLevel=1]
        %s
        parameters:
          client: [%s]
          # Network and service. server-stub/README.md has all settings, such as jitter, bandwidth and max-concurrent.
          profile: ["%s"]

        """.formatted(
            requests(),
            WARM_UP_SECONDS,
            SEQUENTIAL_ITERATIONS,
            workload.concurrency() == 1 ? "" : concurrent(),
            String.join(", ", workload.clients()),
            workload.profile());
  }

  private String concurrent() {
    return """
          # Calls at once. The pool holds a connection for each, open and idle (maxConnections and maxIdleConnections):
          # with fewer, calls wait for each other; with fewer idle ones, it closes some and opens them again.
          concurrent:
            benchmark: dev.poolmark.jmh.ConcurrentBenchmark
            parameters: {concurrency: %1$d, pool: %1$d, warmUpSeconds: %2$d}
            jmh: [-wi, %3$d, -i, %4$d, -jvmArgsPrepend, -XX:TieredStopAtLevel=1]
        """.formatted(workload.concurrency(), WARM_UP_SECONDS, warmUpBatches(), batches());
  }

  private String arms() {
    return """
        # The server's counts must bear each arm out, in every fork.
        arms:
          parameter: reuse
          baseline:
            value: connection-per-request
            connectionsPerRequest: {min: 1, max: 1}
          candidate:
            value: pooled
            connectionsPerRequest: {min: 0, max: 0.02}

        # Forks of each arm of each cell. run --more adds rounds to a finished run, --rounds 1 tries the study out.
        rounds: %d
        full: {rounds: %d}
        # The order of the forks in a round is random; the same seed gives the same order.
        seed: 1
        # The sentence to judge, and the savings with which it holds in a cell: the published claim. Write your own.
        claim: Pooling cuts latency by 30-50 %% for this service
        target: {minPercent: 30, maxPercent: 50}
        # Words for the answer.
        names:
          pooled: pooling
          sequential: for calls one after another
        %s
        """.formatted(
            ROUNDS,
            2 * ROUNDS,
            workload.concurrency() == 1
                ? ""
                : "  concurrent: for " + workload.concurrency() + " calls at once\n");
  }

  private String notes() {
    return """
        method:
          - The server is a Jetty in a process of its own, which serves every fork of the run and is warm before the first. It sits behind an emulated link that delays every flight by half a round trip, below TLS.
          - Before JMH's own warm-up, each fork drives its own work through servers without delays until it is warm, for %d s at most. Its JVM compiles with the first tier alone (C1), which is at its speed by then.
          - Connections per request are the server's counts for the measured requests.

        limits:
          - Client and server share one machine; the network is loopback with an emulated round trip, without loss or jitter.
          - The load is a closed loop. It says nothing of queueing under an open load.
          - A client that runs for long is compiled by the second tier (C2), which costs less processor time.
        """.formatted(WARM_UP_SECONDS);
  }
}

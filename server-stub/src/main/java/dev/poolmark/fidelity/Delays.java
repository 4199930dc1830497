package dev.poolmark.fidelity;

import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;

/**
 * Measures a delay as a client sees it: the time of a call to a stub with the delay, minus the median time of a call to
 * a stub without it at the same pace. The median comes from one connection whose client watches its socket. The p99
 * comes from 50 connections at once, each with a thread that waits for its answer. They call at times that do not depend
 * on the answers: {@value #CALLS_PER_SECOND} times a second on average, or less often, so that each connection is idle
 * half of the time. Everything is measured twice, and only the second time counts.
 *
 * @param name the delay's name
 * @param delayed a copy of the config with this delay
 */
record Delays(String name, BiFunction<StubConfig, Duration, StubConfig> delayed, boolean quick)
    implements FidelityCheck {
  private static final List<Double> MILLIS = List.of(0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0);
  private static final double MEDIAN_BOUND_SHARE = 0.02;
  private static final double MEDIAN_BOUND_MILLIS = 0.1;
  private static final double P99_BOUND_MILLIS = 1;
  private static final int CONNECTIONS = 50;
  private static final int CALLS_PER_SECOND = 20;
  private static final int CALLS_PER_CONNECTION = 100;
  private static final double SINGLE_SECONDS = 2;
  private static final int MIN_SINGLE_CALLS = 30;
  private static final int MAX_SINGLE_CALLS = 300;
  private static final double MAX_BUSY_SHARE = 0.5;
  private static final int WARM_UP_CALLS = 20_000;
  private static final int WARM_UP_CALLS_PER_CONNECTION = 8_000;

  @Override
  public List<Finding> measure() throws Exception {
    try (StubServer bare = StubServer.start(StubConfig.defaults())) {
      warmUp(bare);
      if (!quick) {
        // At this pace the JIT compiler works for minutes, and takes the cores from what is timed.
        measureAll(bare);
      }
      return measureAll(bare);
    }
  }

  private List<Finding> measureAll(StubServer bare) throws Exception {
    List<Finding> findings = new ArrayList<>();
    for (double millis : MILLIS) {
      Duration delay = Duration.ofNanos(Math.round(millis * 1e6));
      try (StubServer stub = StubServer.start(delayed.apply(StubConfig.defaults(), delay))) {
        measure(millis, bare, stub, findings);
      }
    }
    return findings;
  }

  private void warmUp(StubServer bare) throws Exception {
    StubConfig undelayed = delayed.apply(StubConfig.defaults(), Duration.ofNanos(1));
    try (StubServer stub = StubServer.start(undelayed);
        Probe one = Probe.plain(bare.httpUri());
        Probe other = Probe.plain(stub.httpUri())) {
      for (int i = 0; i < (quick ? WARM_UP_CALLS / 10 : WARM_UP_CALLS); i++) {
        one.get(NO_BODY);
        other.get(NO_BODY);
      }
      together(stub, quick ? 100 : WARM_UP_CALLS_PER_CONNECTION, Duration.ZERO);
    }
  }

  private void measure(double millis, StubServer bare, StubServer stub, List<Finding> findings)
      throws Exception {
    int calls = (int) (SINGLE_SECONDS * 1000 / millis);
    calls = Math.max(MIN_SINGLE_CALLS, Math.min(MAX_SINGLE_CALLS, calls));
    if (quick) {
      calls = MIN_SINGLE_CALLS;
    }
    double[] without = new double[calls];
    double[] with = new double[calls];
    try (Probe bareProbe = Probe.watchedPlain(bare.httpUri());
        Probe stubProbe = Probe.watchedPlain(stub.httpUri())) {
      bareProbe.get(NO_BODY);
      stubProbe.get(NO_BODY);
      for (int i = 0; i < calls; i++) {
        with[i] = stubProbe.millis(NO_BODY);
        LockSupport.parkNanos(Math.round(millis * 1e6)); // so that both are called at the same pace
        without[i] = bareProbe.millis(NO_BODY);
      }
    }
    double base = Samples.median(without);
    double bound = Math.max(MEDIAN_BOUND_MILLIS, MEDIAN_BOUND_SHARE * millis);
    double medianError = Samples.median(with) - base - millis;
    findings.add(new Finding(name, millis + " ms: median error", medianError, -bound, bound, "ms"));
    double gapMillis = Math.max(1000.0 / CALLS_PER_SECOND, millis / MAX_BUSY_SHARE);
    double[] times = together(
        stub, quick ? 4 : CALLS_PER_CONNECTION, Duration.ofNanos(Math.round(gapMillis * 1e6)));
    double p99Error = Samples.quantile(times, 0.99) - base - millis;
    findings.add(new Finding(
        name,
        millis + " ms: p99 error, " + CONNECTIONS + " connections",
        p99Error,
        -P99_BOUND_MILLIS,
        P99_BOUND_MILLIS,
        "ms"));
  }

  /** The times of all connections' calls, made this far apart on average; zero for as fast as possible. */
  private static double[] together(StubServer stub, int calls, Duration gap) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      List<Future<double[]>> all = new ArrayList<>();
      for (int c = 0; c < CONNECTIONS; c++) {
        int seed = c;
        all.add(threads.submit(() -> paced(stub, calls, gap, seed)));
      }
      double[] times = new double[CONNECTIONS * calls];
      for (int c = 0; c < CONNECTIONS; c++) {
        System.arraycopy(all.get(c).get(), 0, times, c * calls, calls);
      }
      return times;
    } finally {
      threads.shutdown();
    }
  }

  private static double[] paced(StubServer stub, int calls, Duration gap, int seed)
      throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    double[] times = new double[calls];
    try (Probe probe = Probe.plain(stub.httpUri())) {
      probe.get(NO_BODY);
      long next = System.nanoTime();
      for (int i = 0; i < calls; i++) {
        next += gap.isZero() ? 0 : random.nextLong(2 * gap.toNanos());
        for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        times[i] = probe.millis(NO_BODY);
      }
    }
    return times;
  }
}

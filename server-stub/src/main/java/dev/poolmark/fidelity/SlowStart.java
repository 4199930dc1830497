package dev.poolmark.fidelity;

import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.Link;
import dev.poolmark.stub.config.StubConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the extra round trips of a body in slow start: its time on a link with slow start minus that on a link
 * without, divided by the round trip; on a new connection, again on the same one, and after that one has idled.
 */
record SlowStart(boolean quick) implements FidelityCheck {
  private static final String NAME = "slow start";
  private static final int[] BODY_BYTES = {14_000, 100_000, 1_000_000};
  private static final double ROUND_TRIP_MILLIS = 20;
  private static final double BOUND_ROUND_TRIPS = 1;
  private static final int TURNS = 15;

  /** Longer than a retransmission timeout, which is the round trip plus 200 ms. */
  private static final long IDLE_MILLIS = 300;

  /** RFC 6928; an Ethernet frame has room for 1,460 bytes. */
  private static final int FIRST_WINDOW_BYTES = 10 * 1460;

  private static final int HEAD_BYTES = 150;

  @Override
  public List<Finding> measure() throws Exception {
    Link link = new Link(Duration.ofNanos(Math.round(ROUND_TRIP_MILLIS * 1e6)));
    List<Finding> findings = new ArrayList<>();
    try (StubServer slow =
            StubServer.start(StubConfig.defaults().withLink(link.withSlowStart(true)));
        StubServer plain = StubServer.start(StubConfig.defaults().withLink(link))) {
      for (int bytes : BODY_BYTES) {
        double[][] times = times(slow, plain, bytes);
        int expected = extraRoundTrips(bytes + HEAD_BYTES);
        findings.add(finding(bytes + " bytes, fresh connection", times[0], expected));
        findings.add(finding(bytes + " bytes, again at once", times[1], 0));
        findings.add(finding(bytes + " bytes, after idling", times[2], expected));
      }
    }
    return findings;
  }

  private static Finding finding(String what, double[] extraMillis, int expected) {
    return new Finding(
        NAME,
        what,
        Samples.median(extraMillis) / ROUND_TRIP_MILLIS,
        expected - BOUND_ROUND_TRIPS,
        expected + BOUND_ROUND_TRIPS,
        "round trips");
  }

  /** Windows that double until everything is sent. */
  static int extraRoundTrips(int bytes) {
    int roundTrips = 0;
    for (long sent = FIRST_WINDOW_BYTES, window = FIRST_WINDOW_BYTES; sent < bytes; ) {
      window *= 2;
      sent += window;
      roundTrips++;
    }
    return roundTrips;
  }

  /** The extra milliseconds of the three kinds of call, for each turn. */
  private double[][] times(StubServer slow, StubServer plain, int bytes) throws Exception {
    int turns = quick ? 3 : TURNS;
    double[][] extra = new double[3][turns];
    String path = "/bytes/" + bytes;
    for (int turn = -1; turn < turns; turn++) { // the first turn warms up
      double[] with = threeCalls(slow, path);
      double[] without = threeCalls(plain, path);
      for (int kind = 0; kind < 3 && turn >= 0; kind++) {
        extra[kind][turn] = with[kind] - without[kind];
      }
    }
    return extra;
  }

  private static double[] threeCalls(StubServer stub, String path) throws Exception {
    try (Probe probe = Probe.plain(stub.httpUri())) {
      double first = probe.millis(path);
      double second = probe.millis(path);
      Thread.sleep(IDLE_MILLIS);
      return new double[] {first, second, probe.millis(path)};
    }
  }
}

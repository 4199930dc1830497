package dev.poolmark.fidelity;

import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.KeyType;
import dev.poolmark.stub.config.Link;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.config.TlsSettings;
import dev.poolmark.stub.config.TlsVersion;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Measures the round trips that a new connection costs: the time from its connect to its first response, minus that of
 * a later call, as a slope over the round trip. A slope leaves out what does not grow with the round trip, above all
 * cryptography. The client watches its socket, since its caches would cool while it slept and its cryptography would
 * slow down with the round trip. The round trips take turns, so that a drift of the machine affects all alike.
 * Everything is measured twice, and only the second time counts.
 */
record ConnectionSetup(boolean quick) implements FidelityCheck {
  private static final String NAME = "round trips of a connection";
  private static final double[] ROUND_TRIP_MILLIS = {5, 10, 20, 40};
  private static final double BOUND = 0.03;
  private static final int TURNS = 41;
  private static final int WARM_UP_CONNECTIONS = 300;

  @Override
  public List<Finding> measure() throws Exception {
    if (!quick) {
      measureAll();
    }
    return measureAll();
  }

  private List<Finding> measureAll() throws Exception {
    StubConfig config = StubConfig.defaults();
    double tcp = roundTrips(config, false);
    List<Finding> findings = new ArrayList<>();
    findings.add(finding("TCP", tcp, 1));
    findings.add(finding(
        "TLS 1.3, on top", roundTrips(tls(config, TlsVersion.TLS_1_3, false), true) - tcp, 1));
    findings.add(finding(
        "TLS 1.2 full, on top", roundTrips(tls(config, TlsVersion.TLS_1_2, false), true) - tcp, 2));
    findings.add(finding(
        "TLS 1.2 resumed, on top",
        roundTrips(tls(config, TlsVersion.TLS_1_2, true), true) - tcp,
        1));
    return findings;
  }

  private static StubConfig tls(StubConfig config, TlsVersion version, boolean resumption) {
    return config.withTls(new TlsSettings(version, KeyType.P_256, resumption));
  }

  private static Finding finding(String what, double measured, double expected) {
    double bound = BOUND * expected;
    return new Finding(NAME, what, measured, expected - bound, expected + bound, "round trips");
  }

  private double roundTrips(StubConfig config, boolean tls) throws Exception {
    int count = ROUND_TRIP_MILLIS.length;
    int turns = quick ? 5 : TURNS;
    List<StubServer> stubs = new ArrayList<>();
    try {
      List<@Nullable SSLContext> contexts = new ArrayList<>();
      for (double millis : ROUND_TRIP_MILLIS) {
        Link link = new Link(Duration.ofNanos(Math.round(millis * 1e6)));
        StubServer stub = StubServer.start(config.withLink(link));
        stubs.add(stub);
        contexts.add(tls ? FidelityCheck.trusting(stub) : null);
      }
      warmUp(config, tls);
      double[][] times = new double[count][turns];
      for (int turn = -1; turn < turns; turn++) { // the first turn makes the sessions to resume
        for (int i = 0; i < count; i++) {
          double millis = setUpMillis(stubs.get(i), contexts.get(i));
          if (turn >= 0) {
            times[i][turn] = millis;
          }
        }
      }
      checkHandshakes(config, tls, stubs, turns);
      double[] medians = new double[count];
      for (int i = 0; i < count; i++) {
        medians[i] = Samples.median(times[i]);
      }
      return Samples.slope(ROUND_TRIP_MILLIS, medians);
    } finally {
      stubs.forEach(StubServer::close);
    }
  }

  private void warmUp(StubConfig config, boolean tls) throws Exception {
    try (StubServer stub = StubServer.start(config.withLink(new Link(Duration.ZERO)))) {
      SSLContext context = tls ? FidelityCheck.trusting(stub) : null;
      for (int i = 0; i < (quick ? WARM_UP_CONNECTIONS / 10 : WARM_UP_CONNECTIONS); i++) {
        setUpMillis(stub, context);
      }
    }
  }

  private static double setUpMillis(StubServer stub, @Nullable SSLContext context)
      throws Exception {
    URI uri = context == null ? stub.httpUri() : stub.httpsUri();
    long start = System.nanoTime();
    try (Probe probe = context == null ? Probe.watchedPlain(uri) : Probe.watchedTls(uri, context)) {
      probe.get(NO_BODY);
      double first = (System.nanoTime() - start) / 1e6;
      return first - probe.millis(NO_BODY);
    }
  }

  /** Fails if the handshakes were not of the kind to be measured. */
  private static void checkHandshakes(
      StubConfig config, boolean tls, List<StubServer> stubs, int turns) {
    for (StubServer stub : stubs) {
      long full = !tls ? 0 : config.tls().resumption() ? 1 : turns + 1;
      long resumed = tls && config.tls().resumption() ? turns : 0;
      if (stub.stats().fullHandshakes() != full || stub.stats().resumedHandshakes() != resumed) {
        throw new IllegalStateException(
            "expected " + full + " full and " + resumed + " resumed handshakes: " + stub.stats());
      }
    }
  }
}

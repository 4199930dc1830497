package dev.poolmark.analysis.draft;

import dev.poolmark.analysis.study.Profile;
import dev.poolmark.analysis.study.Profile.Tls;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A service and the calls to it, as far as a person knows them. Immutable; every value is checked when it is made, and
 * an error names the option, the rule and the value.
 *
 * @param roundTripMillis between client and server
 * @param service how long the server works on a call
 * @param tls {@code none}, {@code 1.2} or {@code 1.3}
 * @param resumption whether a new connection may resume a TLS session
 * @param bodyBytes length of a response's body
 * @param concurrency calls at once
 * @param clients by their names in the jar
 */
public record Workload(
    double roundTripMillis,
    ServiceTimes service,
    String tls,
    boolean resumption,
    long bodyBytes,
    int concurrency,
    List<String> clients) {

  /** The body of the stub, if a profile does not set it. */
  static final long DEFAULT_BODY_BYTES = 2048;

  private static final List<String> TLS_VERSIONS = List.of("none", "1.2", "1.3");
  private static final double MAX_ROUND_TRIP_MILLIS = 1000;
  private static final double MAX_SERVICE_MILLIS = 20_000;
  /** The share of the calls that must keep to it. */
  private static final double NEARLY_ALL = 0.9999;
  /** What a client of the jar accepts at most. */
  private static final long MAX_BODY_BYTES = 16 << 20;
  /** More connections for each call than these use up the local ports. */
  private static final int MAX_CONCURRENCY = 500;
  /** Bodies of this size together fit into the memory of any machine. */
  private static final long MAX_BYTES_AT_ONCE = 256 << 20;

  /** Checks the values. */
  public Workload {
    check(
        roundTripMillis >= 0 && roundTripMillis <= MAX_ROUND_TRIP_MILLIS,
        "--rtt must be from 0 to 1s: ",
        Quantity.text(roundTripMillis));
    check(
        service.quantile().applyAsDouble(NEARLY_ALL) <= MAX_SERVICE_MILLIS,
        "--service-time must be at most 20s in 9,999 of 10,000 calls, for a call times out after"
            + " 30s: ",
        service.text());
    check(TLS_VERSIONS.contains(tls), "--tls must be none, 1.2 or 1.3: ", tls);
    check(!resumption || !tls.equals("none"), "--resumption must stand beside --tls: ", "on");
    check(
        bodyBytes >= 0 && bodyBytes <= MAX_BODY_BYTES,
        "--body must be from 0 to 16MiB: ",
        bodyBytes);
    check(
        concurrency >= 1 && concurrency <= MAX_CONCURRENCY,
        "--concurrency must be from 1 to " + MAX_CONCURRENCY + ": ",
        concurrency);
    check(
        bodyBytes * concurrency <= MAX_BYTES_AT_ONCE,
        "--body times --concurrency must be at most 256MiB: ",
        bodyBytes + " x " + concurrency);
    clients = List.copyOf(clients);
    check(!clients.isEmpty(), "--clients must name at least one: ", clients);
    check(
        clients.stream().distinct().count() == clients.size(),
        "--clients must name each once: ",
        String.join(",", clients));
  }

  /**
   * Reads the options.
   *
   * @throws IllegalArgumentException that names the option, the rule and the value
   */
  public static Workload parse(
      String rtt,
      String serviceTime,
      String tls,
      String resumption,
      String body,
      int concurrency,
      List<String> clients) {
    check(
        List.of("on", "off").contains(resumption), "--resumption must be on or off: ", resumption);
    return new Workload(
        parse("--rtt", Quantity::millis, rtt),
        parse("--service-time", ServiceTimes::parse, serviceTime),
        tls,
        resumption.equals("on"),
        parse("--body", Quantity::bytes, body),
        concurrency,
        clients);
  }

  private static <T> T parse(String option, Function<String, T> parser, String text) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + " " + e.getMessage(), e);
    }
  }

  private static void check(boolean holds, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(rule + value);
    }
  }

  /** The network and the mean service time, for the model. */
  public Profile network() {
    return new Profile(roundTripMillis, service.meanMillis(), Tls.of(tls, resumption));
  }

  /** What matters for this workload and is not in {@link #network}, a sentence each. */
  public List<String> beyondTheModel() {
    List<String> lines = new ArrayList<>();
    if (concurrency > 1) {
      lines.add("how " + concurrency + " calls at once compete for the processors, which makes new"
          + " connections dearer, and how they wait for each other in a pool that is too small.");
    }
    if (service.vary()) {
      lines.add(String.format(
          Locale.ROOT,
          "percentiles: the service time is %.1f ms on average, and the times above are averages.",
          service.meanMillis()));
    }
    if (bodyBytes > DEFAULT_BODY_BYTES) {
      lines.add("the time to transfer a body of more than 2 KiB, and that a new connection sends it"
          + " in more round trips while its window is small.");
    }
    lines.add("differences between clients, other than the one that was measured.");
    lines.add("a network that loses packets, and connections that the server closes.");
    return lines;
  }

  /** The value of the benchmarks' parameter {@code profile}. */
  String profile() {
    return "rtt=" + Quantity.text(roundTripMillis)
        + "+service-time=" + service.text()
        + (tls.equals("none") ? "" : "+tls=" + tls)
        + (resumption ? "+resumption=on" : "")
        + (bodyBytes == DEFAULT_BODY_BYTES ? "" : "+body-bytes=" + bodyBytes);
  }
}

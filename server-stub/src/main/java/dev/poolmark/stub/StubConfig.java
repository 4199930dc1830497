package dev.poolmark.stub;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine;

/**
 * What the server is like. Immutable; every value is checked when the record is made, and an error names the field,
 * the rule and the value.
 *
 * @param link the emulated network; empty for none, and then there is no extra hop at all
 * @param tls cost of a handshake at the TLS door
 * @param protocol what the doors speak
 * @param keepAlive how long a connection lives, and how it ends
 * @param service the work for each request, from its last byte to the start of its response
 * @param faults what goes wrong; of several that hit the same request or connection the first counts
 * @param bodyBytes length of a response's body
 * @param seed of everything that is drawn: jitter, service times, faults
 */
public record StubConfig(
    Optional<Link> link,
    Tls tls,
    Protocol protocol,
    KeepAlive keepAlive,
    Service service,
    List<Fault> faults,
    int bodyBytes,
    long seed) {
  static final int MAX_BODY_BYTES = 64 << 20;
  static final Duration MAX_DELAY = Duration.ofMinutes(1);
  private static final Duration MAX_TIMEOUT = Duration.ofHours(1);

  /** What the doors speak. */
  public enum Protocol {
    /** HTTP/1.1 at both doors, without ALPN. */
    HTTP_1_1("http1"),
    /** HTTP/2 and HTTP/1.1: chosen by ALPN at the TLS door, by prior knowledge or upgrade at the plain one. */
    HTTP_2("http2");

    final String text;

    Protocol(String text) {
      this.text = text;
    }
  }

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public StubConfig {
    Objects.requireNonNull(link, "link");
    Objects.requireNonNull(tls, "tls");
    Objects.requireNonNull(protocol, "protocol");
    Objects.requireNonNull(keepAlive, "keepAlive");
    Objects.requireNonNull(service, "service");
    faults = List.copyOf(faults);
    if (bodyBytes < 0 || bodyBytes > MAX_BODY_BYTES) {
      throw new IllegalArgumentException(
          "bodyBytes must be from 0 to " + MAX_BODY_BYTES + ": " + bodyBytes);
    }
  }

  static void checkDelay(String field, Duration value) {
    if (value.isNegative() || value.compareTo(MAX_DELAY) > 0) {
      throw new IllegalArgumentException(field + " must be from 0 to 1 min: " + value);
    }
  }

  static void checkTimeout(String field, Duration value) {
    if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException(field + " must be from 1 ms to 1 h: " + value);
    }
  }

  /** No link, no service time, {@link Tls#FULL_1_2}, HTTP/1.1, no faults, bodies of 2,048 bytes, seed 1. */
  public static StubConfig defaults() {
    return new StubConfig(
        Optional.empty(),
        Tls.FULL_1_2,
        Protocol.HTTP_1_1,
        KeepAlive.MINUTE,
        Service.NONE,
        List.of(),
        2048,
        1);
  }

  /**
   * Reads settings by the names of the stub's command line, such as {@code rtt=5ms} or {@code tls=1.3}. What is not set
   * is as in {@link #defaults}.
   *
   * @throws IllegalArgumentException that names the setting, the rule and the value
   */
  public static StubConfig of(List<String> settings) {
    try {
      return StubOptions.parse(settings.stream().map(setting -> "--" + setting).toList());
    } catch (CommandLine.ParameterException e) {
      throw new IllegalArgumentException(e.getMessage().replace("--", ""), e);
    }
  }

  /** Mean of the service time. */
  public Duration serviceTime() {
    return service.time().mean();
  }

  /** The same with this link. */
  public StubConfig withLink(Link value) {
    return new StubConfig(
        Optional.of(value), tls, protocol, keepAlive, service, faults, bodyBytes, seed);
  }

  /** The same with this cost of a handshake. */
  public StubConfig withTls(Tls value) {
    return new StubConfig(link, value, protocol, keepAlive, service, faults, bodyBytes, seed);
  }

  /** The same with doors that speak this. */
  public StubConfig withProtocol(Protocol value) {
    return new StubConfig(link, tls, value, keepAlive, service, faults, bodyBytes, seed);
  }

  /** The same with this life of a connection. */
  public StubConfig withKeepAlive(KeepAlive value) {
    return new StubConfig(link, tls, protocol, value, service, faults, bodyBytes, seed);
  }

  /** The same with this work. */
  public StubConfig withService(Service value) {
    return new StubConfig(link, tls, protocol, keepAlive, value, faults, bodyBytes, seed);
  }

  /** The same with this service time for each request. */
  public StubConfig withServiceTime(Duration value) {
    return withService(service.withTime(new ServiceTime.Fixed(value)));
  }

  /** The same with these faults and no others. */
  public StubConfig withFaults(List<Fault> value) {
    return new StubConfig(link, tls, protocol, keepAlive, service, value, bodyBytes, seed);
  }

  /** The same with bodies of this length. */
  public StubConfig withBodyBytes(int value) {
    return new StubConfig(link, tls, protocol, keepAlive, service, faults, value, seed);
  }

  /** The same with this seed. */
  public StubConfig withSeed(long value) {
    return new StubConfig(link, tls, protocol, keepAlive, service, faults, bodyBytes, value);
  }

  /**
   * The same path without its delays: no service time, and a link, if there is one, whose round trip is zero. A client
   * that is driven through it runs all the code of the delayed path, only sooner.
   */
  public StubConfig undelayed() {
    StubConfig served = withServiceTime(Duration.ZERO);
    return link.isEmpty() ? served : served.withLink(new Link(Duration.ZERO));
  }
}

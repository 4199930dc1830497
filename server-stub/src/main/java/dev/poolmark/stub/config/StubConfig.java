package dev.poolmark.stub.config;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine;

/**
 * The settings of a stub. Immutable; every value is checked when the record is made, and an error names the field, the
 * rule and the value.
 *
 * @param link the emulated network; if empty, clients connect to the server directly
 * @param tls what a handshake on the TLS port costs
 * @param protocol what the server offers to speak
 * @param keepAlive how long a connection lives, and how the server closes it
 * @param service the work for each request, from its last byte to the start of its response
 * @param faults what goes wrong; if several hit the same request or connection, the first one counts
 * @param bodyBytes length of a response's body
 * @param seed of all that is random: jitter, service times, faults
 */
public record StubConfig(
    Optional<Link> link,
    TlsSettings tls,
    HttpProtocol protocol,
    KeepAlive keepAlive,
    SimulatedService service,
    List<Fault> faults,
    int bodyBytes,
    long seed) {
  /** The longest body, 64 MiB. */
  public static final int MAX_BODY_BYTES = 64 << 20;

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

  /** No link, no service time, {@link TlsSettings#FULL_1_2}, HTTP/1.1, no faults, bodies of 2,048 bytes, seed 1. */
  public static StubConfig defaults() {
    return new StubConfig(
        Optional.empty(),
        TlsSettings.FULL_1_2,
        HttpProtocol.HTTP_1_1,
        KeepAlive.MINUTE,
        SimulatedService.NONE,
        List.of(),
        2048,
        1);
  }

  /**
   * Parses settings named as on the stub's command line, such as {@code rtt=5ms} or {@code tls=1.3}. Those not named
   * are as in {@link #defaults}.
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

  /** The mean service time. */
  public Duration serviceTime() {
    return service.time().mean();
  }

  /** A copy with this link. */
  public StubConfig withLink(Link value) {
    return new StubConfig(
        Optional.of(value), tls, protocol, keepAlive, service, faults, bodyBytes, seed);
  }

  /** A copy with these TLS settings. */
  public StubConfig withTls(TlsSettings value) {
    return new StubConfig(link, value, protocol, keepAlive, service, faults, bodyBytes, seed);
  }

  /** A copy that offers this protocol. */
  public StubConfig withProtocol(HttpProtocol value) {
    return new StubConfig(link, tls, value, keepAlive, service, faults, bodyBytes, seed);
  }

  /** A copy with this handling of connections. */
  public StubConfig withKeepAlive(KeepAlive value) {
    return new StubConfig(link, tls, protocol, value, service, faults, bodyBytes, seed);
  }

  /** A copy with this service. */
  public StubConfig withService(SimulatedService value) {
    return new StubConfig(link, tls, protocol, keepAlive, value, faults, bodyBytes, seed);
  }

  /** A copy with this service time for every request. */
  public StubConfig withServiceTime(Duration value) {
    return withService(service.withTime(new ServiceTime.Fixed(value)));
  }

  /** A copy with these faults and no others. */
  public StubConfig withFaults(List<Fault> value) {
    return new StubConfig(link, tls, protocol, keepAlive, service, value, bodyBytes, seed);
  }

  /** A copy with bodies of this length. */
  public StubConfig withBodyBytes(int value) {
    return new StubConfig(link, tls, protocol, keepAlive, service, faults, value, seed);
  }

  /** A copy with this seed. */
  public StubConfig withSeed(long value) {
    return new StubConfig(link, tls, protocol, keepAlive, service, faults, bodyBytes, value);
  }

  /**
   * A copy without delays: no service time, and a round trip of zero if there is a link. A client that warms up against
   * it runs the same code as against the delayed stub, only faster.
   */
  public StubConfig undelayed() {
    StubConfig served = withServiceTime(Duration.ZERO);
    return link.isEmpty() ? served : served.withLink(new Link(Duration.ZERO));
  }
}

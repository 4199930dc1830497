package dev.poolmark.jmh;

import dev.poolmark.clients.Protocol;
import dev.poolmark.stub.config.HttpProtocol;
import dev.poolmark.stub.config.Link;
import dev.poolmark.stub.config.StubConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The network and the service behind a benchmark, written as one parameter: {@code reference}, settings joined by plus
 * signs such as {@code rtt=0.5ms+service-time=2ms+tls=1.3}, or both. The settings are the stub's command-line options.
 * Without {@code tls}, calls use the plain port. If the stub's {@code protocol} is HTTP/2, so is the clients'.
 *
 * @param stub how the server is set up
 * @param tls whether calls use its TLS port
 */
record Profile(StubConfig stub, boolean tls) {
  /** The figures of the source design are those of this network and service. */
  private static final Map<String, String> NAMED =
      Map.of("reference", "rtt=5ms+service-time=25ms+tls=1.2");

  /**
   * Reads the parameter.
   *
   * @throws IllegalArgumentException that names the setting, the rule and the value
   */
  static Profile parse(String text) {
    List<String> settings = Arrays.stream(text.split("\\+", -1))
        .flatMap(part -> Arrays.stream(NAMED.getOrDefault(part, part).split("\\+", -1)))
        .toList();
    try {
      return new Profile(
          StubConfig.of(settings), settings.stream().anyMatch(s -> s.startsWith("tls=")));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "profile must be " + String.join(", ", NAMED.keySet())
              + ", or settings such as rtt=5ms, service-time=25ms, tls=1.2 joined by +: " + text
              + " (" + e.getMessage() + ")",
          e);
    }
  }

  /** The same network and service, offering what that level of reuse needs. */
  Profile offering(ReuseLevel level) {
    return new Profile(level.offeredBy(stub), tls);
  }

  /** The same network and service without their delays. */
  Profile undelayed() {
    return new Profile(stub.undelayed(), tls);
  }

  /** The shortest possible call on an open connection: a round trip and the service time. */
  Duration delay() {
    return stub.link().map(Link::roundTrip).orElse(Duration.ZERO).plus(stub.serviceTime());
  }

  /** The protocol of the clients. */
  Protocol protocol() {
    return stub.protocol() == HttpProtocol.HTTP_2 ? Protocol.HTTP_2 : Protocol.HTTP_1_1;
  }
}

package dev.poolmark.jmh;

import dev.poolmark.stub.Link;
import dev.poolmark.stub.StubConfig;
import dev.poolmark.stub.Tls;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The network and the service that the clients are measured against, as one parameter: {@code reference}, or settings
 * joined by plus signs such as {@code rtt=0.5ms+service=2ms+tls=1.3}. What is not set is absent: no link, no service
 * time, no TLS. {@code tls} is {@code 1.2} or {@code 1.3}, RSA-2048, full handshakes.
 *
 * @param stub how the server is set up
 * @param tls whether calls go through its TLS door
 */
record Profile(StubConfig stub, boolean tls) {
  /** The source design's figures are those of this network and service. */
  private static final Map<String, String> NAMED =
      Map.of("reference", "rtt=5ms+service=25ms+tls=1.2");

  private static final Pattern MILLIS = Pattern.compile("(\\d{1,5}(?:\\.\\d{1,6})?)ms");

  /**
   * Reads the parameter.
   *
   * @throws IllegalArgumentException that names the setting, the rule and the value
   */
  static Profile parse(String text) {
    Profile profile = new Profile(StubConfig.defaults(), false);
    for (String setting : NAMED.getOrDefault(text, text).split("\\+", -1)) {
      int equals = setting.indexOf('=');
      String key = equals < 0 ? setting : setting.substring(0, equals);
      profile = profile.with(key, setting.substring(equals + 1), text);
    }
    return profile;
  }

  private Profile with(String key, String value, String text) {
    return switch (key) {
      case "rtt" -> new Profile(stub.withLink(new Link(duration(key, value))), tls);
      case "service" -> new Profile(stub.withServiceTime(duration(key, value)), tls);
      case "tls" ->
        new Profile(stub.withTls(new Tls(version(value), Tls.Key.RSA_2048, false)), true);
      default ->
        throw new IllegalArgumentException("profile must be "
            + String.join(", ", NAMED.keySet())
            + ", or settings rtt=..ms, service=..ms, tls=1.2|1.3 joined by +: "
            + text);
    };
  }

  private static Duration duration(String key, String value) {
    Matcher matcher = MILLIS.matcher(value);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(key + " must be in milliseconds, such as 0.5ms: " + value);
    }
    return Duration.ofNanos(Math.round(Double.parseDouble(matcher.group(1)) * 1e6));
  }

  private static Tls.Version version(String value) {
    return switch (value) {
      case "1.2" -> Tls.Version.TLS_1_2;
      case "1.3" -> Tls.Version.TLS_1_3;
      default -> throw new IllegalArgumentException("tls must be 1.2 or 1.3: " + value);
    };
  }

  /** The same path without its delays. */
  Profile undelayed() {
    return new Profile(stub.undelayed(), tls);
  }

  /** What a call on an open connection takes at the least: a round trip and the service time. */
  Duration delay() {
    return stub.link().map(Link::roundTrip).orElse(Duration.ZERO).plus(stub.serviceTime());
  }
}

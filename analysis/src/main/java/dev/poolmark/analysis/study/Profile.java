package dev.poolmark.analysis.study;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The network and the service of a cell, as a value of an axis: settings joined by plus signs, such as
 * {@code rtt=5ms+service-time=25ms+tls=1.2}. What is not set is absent: no round trip, no service time, no TLS, and no
 * session to resume.
 */
public record Profile(double roundTripMillis, double serviceMillis, Tls tls) {

  private static final Pattern MILLIS = Pattern.compile("(\\d{1,5}(?:\\.\\d{1,6})?)ms");

  /** The kinds of TLS, by what they cost. */
  public enum Tls {
    PLAIN("plain", 0),
    TLS_1_2("TLS 1.2", 2),
    TLS_1_2_RESUMED("TLS 1.2 resumed", 1),
    TLS_1_3("TLS 1.3", 1),
    TLS_1_3_RESUMED("TLS 1.3 resumed", 1);

    private final String word;
    private final int roundTrips;

    Tls(String word, int roundTrips) {
      this.word = word;
      this.roundTrips = roundTrips;
    }

    /** The kind of that version, {@code 1.2} or {@code 1.3}; plain for any other word. */
    public static Tls of(String version, boolean resumed) {
      return switch (version) {
        case "1.2" -> resumed ? TLS_1_2_RESUMED : TLS_1_2;
        case "1.3" -> resumed ? TLS_1_3_RESUMED : TLS_1_3;
        default -> PLAIN;
      };
    }

    /** For people. */
    public String word() {
      return word;
    }

    /** The round trips of a handshake before the first request, after RFC 5246 and RFC 8446. */
    public int roundTrips() {
      return roundTrips;
    }
  }

  /**
   * Reads the value.
   *
   * @throws IllegalArgumentException that names the setting, the rule and the value
   */
  static Profile parse(String text) {
    double roundTrip = 0;
    double service = 0;
    String tls = "none";
    boolean resumed = false;
    Set<String> seen = new HashSet<>();
    for (String setting : text.split("\\+", -1)) {
      String[] parts = setting.split("=", 2);
      String value = parts.length == 2 ? parts[1] : "";
      if (!seen.add(parts[0])) {
        throw new IllegalArgumentException(parts[0] + " must be set once: " + text);
      }
      switch (parts[0]) {
        case "rtt" -> roundTrip = millis("rtt", value);
        case "service-time" -> service = millis("service-time", value);
        case "tls" -> tls = oneOf("tls", "1.2|1.3", value);
        case "resumption" -> resumed = oneOf("resumption", "on", value).equals("on");
        default ->
          throw new IllegalArgumentException("must be settings rtt=..ms, service-time=..ms,"
              + " tls=1.2|1.3, resumption=on joined by +: " + text);
      }
    }
    if (resumed && tls.equals("none")) {
      throw new IllegalArgumentException("resumption needs tls: " + text);
    }
    return new Profile(roundTrip, service, Tls.of(tls, resumed));
  }

  private static double millis(String key, String value) {
    Matcher matcher = MILLIS.matcher(value);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(key + " must be in milliseconds, such as 0.5ms: " + value);
    }
    return Double.parseDouble(matcher.group(1));
  }

  private static String oneOf(String key, String valid, String value) {
    if (!Set.of(valid.split("\\|")).contains(value)) {
      throw new IllegalArgumentException(key + " must be " + valid + ": " + value);
    }
    return value;
  }
}

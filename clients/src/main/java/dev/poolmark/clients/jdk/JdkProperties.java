package dev.poolmark.clients.jdk;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Protocol;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Locale;

/**
 * The settings that the JDK's client takes from system properties, once per JVM. They are set here unless the command
 * line has set them. The leave to send {@code Connection: close} must come before any other use of that client; the
 * idle timeout is fixed by the first config that opens a client, and a later config may only allow more. The JDK counts
 * it in whole seconds and looks for connections to close when its selector wakes, which a connection that becomes idle
 * does not make it do: left alone it sleeps for three seconds, here for one. Thread-safe.
 */
final class JdkProperties {
  private static final String RESTRICTED_HEADERS = "jdk.httpclient.allowRestrictedHeaders";
  private static final String IDLE_SECONDS = "jdk.httpclient.keepalive.timeout";
  private static final String HTTP_2_IDLE_SECONDS = IDLE_SECONDS + ".h2";
  private static final String LONGEST_SLEEP_MILLIS = "jdk.internal.httpclient.selectorTimeout";
  private static final String SHORTEST_THAT_THE_JDK_TAKES = "1000";

  private JdkProperties() {}

  /**
   * Sets what is unset, and checks that the JDK will honour it.
   *
   * @throws IllegalArgumentException if the idle timeout or the protocol cannot be honoured; names field, rule and
   *     value
   * @throws IllegalStateException if the JDK's client was used before in this JVM, without that leave
   */
  static synchronized void prepare(ClientConfig config) {
    boolean http2 = config.protocol() == Protocol.HTTP_2;
    if (http2 && Runtime.version().feature() < 21) {
      throw new IllegalArgumentException(
          "protocol must be " + Protocol.HTTP_1_1.label() + " with client " + JdkProvider.NAME
              + " before JDK 21: " + config.protocol().label());
    }
    long seconds = config.idleTimeout().toSeconds();
    if (seconds < 1) {
      throw new IllegalArgumentException("idleTimeout must be >= PT1S with client "
          + JdkProvider.NAME + ": " + config.idleTimeout());
    }
    String allowed = System.getProperty(RESTRICTED_HEADERS, "");
    if (!(',' + allowed.toLowerCase(Locale.ROOT) + ',').contains(",connection,")) {
      System.setProperty(
          RESTRICTED_HEADERS, allowed.isEmpty() ? "connection" : allowed + ",connection");
    }
    if (Long.getLong(IDLE_SECONDS, -1) < 0) {
      System.setProperty(IDLE_SECONDS, Long.toString(seconds));
    }
    if (System.getProperty(LONGEST_SLEEP_MILLIS) == null) {
      System.setProperty(LONGEST_SLEEP_MILLIS, SHORTEST_THAT_THE_JDK_TAKES);
    }
    String property = http2 && System.getProperty(HTTP_2_IDLE_SECONDS) != null
        ? HTTP_2_IDLE_SECONDS
        : IDLE_SECONDS;
    long inForce = Long.getLong(property, seconds);
    if (seconds < inForce) {
      throw new IllegalArgumentException("idleTimeout must be >= " + Duration.ofSeconds(inForce)
          + ", which system property " + property
          + " or the first client of this JVM has fixed, with client " + JdkProvider.NAME + ": "
          + config.idleTimeout());
    }
    try {
      HttpRequest.newBuilder(URI.create("http://localhost")).header("Connection", "close");
    } catch (IllegalArgumentException tooLate) {
      throw new IllegalStateException(
          "the JDK's HttpClient was used before client " + JdkProvider.NAME
              + " was opened: start the JVM with -D" + RESTRICTED_HEADERS + "=connection -D"
              + IDLE_SECONDS + "=" + seconds,
          tooLate);
    }
  }
}

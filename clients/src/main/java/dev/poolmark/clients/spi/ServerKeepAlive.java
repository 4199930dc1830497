package dev.poolmark.clients.spi;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How long a server keeps an idle connection of HTTP/1.1, as its field {@code Keep-Alive: timeout=5, max=100} says (RFC
 * 2068, section 19.7.1). Stateless.
 */
final class ServerKeepAlive {
  /** A request may be on its way when the server closes the connection. */
  private static final long MARGIN_SECONDS = 1;

  private static final String TIMEOUT = "timeout=";
  private static final String MAX = "max=";

  private ServerKeepAlive() {}

  /**
   * How long a client may keep the connection: a second less than the server does, and no longer than {@code atMost}. Zero
   * if it must not keep it at all. What is no number is ignored.
   *
   * @param field the value of the field, null if the response has none
   */
  static Duration of(@Nullable String field, Duration atMost) {
    if (field == null) {
      return atMost;
    }
    Duration keep = atMost;
    for (String parameter : field.toLowerCase(Locale.ROOT).split("[,;]", -1)) {
      String text = parameter.strip().replaceAll("\\s*=\\s*", "=");
      if (text.startsWith(TIMEOUT)) {
        long seconds = number(text.substring(TIMEOUT.length())) - MARGIN_SECONDS;
        Duration servers = Duration.ofSeconds(Math.max(0, seconds));
        keep = servers.compareTo(keep) < 0 ? servers : keep;
      } else if (text.startsWith(MAX) && number(text.substring(MAX.length())) == 0) {
        return Duration.ZERO;
      }
    }
    return keep;
  }

  private static long number(String text) {
    try {
      return Long.parseUnsignedLong(text) & Long.MAX_VALUE;
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }
}

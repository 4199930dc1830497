package dev.poolmark.stub.config;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How long the server keeps a connection open, what it announces, and how it closes one. Immutable.
 *
 * @param idleTimeout how long a connection may wait for a request, or for the rest of one, before the server closes
 *     it; to the nearest millisecond
 * @param maxRequests requests that a connection may carry; 0 for no limit
 * @param ending how the server closes a connection
 * @param advertised the timeout that a {@code Keep-Alive} header promises, in whole seconds; empty for no header. The
 *     promise need not be true
 */
public record KeepAlive(
    Duration idleTimeout, int maxRequests, Ending ending, Optional<Duration> advertised) {
  /** How the server closes a connection. */
  public enum Ending {
    /** After {@code Connection: close} in the last response, or a GOAWAY in HTTP/2; an idle one with FIN. */
    ANNOUNCED("announced"),
    /** With FIN, unannounced. */
    FIN("fin"),
    /** With RST, unannounced. */
    RST("rst");

    private final String label;

    Ending(String label) {
      this.label = label;
    }

    /** The name in options, such as {@code rst}. */
    public String label() {
      return label;
    }
  }

  /** Keeps an idle connection open for a minute and advertises nothing. */
  public static final KeepAlive MINUTE =
      new KeepAlive(Duration.ofMinutes(1), 0, Ending.ANNOUNCED, Optional.empty());

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public KeepAlive {
    Limits.checkTimeout("idleTimeout", idleTimeout);
    if (maxRequests < 0) {
      throw new IllegalArgumentException("maxRequests must be >= 0: " + maxRequests);
    }
    Objects.requireNonNull(ending, "ending");
    Objects.requireNonNull(advertised, "advertised").ifPresent(value -> {
      if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.toNanosPart() != 0) {
        throw new IllegalArgumentException("advertised must be whole seconds, >= 1 s: " + value);
      }
    });
  }

  /** A copy with this idle timeout. */
  public KeepAlive withIdleTimeout(Duration value) {
    return new KeepAlive(value, maxRequests, ending, advertised);
  }

  /** A copy with this limit on the requests of a connection; 0 for none. */
  public KeepAlive withMaxRequests(int value) {
    return new KeepAlive(idleTimeout, value, ending, advertised);
  }

  /** A copy with this way to close a connection. */
  public KeepAlive withEnding(Ending value) {
    return new KeepAlive(idleTimeout, maxRequests, value, advertised);
  }

  /** A copy with a header that promises this. */
  public KeepAlive withAdvertised(Duration value) {
    return new KeepAlive(idleTimeout, maxRequests, ending, Optional.of(value));
  }
}

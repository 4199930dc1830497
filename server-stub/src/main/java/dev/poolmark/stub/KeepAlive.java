package dev.poolmark.stub;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How long the server keeps a connection, what it says of that, and how it ends one. Immutable.
 *
 * @param idleTimeout a connection without a request, or with half of one, for that long is closed; to the nearest
 *     millisecond
 * @param maxRequests requests that a connection may carry; 0 for any number
 * @param ending how a connection ends
 * @param advertised what a {@code Keep-Alive: timeout=} header promises, in whole seconds; empty for no such header. It
 *     need not be the truth
 */
public record KeepAlive(
    Duration idleTimeout, int maxRequests, Ending ending, Optional<Duration> advertised) {
  /** How a connection ends. */
  public enum Ending {
    /** The last response says {@code Connection: close}, or in HTTP/2 a GOAWAY does; FIN when idle. */
    ANNOUNCED("announced"),
    /** FIN, without a word. */
    FIN("fin"),
    /** RST, without a word. */
    RST("rst");

    final String text;

    Ending(String text) {
      this.text = text;
    }
  }

  /** Keeps a connection for a minute, says nothing of it. */
  public static final KeepAlive MINUTE =
      new KeepAlive(Duration.ofMinutes(1), 0, Ending.ANNOUNCED, Optional.empty());

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public KeepAlive {
    StubConfig.checkTimeout("idleTimeout", idleTimeout);
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

  /** The same with this idle timeout. */
  public KeepAlive withIdleTimeout(Duration value) {
    return new KeepAlive(value, maxRequests, ending, advertised);
  }

  /** The same with this limit of requests for each connection; 0 for none. */
  public KeepAlive withMaxRequests(int value) {
    return new KeepAlive(idleTimeout, value, ending, advertised);
  }

  /** The same with this way to end a connection. */
  public KeepAlive withEnding(Ending value) {
    return new KeepAlive(idleTimeout, maxRequests, value, advertised);
  }

  /** The same with a header that promises this. */
  public KeepAlive withAdvertised(Duration value) {
    return new KeepAlive(idleTimeout, maxRequests, ending, Optional.of(value));
  }
}

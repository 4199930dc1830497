package dev.poolmark.clients;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.X509TrustManager;

/**
 * The limits and timeouts of a client, the same for every library. Immutable. Every value is checked when the record
 * is made; an error names the field, the rule and the value. Defaults are those of the source design: {@link
 * Builder}.
 *
 * @param reuse how far connections are reused
 * @param maxConnections most connections in use at once, over all endpoints, and most that are open to one endpoint
 * @param maxIdleConnections most connections that are kept open while no call uses them
 * @param idleTimeout longest that a connection is kept open while no call uses it
 * @param acquireTimeout longest that a call waits for a connection while {@code maxConnections} are in use
 * @param callTimeout longest that a call may take, from {@code execute} to the last byte of the response
 * @param connectTimeout longest that the opening of a TCP connection may take
 * @param readTimeout longest silence while a TLS handshake or a response is awaited or read
 * @param writeTimeout longest that a write of part of the request may be held up
 * @param trust whom to trust in TLS; empty for the JVM's default
 */
public record ClientConfig(
    Reuse reuse,
    int maxConnections,
    int maxIdleConnections,
    Duration idleTimeout,
    Duration acquireTimeout,
    Duration callTimeout,
    Duration connectTimeout,
    Duration readTimeout,
    Duration writeTimeout,
    Optional<X509TrustManager> trust) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public ClientConfig {
    Objects.requireNonNull(reuse, "reuse");
    Objects.requireNonNull(trust, "trust");
    if (maxConnections < 1) {
      throw new IllegalArgumentException("maxConnections must be >= 1: " + maxConnections);
    }
    if (maxIdleConnections < 0) {
      throw new IllegalArgumentException("maxIdleConnections must be >= 0: " + maxIdleConnections);
    }
    if (maxIdleConnections > maxConnections) {
      throw new IllegalArgumentException("maxIdleConnections must be <= maxConnections ("
          + maxConnections + "): " + maxIdleConnections);
    }
    if (reuse != Reuse.CONNECTION_PER_REQUEST && maxIdleConnections == 0) {
      throw new IllegalArgumentException("maxIdleConnections must be >= 1 unless reuse is "
          + Reuse.CONNECTION_PER_REQUEST.label() + ": " + maxIdleConnections);
    }
    checkMillis("idleTimeout", idleTimeout);
    checkMillis("acquireTimeout", acquireTimeout);
    checkMillis("callTimeout", callTimeout);
    checkMillis("connectTimeout", connectTimeout);
    checkMillis("readTimeout", readTimeout);
    checkMillis("writeTimeout", writeTimeout);
  }

  /** Libraries count timeouts in milliseconds, most of them in an {@code int}. */
  private static void checkMillis(String field, Duration value) {
    if (value.compareTo(Duration.ofMillis(1)) < 0
        || value.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException(field + " must be from 1 ms to 24 days: " + value);
    }
  }

  /** A builder that holds the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that holds this config's values. */
  public Builder toBuilder() {
    return builder()
        .reuse(reuse)
        .maxConnections(maxConnections)
        .maxIdleConnections(maxIdleConnections)
        .idleTimeout(idleTimeout)
        .acquireTimeout(acquireTimeout)
        .callTimeout(callTimeout)
        .connectTimeout(connectTimeout)
        .readTimeout(readTimeout)
        .writeTimeout(writeTimeout)
        .trust(trust);
  }

  /** Collects values for a {@link ClientConfig}; each method is named like its field. Not safe for several threads. */
  public static final class Builder {
    private Reuse reuse = Reuse.POOLED;
    private int maxConnections = 100;
    private int maxIdleConnections = 20;
    private Duration idleTimeout = Duration.ofSeconds(60);
    private Duration acquireTimeout = Duration.ofSeconds(30);
    private Duration callTimeout = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration readTimeout = Duration.ofSeconds(30);
    private Duration writeTimeout = Duration.ofSeconds(5);
    private Optional<X509TrustManager> trust = Optional.empty();

    private Builder() {}

    public Builder reuse(Reuse value) {
      reuse = value;
      return this;
    }

    public Builder maxConnections(int value) {
      maxConnections = value;
      return this;
    }

    public Builder maxIdleConnections(int value) {
      maxIdleConnections = value;
      return this;
    }

    public Builder idleTimeout(Duration value) {
      idleTimeout = value;
      return this;
    }

    public Builder acquireTimeout(Duration value) {
      acquireTimeout = value;
      return this;
    }

    public Builder callTimeout(Duration value) {
      callTimeout = value;
      return this;
    }

    public Builder connectTimeout(Duration value) {
      connectTimeout = value;
      return this;
    }

    public Builder readTimeout(Duration value) {
      readTimeout = value;
      return this;
    }

    public Builder writeTimeout(Duration value) {
      writeTimeout = value;
      return this;
    }

    public Builder trust(Optional<X509TrustManager> value) {
      trust = value;
      return this;
    }

    /** Trusts this manager alone. */
    public Builder trust(X509TrustManager value) {
      return trust(Optional.of(value));
    }

    /**
     * Makes the config.
     *
     * @throws IllegalArgumentException that names the field, the rule and the value
     */
    public ClientConfig build() {
      return new ClientConfig(
          reuse,
          maxConnections,
          maxIdleConnections,
          idleTimeout,
          acquireTimeout,
          callTimeout,
          connectTimeout,
          readTimeout,
          writeTimeout,
          trust);
    }
  }
}

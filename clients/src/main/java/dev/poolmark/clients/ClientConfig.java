package dev.poolmark.clients;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.X509TrustManager;

/**
 * The limits and timeouts of a client, the same for every library. {@link #builder()} holds the defaults; environment
 * variables override them ({@link #fromEnvironment()}), and code overrides both. Immutable.
 *
 * <p>A config remembers where each value came from, and {@link #toString()} shows it. Configs with equal values are
 * equal, wherever the values came from.
 *
 * <p>To add a setting, declare it in {@link ConfigSetting} and give it an accessor and a builder's method here. Its
 * default, variable, checks, errors, line of {@code toString} and row in the README follow from the declaration:
 *
 * <pre>{@code
 * MAX_WAITERS = declare("maxWaiters", count(0), c -> Integer.MAX_VALUE, "maximum calls waiting ...");
 * public int maxWaiters() { return get(ConfigSetting.MAX_WAITERS); }
 * public Builder maxWaiters(int value) { return set(ConfigSetting.MAX_WAITERS, value); }
 * }</pre>
 */
public final class ClientConfig {
  private static final String DEFAULT = "default";
  private static final String CODE = "code";

  /** By {@link ConfigSetting#index()}. */
  private final Object[] values;

  private final String[] origins;

  private ClientConfig(Builder builder) {
    values = builder.values.clone();
    origins = builder.origins.clone();
    for (ConfigSetting<?> setting : ConfigSetting.ALL) {
      if (origin(setting).equals(DEFAULT)) {
        values[setting.index()] = setting.byDefault().apply(this);
      }
      setting.check(this);
    }
  }

  /** A builder that holds the defaults. */
  public static Builder builder() {
    Stream<String> origins = ConfigSetting.ALL.stream().map(setting -> DEFAULT);
    return new Builder(new Object[ConfigSetting.ALL.size()], origins.toArray(String[]::new));
  }

  /**
   * A builder that holds the values of the environment variables {@code HTTP_CLIENT_...}, which the module's README
   * lists, and defaults for the rest. A timeout is in seconds, with or without decimals.
   *
   * @throws IllegalArgumentException if a variable is malformed, or has such a name and is unknown; names the first in
   *     alphabetical order
   */
  public static Builder fromEnvironment() {
    return Environment.read(System.getenv());
  }

  /**
   * Like {@link #fromEnvironment()}, for one service: with the prefix {@code SEARCH_SERVICE}, a variable {@code
   * SEARCH_SERVICE_HTTP_CLIENT_...} overrides {@code HTTP_CLIENT_...}.
   *
   * @throws IllegalArgumentException like {@link #fromEnvironment()}, and if the prefix is not made of capital letters,
   *     digits and single underscores between them
   */
  public static Builder fromEnvironment(String servicePrefix) {
    return Environment.read(servicePrefix, System.getenv());
  }

  /**
   * The search client's builder: {@link #fromEnvironment(String)} with {@code SEARCH_SERVICE}, and this {@code
   * callTimeout} whatever the variables say.
   *
   * @throws IllegalArgumentException like {@link #fromEnvironment()}
   */
  public static Builder searchFromEnvironment(Duration callTimeout) {
    return fromEnvironment("SEARCH_SERVICE").callTimeout(callTimeout);
  }

  /** A builder that holds this config's values and their origins; a default stays one. */
  public Builder toBuilder() {
    return new Builder(values.clone(), origins.clone());
  }

  public Reuse reuse() {
    return get(ConfigSetting.REUSE);
  }

  public Protocol protocol() {
    return get(ConfigSetting.PROTOCOL);
  }

  public int maxConnections() {
    return get(ConfigSetting.MAX_CONNECTIONS);
  }

  public int maxConnectionsPerEndpoint() {
    return get(ConfigSetting.MAX_CONNECTIONS_PER_ENDPOINT);
  }

  public Sizing sizing() {
    return get(ConfigSetting.SIZING);
  }

  public int minConnections() {
    return get(ConfigSetting.MIN_CONNECTIONS);
  }

  public int maxIdleConnections() {
    return get(ConfigSetting.MAX_IDLE_CONNECTIONS);
  }

  public ReuseOrder reuseOrder() {
    return get(ConfigSetting.REUSE_ORDER);
  }

  public int maxWaiters() {
    return get(ConfigSetting.MAX_WAITERS);
  }

  public Duration idleTimeout() {
    return get(ConfigSetting.IDLE_TIMEOUT);
  }

  public Optional<Duration> maxLifetime() {
    return get(ConfigSetting.MAX_LIFETIME);
  }

  public Duration validateAfterIdle() {
    return get(ConfigSetting.VALIDATE_AFTER_IDLE);
  }

  public Duration tcpKeepAlive() {
    return get(ConfigSetting.TCP_KEEP_ALIVE);
  }

  public Duration acquireTimeout() {
    return get(ConfigSetting.ACQUIRE_TIMEOUT);
  }

  public Duration callTimeout() {
    return get(ConfigSetting.CALL_TIMEOUT);
  }

  public Duration connectTimeout() {
    return get(ConfigSetting.CONNECT_TIMEOUT);
  }

  public Duration readTimeout() {
    return get(ConfigSetting.READ_TIMEOUT);
  }

  public Duration writeTimeout() {
    return get(ConfigSetting.WRITE_TIMEOUT);
  }

  public int maxResponseBytes() {
    return get(ConfigSetting.MAX_RESPONSE_BYTES);
  }

  public int maxResponseHeaderBytes() {
    return get(ConfigSetting.MAX_RESPONSE_HEADER_BYTES);
  }

  public int maxRetries() {
    return get(ConfigSetting.MAX_RETRIES);
  }

  public double retryBackoffMultiplier() {
    return get(ConfigSetting.RETRY_BACKOFF_MULTIPLIER);
  }

  public Optional<X509TrustManager> trust() {
    return get(ConfigSetting.TRUST);
  }

  public Optional<NameResolver> resolver() {
    return get(ConfigSetting.RESOLVER);
  }

  public Duration addressTtl() {
    return get(ConfigSetting.ADDRESS_TTL);
  }

  /** Whatever sets or reads a value keeps to its setting's type. */
  @SuppressWarnings("unchecked")
  <T> T get(ConfigSetting<T> setting) {
    return (T) values[setting.index()];
  }

  /** Where a value came from: {@code default}, {@code code} or the name of an environment variable. */
  String origin(ConfigSetting<?> setting) {
    return origins[setting.index()];
  }

  /** Equal if all values are, whatever their origins. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ClientConfig config && Arrays.equals(values, config.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  /** One line for each setting, such as {@code callTimeout = 2.5 s (HTTP_CLIENT_DEFAULT_TIMEOUT)}. */
  @Override
  public String toString() {
    return ConfigSetting.ALL.stream()
        .map(setting -> setting.name() + " = " + setting.text(this) + " (" + origin(setting) + ")")
        .collect(Collectors.joining("\n"));
  }

  /**
   * Collects values for a {@link ClientConfig}. A value that is not set is the default, which may follow other values.
   * Each duration is from 1 ms to 24 days, unless its method says otherwise. Not thread-safe.
   */
  public static final class Builder {
    private final Object[] values;
    private final String[] origins;

    private Builder(Object[] values, String[] origins) {
      this.values = values;
      this.origins = origins;
    }

    private <T> Builder set(ConfigSetting<T> setting, T value) {
      return set(setting, value, CODE);
    }

    /** The value must be of the setting's type. */
    Builder set(ConfigSetting<?> setting, Object value, String origin) {
      values[setting.index()] = Objects.requireNonNull(value, setting.name());
      origins[setting.index()] = origin;
      return this;
    }

    /** What calls share. Default {@link Reuse#POOLED}. */
    public Builder reuse(Reuse value) {
      return set(ConfigSetting.REUSE, value);
    }

    /** {@link Protocol#HTTP_2} needs {@code https}, and connections that are reused. Default HTTP/1.1. */
    public Builder protocol(Protocol value) {
      return set(ConfigSetting.PROTOCOL, value);
    }

    /** Maximum connections in use, over all endpoints; over HTTP/2, maximum calls. At least 1; default 100. */
    public Builder maxConnections(int value) {
      return set(ConfigSetting.MAX_CONNECTIONS, value);
    }

    /** Maximum connections open to one endpoint. From 1 to {@code maxConnections}, the default. */
    public Builder maxConnectionsPerEndpoint(int value) {
      return set(ConfigSetting.MAX_CONNECTIONS_PER_ENDPOINT, value);
    }

    /**
     * How the limit on connections to one endpoint is chosen. {@link Sizing#ADAPTIVE} needs {@link Reuse#POOLED}. Default
     * {@link Sizing#FIXED}.
     */
    public Builder sizing(Sizing value) {
      return set(ConfigSetting.SIZING, value);
    }

    /**
     * Lowest limit that {@link Sizing#ADAPTIVE} sets, and the first. From 1, the default, to {@code
     * maxConnectionsPerEndpoint}.
     */
    public Builder minConnections(int value) {
      return set(ConfigSetting.MIN_CONNECTIONS, value);
    }

    /**
     * Maximum connections kept open while no call uses them. From 1 to {@code maxConnections}, or 0 if reuse is {@link
     * Reuse#CONNECTION_PER_REQUEST}. Default 20, or {@code maxConnections} if that is lower or sizing is {@link
     * Sizing#ADAPTIVE}.
     */
    public Builder maxIdleConnections(int value) {
      return set(ConfigSetting.MAX_IDLE_CONNECTIONS, value);
    }

    /**
     * Which of several idle connections the next call gets. Default {@link ReuseOrder#LIFO}, which {@link
     * Sizing#ADAPTIVE} needs.
     */
    public Builder reuseOrder(ReuseOrder value) {
      return set(ConfigSetting.REUSE_ORDER, value);
    }

    /** Maximum calls that wait for a connection; any further call fails at once. Default no limit. */
    public Builder maxWaiters(int value) {
      return set(ConfigSetting.MAX_WAITERS, value);
    }

    /** How long a connection is kept open while no call uses it. Default 60 s. */
    public Builder idleTimeout(Duration value) {
      return set(ConfigSetting.IDLE_TIMEOUT, value);
    }

    /**
     * Age at which a connection is closed, once no call uses it; up to a tenth less, so that connections of one moment do
     * not all end in one. Default empty: no limit.
     */
    public Builder maxLifetime(Optional<Duration> value) {
      return set(ConfigSetting.MAX_LIFETIME, value);
    }

    /** Closes connections of this age, once no call uses them. */
    public Builder maxLifetime(Duration value) {
      return maxLifetime(Optional.of(value));
    }

    /** Idle time after which a connection is checked before it is used again. Default 2 s. */
    public Builder validateAfterIdle(Duration value) {
      return set(ConfigSetting.VALIDATE_AFTER_IDLE, value);
    }

    /**
     * How long a connection lives on whose server's system answers no probe (TCP keep-alive), whether a call uses it or
     * not. A call on it fails with {@link Failure#CONNECTION_CLOSED}, long before {@code readTimeout}. A slow server is
     * not affected: its system answers. Over HTTP/2, OkHttp and Reactor Netty close a connection, too, if the server
     * answers no PING for as long. Whole seconds from 3 s to 12 h. Default 10 s, as for {@code connectTimeout}. The JDK's
     * client cannot probe, and ignores this.
     */
    public Builder tcpKeepAlive(Duration value) {
      return set(ConfigSetting.TCP_KEEP_ALIVE, value);
    }

    /** Maximum time that a call waits for a connection. Default 30 s. */
    public Builder acquireTimeout(Duration value) {
      return set(ConfigSetting.ACQUIRE_TIMEOUT, value);
    }

    /** Maximum time from {@code execute} to the last byte of the response. Default 30 s. */
    public Builder callTimeout(Duration value) {
      return set(ConfigSetting.CALL_TIMEOUT, value);
    }

    /** Maximum time to open a TCP connection. Default 10 s. */
    public Builder connectTimeout(Duration value) {
      return set(ConfigSetting.CONNECT_TIMEOUT, value);
    }

    /** Maximum silence of the server during a TLS handshake or a response. Default 30 s. */
    public Builder readTimeout(Duration value) {
      return set(ConfigSetting.READ_TIMEOUT, value);
    }

    /** Maximum time that writing part of a request may stall. Default 5 s. */
    public Builder writeTimeout(Duration value) {
      return set(ConfigSetting.WRITE_TIMEOUT, value);
    }

    /**
     * How many bytes the body of a response may have. A call whose response has more fails with {@link
     * Failure#RESPONSE_TOO_LARGE}, and its connection is closed. Default 16 MiB.
     */
    public Builder maxResponseBytes(int value) {
      return set(ConfigSetting.MAX_RESPONSE_BYTES, value);
    }

    /**
     * How many bytes the header fields of a response may have: those of the names and the values, and four for each
     * field, which counts 64 at least. A call whose response has more fails with {@link Failure#RESPONSE_TOO_LARGE}. At most 256 KiB. Default 64
     * KiB.
     */
    public Builder maxResponseHeaderBytes(int value) {
      return set(ConfigSetting.MAX_RESPONSE_HEADER_BYTES, value);
    }

    /** Maximum retries of a call, by a decorator that retries; no other client does. Default 3. */
    public Builder maxRetries(int value) {
      return set(ConfigSetting.MAX_RETRIES, value);
    }

    /** Factor by which the pause grows from retry to retry. Finite, at least 1; default 2. */
    public Builder retryBackoffMultiplier(double value) {
      return set(ConfigSetting.RETRY_BACKOFF_MULTIPLIER, value);
    }

    /** Which servers are trusted in TLS. Default empty: those that the JVM trusts. */
    public Builder trust(Optional<X509TrustManager> value) {
      return set(ConfigSetting.TRUST, value);
    }

    /** Trusts the servers that {@code value} trusts, and no others. */
    public Builder trust(X509TrustManager value) {
      return trust(Optional.of(value));
    }

    /** What looks up the addresses of a host. Default empty: the JVM. */
    public Builder resolver(Optional<NameResolver> value) {
      return set(ConfigSetting.RESOLVER, value);
    }

    /** Has {@code value} look up the addresses of a host. */
    public Builder resolver(NameResolver value) {
      return resolver(Optional.of(value));
    }

    /** Age at which the addresses of a host are looked up again. Default 5 s. */
    public Builder addressTtl(Duration value) {
      return set(ConfigSetting.ADDRESS_TTL, value);
    }

    /**
     * Makes the config.
     *
     * @throws IllegalArgumentException that names a setting, its rule, its value and the variables that set it
     */
    public ClientConfig build() {
      return new ClientConfig(this);
    }
  }
}

package dev.poolmark.clients;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.X509TrustManager;

/**
 * The limits and timeouts of a client, the same for every library. Immutable. Every value is checked when the record
 * is made; an error names the field, the rule and the value, and the environment variables that set it. Defaults are
 * those of the source design: {@link #builder()}. Environment variables override them: {@link #fromEnvironment()}.
 *
 * <p>A config knows where each value came from and shows it in {@link #toString()}. Configs of equal values are equal,
 * wherever the values came from.
 *
 * @param reuse how far connections are reused
 * @param protocol the version of HTTP; {@link Protocol#HTTP_2} is for {@code https} endpoints, and not for {@link
 *     Reuse#CONNECTION_PER_REQUEST}. With it, a connection in use means a call under way, here and below
 * @param maxConnections most connections in use at once, over all endpoints
 * @param maxConnectionsPerEndpoint most connections in use at once, and most that are open, to one authority
 * @param maxIdleConnections most connections that are kept open while no call uses them
 * @param maxWaiters most calls that wait for a connection at once; a call beyond them fails at once
 * @param idleTimeout longest that a connection is kept open while no call uses it
 * @param maxLifetime age at which a connection is closed when no call uses it; empty for no limit
 * @param validateAfterIdle idle time after which a connection is checked before it is used again
 * @param acquireTimeout longest that a call waits while as many connections are in use as may be
 * @param callTimeout longest that a call may take, from {@code execute} to the last byte of the response
 * @param connectTimeout longest that the opening of a TCP connection may take
 * @param readTimeout longest silence while a TLS handshake or a response is awaited or read
 * @param writeTimeout longest that a write of part of the request may be held up
 * @param maxRetries most times that a failed call is tried again; read by the retrying decorator, ignored by the
 *     clients that {@link ClientProvider} opens
 * @param retryBackoffMultiplier by how much each pause before a retry is longer than the one before it; read and
 *     ignored like {@code maxRetries}
 * @param trust whom to trust in TLS; empty for the JVM's default
 * @param origins where values came from, by the name of the field: the name of an environment variable, or {@code
 *     code}; a field that is absent holds its default. Filled by {@link Builder}
 */
public record ClientConfig(
    Reuse reuse,
    Protocol protocol,
    int maxConnections,
    int maxConnectionsPerEndpoint,
    int maxIdleConnections,
    int maxWaiters,
    Duration idleTimeout,
    Optional<Duration> maxLifetime,
    Duration validateAfterIdle,
    Duration acquireTimeout,
    Duration callTimeout,
    Duration connectTimeout,
    Duration readTimeout,
    Duration writeTimeout,
    int maxRetries,
    double retryBackoffMultiplier,
    Optional<X509TrustManager> trust,
    Map<String, String> origins) {
  static final String CODE = "code";

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public ClientConfig {
    Objects.requireNonNull(reuse, "reuse");
    Objects.requireNonNull(protocol, "protocol");
    Objects.requireNonNull(trust, "trust");
    origins = Map.copyOf(origins);
    check(
        protocol == Protocol.HTTP_1_1 || reuse != Reuse.CONNECTION_PER_REQUEST,
        "protocol must be " + Protocol.HTTP_1_1.label() + " when reuse is " + reuse.label() + ": "
            + protocol.label(),
        origins,
        "protocol",
        "reuse");
    check(
        maxConnections >= 1,
        "maxConnections must be >= 1: " + maxConnections,
        origins,
        "maxConnections");
    check(
        maxConnectionsPerEndpoint >= 1 && maxConnectionsPerEndpoint <= maxConnections,
        "maxConnectionsPerEndpoint must be from 1 to maxConnections (" + maxConnections + "): "
            + maxConnectionsPerEndpoint,
        origins,
        "maxConnectionsPerEndpoint",
        "maxConnections");
    check(maxWaiters >= 0, "maxWaiters must be >= 0: " + maxWaiters, origins, "maxWaiters");
    check(
        maxIdleConnections >= 0,
        "maxIdleConnections must be >= 0: " + maxIdleConnections,
        origins,
        "maxIdleConnections");
    check(
        maxIdleConnections <= maxConnections,
        "maxIdleConnections must be <= maxConnections (" + maxConnections + "): "
            + maxIdleConnections,
        origins,
        "maxIdleConnections",
        "maxConnections");
    check(
        maxIdleConnections >= 1 || reuse == Reuse.CONNECTION_PER_REQUEST,
        "maxIdleConnections must be >= 1 unless reuse is " + Reuse.CONNECTION_PER_REQUEST.label()
            + ": " + maxIdleConnections,
        origins,
        "maxIdleConnections");
    checkMillis("idleTimeout", idleTimeout, origins);
    if (maxLifetime.isPresent()) {
      checkMillis("maxLifetime", maxLifetime.get(), origins);
    }
    checkMillis("validateAfterIdle", validateAfterIdle, origins);
    checkMillis("acquireTimeout", acquireTimeout, origins);
    checkMillis("callTimeout", callTimeout, origins);
    checkMillis("connectTimeout", connectTimeout, origins);
    checkMillis("readTimeout", readTimeout, origins);
    checkMillis("writeTimeout", writeTimeout, origins);
    check(maxRetries >= 0, "maxRetries must be >= 0: " + maxRetries, origins, "maxRetries");
    check(
        retryBackoffMultiplier >= 1 && Double.isFinite(retryBackoffMultiplier),
        "retryBackoffMultiplier must be a finite number >= 1: " + retryBackoffMultiplier,
        origins,
        "retryBackoffMultiplier");
  }

  /** Libraries count timeouts in milliseconds, most of them in an {@code int}. */
  static boolean fitsMillis(Duration value) {
    return value.compareTo(Duration.ofMillis(1)) >= 0
        && value.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) <= 0;
  }

  private static void checkMillis(String field, Duration value, Map<String, String> origins) {
    check(fitsMillis(value), field + " must be from 1 ms to 24 days: " + value, origins, field);
  }

  /** Names the variables that set the fields of a rule that is broken. */
  private static void check(
      boolean holds, String message, Map<String, String> origins, String... fields) {
    if (!holds) {
      String variables = Stream.of(fields)
          .map(field -> origins.getOrDefault(field, CODE))
          .filter(origin -> !origin.equals(CODE))
          .collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          variables.isEmpty() ? message : message + " (" + variables + ")");
    }
  }

  /** A builder that holds the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * A builder that holds what the environment variables {@code HTTP_CLIENT_...} say, and defaults for the rest. The
   * module's README lists them. Timeouts are seconds and may have decimals. If a variable sets {@code maxConnections}
   * below the default of {@code maxIdleConnections}, and nothing sets the latter, it follows.
   *
   * @throws IllegalArgumentException if a variable is malformed, or begins like those and is unknown; names the first
   *     in the order of the alphabet
   */
  public static Builder fromEnvironment() {
    return fromEnvironment(System.getenv());
  }

  static Builder fromEnvironment(Map<String, String> environment) {
    return Environment.read(environment, List.of(Environment.PREFIX));
  }

  /**
   * Like {@link #fromEnvironment()}, for one service: a variable {@code SEARCH_SERVICE_HTTP_CLIENT_...} overrides
   * {@code HTTP_CLIENT_...} for the prefix {@code SEARCH_SERVICE}.
   *
   * @throws IllegalArgumentException like {@link #fromEnvironment()}, and if the prefix is not made of capital letters,
   *     digits and single underscores between them
   */
  public static Builder fromEnvironment(String servicePrefix) {
    return fromEnvironment(servicePrefix, System.getenv());
  }

  static Builder fromEnvironment(String servicePrefix, Map<String, String> environment) {
    if (!servicePrefix.matches("[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")) {
      throw new IllegalArgumentException(
          "servicePrefix must be a name such as SEARCH_SERVICE: " + servicePrefix);
    }
    return Environment.read(
        environment, List.of(Environment.PREFIX, servicePrefix + "_" + Environment.PREFIX));
  }

  /**
   * The search client's builder: {@link #fromEnvironment(String)} of {@code SEARCH_SERVICE}, with this {@code
   * callTimeout}, whatever the variables say.
   *
   * @throws IllegalArgumentException like {@link #fromEnvironment()}
   */
  public static Builder searchFromEnvironment(Duration callTimeout) {
    return searchFromEnvironment(callTimeout, System.getenv());
  }

  static Builder searchFromEnvironment(Duration callTimeout, Map<String, String> environment) {
    return fromEnvironment("SEARCH_SERVICE", environment).callTimeout(callTimeout);
  }

  /** A builder that holds this config's values, and where they came from. */
  public Builder toBuilder() {
    Builder builder = builder()
        .reuse(reuse)
        .protocol(protocol)
        .maxConnections(maxConnections)
        .maxConnectionsPerEndpoint(maxConnectionsPerEndpoint)
        .maxIdleConnections(maxIdleConnections)
        .maxWaiters(maxWaiters)
        .idleTimeout(idleTimeout)
        .maxLifetime(maxLifetime)
        .validateAfterIdle(validateAfterIdle)
        .acquireTimeout(acquireTimeout)
        .callTimeout(callTimeout)
        .connectTimeout(connectTimeout)
        .readTimeout(readTimeout)
        .writeTimeout(writeTimeout)
        .maxRetries(maxRetries)
        .retryBackoffMultiplier(retryBackoffMultiplier)
        .trust(trust);
    builder.origins.clear();
    builder.origins.putAll(origins);
    return builder;
  }

  /** Equal if all values are; {@link #origins()} does not count. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ClientConfig config && values().equals(config.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  private List<Object> values() {
    return List.of(
        reuse,
        protocol,
        maxConnections,
        maxConnectionsPerEndpoint,
        maxIdleConnections,
        maxWaiters,
        idleTimeout,
        maxLifetime,
        validateAfterIdle,
        acquireTimeout,
        callTimeout,
        connectTimeout,
        readTimeout,
        writeTimeout,
        maxRetries,
        retryBackoffMultiplier,
        trust);
  }

  /**
   * One line for each setting, with its value and where that came from: {@code default}, {@code code} or the name of an
   * environment variable. For example {@code callTimeout = 2.5 s (HTTP_CLIENT_DEFAULT_TIMEOUT)}.
   */
  @Override
  public String toString() {
    return ConfigField.ALL.stream()
        .map(field -> field.name() + " = " + field.text().apply(this) + " ("
            + origins.getOrDefault(field.name(), "default") + ")")
        .collect(Collectors.joining("\n"));
  }

  /** Collects values for a {@link ClientConfig}; each method is named like its field. Not safe for several threads. */
  public static final class Builder {
    private Reuse reuse = Reuse.POOLED;
    private Protocol protocol = Protocol.HTTP_1_1;
    private int maxConnections = 100;
    private OptionalInt maxConnectionsPerEndpoint = OptionalInt.empty();
    private int maxIdleConnections = 20;
    private int maxWaiters = Integer.MAX_VALUE;
    private Duration idleTimeout = Duration.ofSeconds(60);
    private Optional<Duration> maxLifetime = Optional.empty();
    private Duration validateAfterIdle = Duration.ofSeconds(2);
    private Duration acquireTimeout = Duration.ofSeconds(30);
    private Duration callTimeout = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration readTimeout = Duration.ofSeconds(30);
    private Duration writeTimeout = Duration.ofSeconds(5);
    private int maxRetries = 3;
    private double retryBackoffMultiplier = 2;
    private Optional<X509TrustManager> trust = Optional.empty();
    private final Map<String, String> origins = new HashMap<>();

    private Builder() {}

    /** Notes where a value came from. */
    Builder origin(String field, String origin) {
      origins.put(field, origin);
      return this;
    }

    public Builder reuse(Reuse value) {
      reuse = value;
      return origin("reuse", CODE);
    }

    public Builder maxConnections(int value) {
      maxConnections = value;
      return origin("maxConnections", CODE);
    }

    public Builder protocol(Protocol value) {
      protocol = value;
      return origin("protocol", CODE);
    }

    /** Without this, one endpoint may use all {@code maxConnections}. */
    public Builder maxConnectionsPerEndpoint(int value) {
      maxConnectionsPerEndpoint = OptionalInt.of(value);
      return origin("maxConnectionsPerEndpoint", CODE);
    }

    public Builder maxWaiters(int value) {
      maxWaiters = value;
      return origin("maxWaiters", CODE);
    }

    public Builder maxLifetime(Optional<Duration> value) {
      maxLifetime = value;
      return origin("maxLifetime", CODE);
    }

    /** Closes connections of this age. */
    public Builder maxLifetime(Duration value) {
      return maxLifetime(Optional.of(value));
    }

    public Builder validateAfterIdle(Duration value) {
      validateAfterIdle = value;
      return origin("validateAfterIdle", CODE);
    }

    public Builder maxIdleConnections(int value) {
      maxIdleConnections = value;
      return origin("maxIdleConnections", CODE);
    }

    public Builder idleTimeout(Duration value) {
      idleTimeout = value;
      return origin("idleTimeout", CODE);
    }

    public Builder acquireTimeout(Duration value) {
      acquireTimeout = value;
      return origin("acquireTimeout", CODE);
    }

    public Builder callTimeout(Duration value) {
      callTimeout = value;
      return origin("callTimeout", CODE);
    }

    public Builder connectTimeout(Duration value) {
      connectTimeout = value;
      return origin("connectTimeout", CODE);
    }

    public Builder readTimeout(Duration value) {
      readTimeout = value;
      return origin("readTimeout", CODE);
    }

    public Builder writeTimeout(Duration value) {
      writeTimeout = value;
      return origin("writeTimeout", CODE);
    }

    public Builder maxRetries(int value) {
      maxRetries = value;
      return origin("maxRetries", CODE);
    }

    public Builder retryBackoffMultiplier(double value) {
      retryBackoffMultiplier = value;
      return origin("retryBackoffMultiplier", CODE);
    }

    public Builder trust(Optional<X509TrustManager> value) {
      trust = value;
      return origin("trust", CODE);
    }

    /** Trusts this manager alone. */
    public Builder trust(X509TrustManager value) {
      return trust(Optional.of(value));
    }

    /**
     * Makes the config.
     *
     * @throws IllegalArgumentException that names the field, the rule and the value, and the variables that set it
     */
    public ClientConfig build() {
      // Who sets one variable need not know of the default of another.
      boolean idleFollows = !origins.containsKey("maxIdleConnections")
          && !origins.getOrDefault("maxConnections", CODE).equals(CODE);
      return new ClientConfig(
          reuse,
          protocol,
          maxConnections,
          maxConnectionsPerEndpoint.orElse(maxConnections),
          idleFollows ? Math.min(maxIdleConnections, maxConnections) : maxIdleConnections,
          maxWaiters,
          idleTimeout,
          maxLifetime,
          validateAfterIdle,
          acquireTimeout,
          callTimeout,
          connectTimeout,
          readTimeout,
          writeTimeout,
          maxRetries,
          retryBackoffMultiplier,
          trust,
          origins);
    }
  }
}

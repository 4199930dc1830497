package dev.poolmark.clients;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * What is to be said of one field of {@link ClientConfig}. Immutable.
 *
 * @param name the field's name
 * @param variable its environment variable, without prefix; empty if it is set in code alone
 * @param meaning a phrase for tables
 * @param text its value in a config, for people
 * @param read sets it to a variable's value; an error's message is the rule that the value breaks
 */
record ConfigField(
    String name,
    String variable,
    String meaning,
    Function<ClientConfig, String> text,
    BiConsumer<ClientConfig.Builder, String> read) {
  /** The order is the record's. */
  static final List<ConfigField> ALL = List.of(
      inCode("reuse", "how far connections are reused", c -> c.reuse().label()),
      new ConfigField(
          "protocol",
          "PROTOCOL",
          "version of HTTP: `http/1.1` or `h2`, which is for `https` and pooled connections",
          c -> c.protocol().label(),
          ConfigField::readProtocol),
      count(
          "maxConnections",
          "MAX_CONNECTIONS",
          "most connections in use at once, over all endpoints",
          ClientConfig::maxConnections,
          1,
          ClientConfig.Builder::maxConnections),
      count(
          "maxConnectionsPerEndpoint",
          "MAX_CONNECTIONS_PER_ENDPOINT",
          "most connections in use at once, and open, to one endpoint; unless set, as many as `maxConnections`",
          ClientConfig::maxConnectionsPerEndpoint,
          1,
          ClientConfig.Builder::maxConnectionsPerEndpoint),
      count(
          "maxIdleConnections",
          "MAX_KEEPALIVE_CONNECTIONS",
          "most connections that are kept open while no call uses them; unless set, no more than a variable's"
              + " `maxConnections`",
          ClientConfig::maxIdleConnections,
          0,
          ClientConfig.Builder::maxIdleConnections),
      count(
          "maxWaiters",
          "MAX_WAITERS",
          "most calls that wait for a connection at once",
          ClientConfig::maxWaiters,
          0,
          ClientConfig.Builder::maxWaiters),
      seconds(
          "idleTimeout",
          "IDLE_TIMEOUT",
          "longest that a connection is kept open while no call uses it",
          c -> text(c.idleTimeout()),
          ClientConfig.Builder::idleTimeout),
      seconds(
          "maxLifetime",
          "MAX_LIFETIME",
          "age at which a connection is closed when no call uses it",
          c -> c.maxLifetime().map(ConfigField::text).orElse("no limit"),
          ClientConfig.Builder::maxLifetime),
      seconds(
          "validateAfterIdle",
          "VALIDATE_AFTER_IDLE",
          "idle time after which a connection is checked before it is used again",
          c -> text(c.validateAfterIdle()),
          ClientConfig.Builder::validateAfterIdle),
      seconds(
          "acquireTimeout",
          "ACQUIRE_TIMEOUT",
          "longest that a call waits for a connection",
          c -> text(c.acquireTimeout()),
          ClientConfig.Builder::acquireTimeout),
      seconds(
          "callTimeout",
          "DEFAULT_TIMEOUT",
          "longest that a call may take, to the last byte of the response",
          c -> text(c.callTimeout()),
          ClientConfig.Builder::callTimeout),
      seconds(
          "connectTimeout",
          "CONNECT_TIMEOUT",
          "longest that the opening of a TCP connection may take",
          c -> text(c.connectTimeout()),
          ClientConfig.Builder::connectTimeout),
      seconds(
          "readTimeout",
          "READ_TIMEOUT",
          "longest silence while a TLS handshake or a response is awaited or read",
          c -> text(c.readTimeout()),
          ClientConfig.Builder::readTimeout),
      seconds(
          "writeTimeout",
          "WRITE_TIMEOUT",
          "longest that a write of part of the request may be held up",
          c -> text(c.writeTimeout()),
          ClientConfig.Builder::writeTimeout),
      count(
          "maxRetries",
          "MAX_RETRIES",
          "most times that a failed call is tried again, by a client that retries",
          ClientConfig::maxRetries,
          0,
          ClientConfig.Builder::maxRetries),
      new ConfigField(
          "retryBackoffMultiplier",
          "RETRY_BACKOFF_MULTIPLIER",
          "by how much each pause before a retry is longer than the one before it",
          c -> Double.toString(c.retryBackoffMultiplier()),
          ConfigField::readMultiplier),
      inCode(
          "trust", "whom to trust in TLS", c -> c.trust().isPresent() ? "given" : "JVM default"));

  private static ConfigField inCode(
      String name, String meaning, Function<ClientConfig, String> text) {
    return new ConfigField(name, "", meaning, text, (builder, value) -> {
      throw new IllegalArgumentException("must be set in code");
    });
  }

  private static ConfigField count(
      String name,
      String variable,
      String meaning,
      ToIntFunction<ClientConfig> get,
      int min,
      ObjIntConsumer<ClientConfig.Builder> set) {
    return new ConfigField(
        name,
        variable,
        meaning,
        c -> get.applyAsInt(c) == Integer.MAX_VALUE
            ? "no limit"
            : Integer.toString(get.applyAsInt(c)),
        (builder, value) -> {
          String rule = "must be a whole number >= " + min;
          int number;
          try {
            number = Integer.parseInt(value);
          } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException(rule, malformed);
          }
          if (number < min) {
            throw new IllegalArgumentException(rule);
          }
          set.accept(builder, number);
        });
  }

  private static ConfigField seconds(
      String name,
      String variable,
      String meaning,
      Function<ClientConfig, String> text,
      BiConsumer<ClientConfig.Builder, Duration> set) {
    return new ConfigField(name, variable, meaning, text, (builder, value) -> {
      BigDecimal seconds = number(value, "must be a number of seconds > 0");
      if (seconds.signum() <= 0) {
        throw new IllegalArgumentException("must be a number of seconds > 0");
      }
      // First a bound that a long holds in nanoseconds, since a number may be written with any
      // exponent.
      Duration duration = seconds.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0
          ? Duration.ofSeconds(Integer.MAX_VALUE)
          : Duration.ofNanos(seconds.movePointRight(9).longValue());
      if (!ClientConfig.fitsMillis(duration)) {
        throw new IllegalArgumentException("must be from 1 ms to 24 days, in seconds");
      }
      set.accept(builder, duration);
    });
  }

  private static void readMultiplier(ClientConfig.Builder builder, String value) {
    String rule = "must be a finite number >= 1";
    double multiplier = number(value, rule).doubleValue();
    if (multiplier < 1 || Double.isInfinite(multiplier)) {
      throw new IllegalArgumentException(rule);
    }
    builder.retryBackoffMultiplier(multiplier);
  }

  private static void readProtocol(ClientConfig.Builder builder, String value) {
    Protocol protocol = Stream.of(Protocol.values())
        .filter(known -> known.label().equals(value))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be http/1.1 or h2"));
    builder.protocol(protocol);
  }

  /** Stricter than {@code Double.parseDouble}, which takes {@code NaN} and {@code 2d}; and loses no digit. */
  private static BigDecimal number(String value, String rule) {
    try {
      return new BigDecimal(value);
    } catch (NumberFormatException malformed) {
      throw new IllegalArgumentException(rule, malformed);
    }
  }

  private static String text(Duration value) {
    BigDecimal seconds =
        BigDecimal.valueOf(value.getSeconds()).add(BigDecimal.valueOf(value.getNano(), 9));
    return seconds.stripTrailingZeros().toPlainString() + " s";
  }
}

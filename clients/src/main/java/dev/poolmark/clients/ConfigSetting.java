package dev.poolmark.clients;

import static dev.poolmark.clients.ValueType.count;
import static dev.poolmark.clients.ValueType.duration;
import static dev.poolmark.clients.ValueType.factor;
import static dev.poolmark.clients.ValueType.object;
import static dev.poolmark.clients.ValueType.oneOf;
import static dev.poolmark.clients.ValueType.optional;
import static dev.poolmark.clients.ValueType.wholeSeconds;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.X509TrustManager;

/**
 * A setting of {@link ClientConfig}, declared here and only here. Its default and its rules may depend on settings that
 * are declared before it. Immutable.
 *
 * @param index its position among {@link #ALL}
 * @param name the name of its accessor and of its builder's method
 * @param variable its environment variable, without prefix; empty if only code sets it
 * @param byDefault its value in a config that does not set it
 * @param meaning a phrase for the README's table
 * @param rules the rules beyond those of its type
 */
record ConfigSetting<T>(
    int index,
    String name,
    String variable,
    ValueType<T> type,
    Function<ClientConfig, T> byDefault,
    String meaning,
    List<Rule<T>> rules) {
  /** Every declaration adds itself, so this comes first. */
  private static final List<ConfigSetting<?>> DECLARED = new ArrayList<>();
  /** In the order of declaration. */
  static final List<ConfigSetting<?>> ALL = Collections.unmodifiableList(DECLARED);

  private static final String IN_CODE = "";

  static final ConfigSetting<Reuse> REUSE = declare(
      "reuse",
      IN_CODE,
      oneOf(Reuse::label, List.of(Reuse.values())),
      c -> Reuse.POOLED,
      "what calls share: a pool, a client, or nothing",
      List.of());
  static final ConfigSetting<Protocol> PROTOCOL = declare(
      "protocol",
      "PROTOCOL",
      oneOf(Protocol::label, List.of(Protocol.values())),
      c -> Protocol.HTTP_1_1,
      "`http/1.1`, or `h2` for `https` endpoints; `h2` needs connections that are reused",
      List.of(new Rule<>(
          (value, c) -> value == Protocol.HTTP_1_1 || c.reuse() != Reuse.CONNECTION_PER_REQUEST,
          c -> Protocol.HTTP_1_1.label() + " when reuse is " + c.reuse().label(),
          REUSE)));
  static final ConfigSetting<Integer> MAX_CONNECTIONS = declare(
      "maxConnections", count(1), c -> 100, "maximum connections in use, over all endpoints");
  static final ConfigSetting<Integer> MAX_CONNECTIONS_PER_ENDPOINT = declare(
      "maxConnectionsPerEndpoint",
      "MAX_CONNECTIONS_PER_ENDPOINT",
      count(1),
      ClientConfig::maxConnections,
      "maximum connections open to one endpoint; unless set, `maxConnections`",
      List.of(atMost(MAX_CONNECTIONS)));
  static final ConfigSetting<Sizing> SIZING = declare(
      "sizing",
      "SIZING",
      oneOf(Sizing::label, List.of(Sizing.values())),
      c -> Sizing.FIXED,
      "`fixed`: calls to one endpoint lease up to `maxConnectionsPerEndpoint` connections;"
          + " `adaptive`: the client [finds the limit](#adaptive-sizing)",
      List.of(new Rule<>(
          (value, c) -> value == Sizing.FIXED || c.reuse() == Reuse.POOLED,
          c -> Sizing.FIXED.label() + " when reuse is " + c.reuse().label(),
          REUSE)));
  static final ConfigSetting<Integer> MIN_CONNECTIONS = declare(
      "minConnections",
      "MIN_CONNECTIONS",
      count(1),
      c -> 1,
      "lowest limit that `adaptive` sizing sets, and the first",
      List.of(atMost(MAX_CONNECTIONS_PER_ENDPOINT)));
  static final ConfigSetting<Integer> MAX_IDLE_CONNECTIONS = declare(
      "maxIdleConnections",
      "MAX_KEEPALIVE_CONNECTIONS",
      count(0),
      c -> c.sizing() == Sizing.ADAPTIVE ? c.maxConnections() : Math.min(20, c.maxConnections()),
      "maximum idle connections kept open; unless set, at most `maxConnections`, and as many with"
          + " `adaptive` sizing",
      List.of(
          atMost(MAX_CONNECTIONS),
          new Rule<>(
              (value, c) -> value >= 1 || c.reuse() == Reuse.CONNECTION_PER_REQUEST,
              c -> ">= 1 unless reuse is " + Reuse.CONNECTION_PER_REQUEST.label(),
              REUSE)));
  static final ConfigSetting<ReuseOrder> REUSE_ORDER = declare(
      "reuseOrder",
      "REUSE_ORDER",
      oneOf(ReuseOrder::label, List.of(ReuseOrder.values())),
      c -> ReuseOrder.LIFO,
      "which idle connection is used: `lifo`, one of those used last, so that spare ones end;"
          + " `fifo`, the one idle for longest, so that calls spread over all",
      List.of(new Rule<>(
          (value, c) -> value == ReuseOrder.LIFO || c.sizing() == Sizing.FIXED,
          c -> ReuseOrder.LIFO.label() + " when sizing is " + c.sizing().label(),
          SIZING)));
  static final ConfigSetting<Integer> MAX_WAITERS = declare(
      "maxWaiters", count(0), c -> Integer.MAX_VALUE, "maximum calls waiting for a connection");
  static final ConfigSetting<Duration> IDLE_TIMEOUT =
      declare("idleTimeout", duration(), seconds(60), "time that an idle connection is kept open");
  static final ConfigSetting<Optional<Duration>> MAX_LIFETIME = declare(
      "maxLifetime",
      optional(duration(), "no limit"),
      c -> Optional.empty(),
      "age at which a connection is closed, once no call uses it; up to a tenth less, so that"
          + " connections of one moment do not all end in one");
  static final ConfigSetting<Duration> VALIDATE_AFTER_IDLE = declare(
      "validateAfterIdle",
      duration(),
      seconds(2),
      "idle time after which a connection is checked before use");
  static final ConfigSetting<Duration> TCP_KEEP_ALIVE = declare(
      "tcpKeepAlive",
      wholeSeconds(3, 12 * 60 * 60), // the system takes whole ones, and probes for no longer
      seconds(10),
      "time after which a connection whose server's system does not answer is closed");
  static final ConfigSetting<Duration> ACQUIRE_TIMEOUT = declare(
      "acquireTimeout", duration(), seconds(30), "maximum time a call waits for a connection");
  static final ConfigSetting<Duration> CALL_TIMEOUT = declare(
      "callTimeout",
      "DEFAULT_TIMEOUT",
      duration(),
      seconds(30),
      "maximum time a call takes, to the last byte of the response",
      List.of());
  static final ConfigSetting<Duration> CONNECT_TIMEOUT =
      declare("connectTimeout", duration(), seconds(10), "maximum time to open a TCP connection");
  static final ConfigSetting<Duration> READ_TIMEOUT = declare(
      "readTimeout", duration(), seconds(30), "maximum silence in a TLS handshake or a response");
  static final ConfigSetting<Duration> WRITE_TIMEOUT = declare(
      "writeTimeout", duration(), seconds(5), "maximum time that writing a request may stall");
  static final ConfigSetting<Integer> MAX_RESPONSE_BYTES = declare(
      "maxResponseBytes", count(1), c -> 16 << 20, "maximum size of a response's body, in bytes");
  static final ConfigSetting<Integer> MAX_RESPONSE_HEADER_BYTES = declare(
      "maxResponseHeaderBytes",
      "MAX_RESPONSE_HEADER_BYTES",
      count(64, 256 << 10), // one field, and OkHttp has a fixed limit there
      c -> 64 << 10,
      "maximum size of a response's header fields, in bytes",
      List.of());
  static final ConfigSetting<Integer> MAX_RETRIES =
      declare("maxRetries", count(0), c -> 3, "maximum retries of a call, by a `ResilientClient`");
  static final ConfigSetting<Double> RETRY_BACKOFF_MULTIPLIER = declare(
      "retryBackoffMultiplier", factor(), c -> 2.0, "growth factor of the pause between retries");
  static final ConfigSetting<Optional<X509TrustManager>> TRUST = declare(
      "trust",
      IN_CODE,
      optional(object(), "JVM default"),
      c -> Optional.empty(),
      "which servers are trusted in TLS",
      List.of());
  static final ConfigSetting<Optional<NameResolver>> RESOLVER = declare(
      "resolver",
      IN_CODE,
      optional(object(), "JVM default"),
      c -> Optional.empty(),
      "what looks up the [addresses of a host](#addresses-that-change)",
      List.of());
  static final ConfigSetting<Duration> ADDRESS_TTL = declare(
      "addressTtl",
      duration(),
      seconds(5),
      "age at which the addresses of a host are looked up again");

  /** A setting whose variable is its name in capitals: {@code MAX_WAITERS} of {@code maxWaiters}. */
  private static <T> ConfigSetting<T> declare(
      String name, ValueType<T> type, Function<ClientConfig, T> byDefault, String meaning) {
    String variable = name.replaceAll("(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    return declare(name, variable, type, byDefault, meaning, List.of());
  }

  private static <T> ConfigSetting<T> declare(
      String name,
      String variable,
      ValueType<T> type,
      Function<ClientConfig, T> byDefault,
      String meaning,
      List<Rule<T>> rules) {
    ConfigSetting<T> setting =
        new ConfigSetting<>(DECLARED.size(), name, variable, type, byDefault, meaning, rules);
    DECLARED.add(setting);
    return setting;
  }

  private static Function<ClientConfig, Duration> seconds(int seconds) {
    return c -> Duration.ofSeconds(seconds);
  }

  private static Rule<Integer> atMost(ConfigSetting<Integer> limit) {
    return new Rule<>(
        (value, c) -> value <= c.get(limit),
        c -> "<= " + limit.name + " (" + c.get(limit) + ")",
        limit);
  }

  /** A rule for a value that depends on another setting. */
  record Rule<T>(
      BiPredicate<T, ClientConfig> holds,
      Function<ClientConfig, String> text,
      ConfigSetting<?> other) {}

  /** The value in {@code config}, for people. */
  String text(ClientConfig config) {
    return type.text().apply(config.get(this));
  }

  /**
   * Checks the value in {@code config}.
   *
   * @throws IllegalArgumentException that names the setting, the rule, the value and the variables that set it
   */
  void check(ClientConfig config) {
    T value = config.get(this);
    if (!type.holds().test(value)) {
      throw broken(type.rule(), config, this);
    }
    for (Rule<T> rule : rules) {
      if (!rule.holds.test(value, config)) {
        throw broken(rule.text.apply(config), config, this, rule.other);
      }
    }
  }

  private IllegalArgumentException broken(
      String rule, ClientConfig config, ConfigSetting<?>... settings) {
    String variables = Stream.of(settings)
        .map(config::origin)
        .filter(origin -> origin.contains(Environment.PREFIX))
        .collect(Collectors.joining(", "));
    return new IllegalArgumentException(name + " must be " + rule + ": " + text(config)
        + (variables.isEmpty() ? "" : " (" + variables + ")"));
  }
}

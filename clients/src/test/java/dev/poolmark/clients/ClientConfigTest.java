package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ClientConfigTest {
  @Test
  void theDefaultsAreThoseOfTheSourceDesign() {
    ClientConfig config = ClientConfig.builder().build();
    assertThat(config.maxConnections()).isEqualTo(100);
    assertThat(config.maxIdleConnections()).isEqualTo(20);
    assertThat(config.callTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.readTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.writeTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.maxResponseBytes()).isEqualTo(16 << 20);
    assertThat(config.maxResponseHeaderBytes()).isEqualTo(64 << 10);
    assertThat(config.maxRetries()).isEqualTo(3);
    assertThat(config.retryBackoffMultiplier()).isEqualTo(2);
  }

  @Test
  void aBuilderOfAConfigHoldsItsValues() {
    ClientConfig config = ServicePreset.LANG_EXTRACT
        .config()
        .reuse(Reuse.CONNECTION_PER_REQUEST)
        .idleTimeout(Duration.ofMillis(1))
        .acquireTimeout(Duration.ofMillis(2))
        .connectTimeout(Duration.ofMillis(3))
        .readTimeout(Duration.ofMillis(4))
        .writeTimeout(Duration.ofMillis(5))
        .maxRetries(6)
        .retryBackoffMultiplier(7)
        .build();
    assertThat(config.toBuilder().build()).isEqualTo(config).hasToString(config.toString());
  }

  @Test
  void noIdleConnectionsAreFineWhereNoneAreKept() {
    ClientConfig config = ClientConfig.builder()
        .reuse(Reuse.CONNECTION_PER_REQUEST)
        .maxIdleConnections(0)
        .build();
    assertThat(config.maxIdleConnections()).isZero();
  }

  static Stream<Arguments> invalid() {
    return Stream.concat(
        Stream.of(
            arguments("maxConnections must be >= 1: 0", b -> b.maxConnections(0)),
            arguments("minConnections must be >= 1: 0", b -> b.minConnections(0)),
            arguments(
                "minConnections must be <= maxConnectionsPerEndpoint (10): 11",
                b -> b.sizing(Sizing.ADAPTIVE).maxConnections(10).minConnections(11)),
            arguments(
                "reuseOrder must be lifo when sizing is adaptive: fifo",
                b -> b.sizing(Sizing.ADAPTIVE).reuseOrder(ReuseOrder.FIFO)),
            arguments(
                "sizing must be fixed when reuse is connection-per-request: adaptive",
                b -> b.reuse(Reuse.CONNECTION_PER_REQUEST).sizing(Sizing.ADAPTIVE)),
            arguments(
                "sizing must be fixed when reuse is client-per-request: adaptive",
                b -> b.reuse(Reuse.CLIENT_PER_REQUEST).sizing(Sizing.ADAPTIVE)),
            arguments("maxIdleConnections must be >= 0: -1", b -> b.maxIdleConnections(-1)),
            arguments(
                "maxIdleConnections must be <= maxConnections (10): 11",
                b -> b.maxConnections(10).maxIdleConnections(11)),
            arguments(
                "maxConnectionsPerEndpoint must be >= 1: 0", b -> b.maxConnectionsPerEndpoint(0)),
            arguments(
                "maxConnectionsPerEndpoint must be <= maxConnections (10): 11",
                b -> b.maxConnections(10).maxConnectionsPerEndpoint(11)),
            arguments("maxWaiters must be >= 0: -1", b -> b.maxWaiters(-1)),
            arguments(
                "maxIdleConnections must be >= 1 unless reuse is connection-per-request: 0",
                b -> b.maxIdleConnections(0)),
            arguments(
                "protocol must be http/1.1 when reuse is connection-per-request: h2",
                b -> b.reuse(Reuse.CONNECTION_PER_REQUEST).protocol(Protocol.HTTP_2)),
            arguments("maxResponseBytes must be >= 1: 0", b -> b.maxResponseBytes(0)),
            arguments(
                "maxResponseHeaderBytes must be from 64 to 262144: 63",
                b -> b.maxResponseHeaderBytes(63)),
            arguments(
                "maxResponseHeaderBytes must be from 64 to 262144: 262145",
                b -> b.maxResponseHeaderBytes(262_145)),
            arguments(
                "tcpKeepAlive must be a whole number of seconds from 3 to 43200: 2 s",
                b -> b.tcpKeepAlive(Duration.ofSeconds(2))),
            arguments(
                "tcpKeepAlive must be a whole number of seconds from 3 to 43200: 3.5 s",
                b -> b.tcpKeepAlive(Duration.ofMillis(3500))),
            arguments(
                "tcpKeepAlive must be a whole number of seconds from 3 to 43200: 43201 s",
                b -> b.tcpKeepAlive(Duration.ofSeconds(43_201))),
            arguments("maxRetries must be >= 0: -1", b -> b.maxRetries(-1)),
            arguments(
                "retryBackoffMultiplier must be a finite number >= 1: 0.99",
                b -> b.retryBackoffMultiplier(0.99)),
            arguments(
                "retryBackoffMultiplier must be a finite number >= 1: NaN",
                b -> b.retryBackoffMultiplier(Double.NaN)),
            arguments(
                "retryBackoffMultiplier must be a finite number >= 1: Infinity",
                b -> b.retryBackoffMultiplier(Double.POSITIVE_INFINITY))),
        Stream.of(
                invalidTimeouts(Duration.ZERO, "0 s"),
                invalidTimeouts(Duration.ofMillis(-1), "-0.001 s"),
                invalidTimeouts(Duration.ofNanos(999_999), "0.000999999 s"),
                invalidTimeouts(Duration.ofDays(25), "2160000 s"))
            .flatMap(arguments -> arguments));
  }

  private static Stream<Arguments> invalidTimeouts(Duration value, String shown) {
    String rule = " must be from 1 ms to 24 days: " + shown;
    return Stream.of(
        arguments("idleTimeout" + rule, b -> b.idleTimeout(value)),
        arguments("maxLifetime" + rule, b -> b.maxLifetime(value)),
        arguments("validateAfterIdle" + rule, b -> b.validateAfterIdle(value)),
        arguments("acquireTimeout" + rule, b -> b.acquireTimeout(value)),
        arguments("callTimeout" + rule, b -> b.callTimeout(value)),
        arguments("connectTimeout" + rule, b -> b.connectTimeout(value)),
        arguments("readTimeout" + rule, b -> b.readTimeout(value)),
        arguments("writeTimeout" + rule, b -> b.writeTimeout(value)),
        arguments("addressTtl" + rule, b -> b.addressTtl(value)));
  }

  private static Arguments arguments(String message, UnaryOperator<ClientConfig.Builder> change) {
    return Arguments.of(message, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("invalid")
  void anErrorNamesFieldRuleAndValue(String message, UnaryOperator<ClientConfig.Builder> change) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> change.apply(ClientConfig.builder()).build())
        .withMessage(message);
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        arguments("reuse = client-per-request", b -> b.reuse(Reuse.CLIENT_PER_REQUEST)),
        arguments("protocol = h2", b -> b.protocol(Protocol.HTTP_2)),
        arguments("maxConnections = 101", b -> b.maxConnections(101)),
        arguments("maxConnectionsPerEndpoint = 99", b -> b.maxConnectionsPerEndpoint(99)),
        arguments("sizing = adaptive", b -> b.sizing(Sizing.ADAPTIVE)),
        arguments("minConnections = 2", b -> b.minConnections(2)),
        arguments("maxIdleConnections = 21", b -> b.maxIdleConnections(21)),
        arguments("reuseOrder = fifo", b -> b.reuseOrder(ReuseOrder.FIFO)),
        arguments("maxWaiters = 7", b -> b.maxWaiters(7)),
        arguments("idleTimeout = 2.5 s", b -> b.idleTimeout(Duration.ofMillis(2500))),
        arguments("maxLifetime = 600 s", b -> b.maxLifetime(Duration.ofMinutes(10))),
        arguments("validateAfterIdle = 0.001 s", b -> b.validateAfterIdle(Duration.ofMillis(1))),
        arguments("tcpKeepAlive = 3 s", b -> b.tcpKeepAlive(Duration.ofSeconds(3))),
        arguments("acquireTimeout = 1 s", b -> b.acquireTimeout(Duration.ofSeconds(1))),
        arguments("callTimeout = 1 s", b -> b.callTimeout(Duration.ofSeconds(1))),
        arguments("connectTimeout = 1 s", b -> b.connectTimeout(Duration.ofSeconds(1))),
        arguments("readTimeout = 1 s", b -> b.readTimeout(Duration.ofSeconds(1))),
        arguments("writeTimeout = 1 s", b -> b.writeTimeout(Duration.ofSeconds(1))),
        arguments("maxResponseBytes = 1", b -> b.maxResponseBytes(1)),
        arguments("maxResponseHeaderBytes = 1024", b -> b.maxResponseHeaderBytes(1024)),
        arguments("maxRetries = 0", b -> b.maxRetries(0)),
        arguments("retryBackoffMultiplier = 1.5", b -> b.retryBackoffMultiplier(1.5)),
        arguments("trust = given", b -> b.trust(new TrustsNobody())),
        arguments("resolver = given", b -> b.resolver(host -> List.of())),
        arguments("addressTtl = 4 s", b -> b.addressTtl(Duration.ofSeconds(4))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void aConfigShowsWhatWasSetInCodeAndDiffersByIt(
      String shown, UnaryOperator<ClientConfig.Builder> change) {
    ClientConfig defaults = ClientConfig.builder().build();
    ClientConfig changed = change.apply(ClientConfig.builder()).build();
    assertThat(changed).isNotEqualTo(defaults);
    assertThat(changed.toBuilder().build()).isEqualTo(changed).hasSameHashCodeAs(changed);
    assertThat(changed.toString().lines()).contains(shown + " (code)");
    assertThat(changed.toString().lines().filter(line -> line.endsWith(" (code)")))
        .hasSize(1);
  }

  @Test
  void everySettingIsChangedAboveAndHasAnAccessor() {
    assertThat(changes().map(change -> change.get()[0].toString().split(" ", 2)[0]))
        .containsExactlyElementsOf(
            ConfigSetting.ALL.stream().map(ConfigSetting::name).toList());
    assertThat(ClientConfig.class.getDeclaredMethods())
        .filteredOn(method -> Modifier.isPublic(method.getModifiers()))
        .extracting(Method::getName)
        .containsAll(ConfigSetting.ALL.stream().map(ConfigSetting::name).toList());
  }

  @Test
  void limitsThatAreNotSetFollowMaxConnections() {
    ClientConfig config = ClientConfig.builder().maxConnections(8).build();
    assertThat(config.maxConnectionsPerEndpoint()).isEqualTo(8);
    assertThat(config.maxIdleConnections()).isEqualTo(8);
    assertThat(config.toString().lines())
        .contains("maxConnectionsPerEndpoint = 8 (default)", "maxIdleConnections = 8 (default)");
    ClientConfig more = config.toBuilder().maxConnections(50).build();
    assertThat(more.maxConnectionsPerEndpoint()).isEqualTo(50);
    assertThat(more.maxIdleConnections()).isEqualTo(20);
  }

  @Test
  void aConfigDoesNotChangeWithItsBuilder() {
    ClientConfig.Builder builder = ClientConfig.builder().maxRetries(1);
    ClientConfig config = builder.build();
    builder.maxRetries(2);
    config.toBuilder().maxRetries(3);
    assertThat(config.maxRetries()).isEqualTo(1);
  }

  @Test
  void anErrorNamesASettingThatIsNull() {
    assertThatNullPointerException()
        .isThrownBy(() -> ClientConfig.builder().callTimeout(null))
        .withMessage("callTimeout");
  }

  @Test
  void theDefaultsAreShownAsSuch() {
    assertThat(ClientConfig.builder().build()).hasToString("""
            reuse = pooled (default)
            protocol = http/1.1 (default)
            maxConnections = 100 (default)
            maxConnectionsPerEndpoint = 100 (default)
            sizing = fixed (default)
            minConnections = 1 (default)
            maxIdleConnections = 20 (default)
            reuseOrder = lifo (default)
            maxWaiters = no limit (default)
            idleTimeout = 60 s (default)
            maxLifetime = no limit (default)
            validateAfterIdle = 2 s (default)
            tcpKeepAlive = 10 s (default)
            acquireTimeout = 30 s (default)
            callTimeout = 30 s (default)
            connectTimeout = 10 s (default)
            readTimeout = 30 s (default)
            writeTimeout = 5 s (default)
            maxResponseBytes = 16777216 (default)
            maxResponseHeaderBytes = 65536 (default)
            maxRetries = 3 (default)
            retryBackoffMultiplier = 2.0 (default)
            trust = JVM default (default)
            resolver = JVM default (default)
            addressTtl = 5 s (default)""");
  }

  /** Its {@code toString} is what must not be shown. */
  private static final class TrustsNobody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("nobody");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("nobody");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }

    @Override
    public String toString() {
      return "a certificate";
    }
  }
}

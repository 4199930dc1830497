package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EnvironmentTest {
  private static final String SEARCH = "SEARCH_SERVICE";

  @Test
  void withoutVariablesAllIsDefault() {
    Map<String, String> others = Map.of("PATH", "/bin", "MY_HTTP_CLIENT_MAX_CONNECTIONS", "7");
    ClientConfig config = Environment.read(others).build();
    assertThat(config).isEqualTo(ClientConfig.builder().build());
    assertThat(config.toString().lines()).allMatch(line -> line.endsWith(" (default)"));
    assertThat(Environment.read(SEARCH, others).build()).isEqualTo(config);
  }

  static Stream<Arguments> variables() {
    Duration decimals = Duration.ofMillis(2500);
    return Stream.of(
        variable("HTTP_CLIENT_MAX_CONNECTIONS", "50", ClientConfig::maxConnections, 50),
        variable(
            "HTTP_CLIENT_MAX_KEEPALIVE_CONNECTIONS", "10", ClientConfig::maxIdleConnections, 10),
        variable("HTTP_CLIENT_DEFAULT_TIMEOUT", "2.5", ClientConfig::callTimeout, decimals),
        variable("HTTP_CLIENT_CONNECT_TIMEOUT", "2.5", ClientConfig::connectTimeout, decimals),
        variable("HTTP_CLIENT_READ_TIMEOUT", "2.5", ClientConfig::readTimeout, decimals),
        variable("HTTP_CLIENT_WRITE_TIMEOUT", "2.5", ClientConfig::writeTimeout, decimals),
        variable("HTTP_CLIENT_ADDRESS_TTL", "2.5", ClientConfig::addressTtl, decimals),
        variable("HTTP_CLIENT_MAX_RESPONSE_BYTES", "7", ClientConfig::maxResponseBytes, 7),
        variable(
            "HTTP_CLIENT_MAX_RESPONSE_HEADER_BYTES",
            "2048",
            ClientConfig::maxResponseHeaderBytes,
            2048),
        variable("HTTP_CLIENT_MAX_RETRIES", "0", ClientConfig::maxRetries, 0),
        variable(
            "HTTP_CLIENT_RETRY_BACKOFF_MULTIPLIER",
            "1.5",
            ClientConfig::retryBackoffMultiplier,
            1.5),
        variable(
            "HTTP_CLIENT_MAX_CONNECTIONS_PER_ENDPOINT",
            "5",
            ClientConfig::maxConnectionsPerEndpoint,
            5),
        variable("HTTP_CLIENT_MAX_WAITERS", "0", ClientConfig::maxWaiters, 0),
        variable("HTTP_CLIENT_IDLE_TIMEOUT", "2.5", ClientConfig::idleTimeout, decimals),
        variable(
            "HTTP_CLIENT_MAX_LIFETIME", "2.5", ClientConfig::maxLifetime, Optional.of(decimals)),
        variable(
            "HTTP_CLIENT_VALIDATE_AFTER_IDLE", "2.5", ClientConfig::validateAfterIdle, decimals),
        variable(
            "HTTP_CLIENT_TCP_KEEP_ALIVE", "60", ClientConfig::tcpKeepAlive, Duration.ofMinutes(1)),
        variable("HTTP_CLIENT_ACQUIRE_TIMEOUT", "2.5", ClientConfig::acquireTimeout, decimals),
        variable("HTTP_CLIENT_PROTOCOL", "h2", ClientConfig::protocol, Protocol.HTTP_2),
        variable("HTTP_CLIENT_SIZING", "adaptive", ClientConfig::sizing, Sizing.ADAPTIVE),
        variable("HTTP_CLIENT_REUSE_ORDER", "fifo", ClientConfig::reuseOrder, ReuseOrder.FIFO),
        variable("HTTP_CLIENT_MIN_CONNECTIONS", "3", ClientConfig::minConnections, 3));
  }

  private static Arguments variable(
      String name, String value, Function<ClientConfig, Object> field, Object expected) {
    return arguments(name, value, field, expected);
  }

  private static Stream<String> originsBesideDefaults(ClientConfig config) {
    return config
        .toString()
        .lines()
        .map(line -> line.substring(line.lastIndexOf('(') + 1, line.length() - 1))
        .filter(origin -> !origin.equals("default"));
  }

  @ParameterizedTest(name = "{0}={1}")
  @MethodSource("variables")
  void aVariableSetsItsFieldAndIsNamedAsItsOrigin(
      String name, String value, Function<ClientConfig, Object> field, Object expected) {
    ClientConfig config = Environment.read(Map.of(name, value)).build();
    assertThat(field.apply(config)).isEqualTo(expected);
    assertThat(originsBesideDefaults(config)).containsExactly(name);
  }

  @ParameterizedTest(name = "{0}={1}")
  @MethodSource("variables")
  void aServicesVariableOverridesTheGeneralOne(
      String name, String value, Function<ClientConfig, Object> field, Object expected) {
    String own = SEARCH + "_" + name;
    String general = switch (name.substring(name.lastIndexOf('_') + 1)) {
      case "PROTOCOL" -> "http/1.1";
      case "SIZING" -> "fixed";
      case "ORDER" -> "lifo";
      default -> "77";
    };
    Map<String, String> environment = Map.of(own, value, name, general);
    ClientConfig config = Environment.read(SEARCH, environment).build();
    assertThat(field.apply(config)).isEqualTo(expected);
    assertThat(originsBesideDefaults(config)).containsExactly(own);
    // Nobody else reads it.
    assertThat(field.apply(Environment.read("OTHER", environment).build()))
        .isNotEqualTo(expected)
        .isEqualTo(field.apply(Environment.read(environment).build()));
  }

  @Test
  void everyVariableIsTriedAbove() {
    assertThat(variables().map(arguments -> arguments.get()[0]))
        .containsExactlyInAnyOrderElementsOf(ConfigSetting.ALL.stream()
            .filter(setting -> !setting.variable().isEmpty())
            .map(setting -> "HTTP_CLIENT_" + setting.variable())
            .toList());
  }

  @Test
  void whatAServiceDoesNotSetIsGeneral() {
    ClientConfig config = Environment.read(
            SEARCH,
            Map.of(
                "HTTP_CLIENT_MAX_CONNECTIONS", "60",
                "HTTP_CLIENT_READ_TIMEOUT", "7",
                "SEARCH_SERVICE_HTTP_CLIENT_MAX_CONNECTIONS", "50"))
        .build();
    assertThat(config.maxConnections()).isEqualTo(50);
    assertThat(config.maxConnectionsPerEndpoint()).isEqualTo(50);
    assertThat(config.toString().lines())
        .contains(
            "maxConnections = 50 (SEARCH_SERVICE_HTTP_CLIENT_MAX_CONNECTIONS)",
            "maxIdleConnections = 20 (default)",
            "readTimeout = 7 s (HTTP_CLIENT_READ_TIMEOUT)");
  }

  @Test
  void codeOverridesAVariable() {
    ClientConfig config =
        Environment.read(Map.of("HTTP_CLIENT_MAX_RETRIES", "9")).maxRetries(1).build();
    assertThat(config.maxRetries()).isEqualTo(1);
    assertThat(config.toString().lines()).contains("maxRetries = 1 (code)");
  }

  @Test
  void configsOfEqualValuesAreEqualWhereverTheyCameFrom() {
    ClientConfig variable =
        Environment.read(Map.of("HTTP_CLIENT_MAX_RETRIES", "9")).build();
    ClientConfig code = ClientConfig.builder().maxRetries(9).build();
    assertThat(variable).isEqualTo(code).hasSameHashCodeAs(code);
    assertThat(variable.toString()).isNotEqualTo(code.toString());
    assertThat(variable.toBuilder().build()).hasToString(variable.toString());
  }

  @ParameterizedTest
  @CsvSource({"10, 10", "20, 20", "21, 20"})
  void maxIdleConnectionsFollowsALowerMaxConnections(String max, int idle) {
    Map<String, String> environment = Map.of("HTTP_CLIENT_MAX_CONNECTIONS", max);
    ClientConfig config = Environment.read(environment).build();
    assertThat(config.maxIdleConnections()).isEqualTo(idle);
    assertThat(config.toBuilder().build()).isEqualTo(config);
  }

  @Test
  void maxIdleConnectionsThatIsSetDoesNotFollow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.read(Map.of(
                "HTTP_CLIENT_MAX_CONNECTIONS", "10", "HTTP_CLIENT_MAX_KEEPALIVE_CONNECTIONS", "11"))
            .build())
        .withMessage("maxIdleConnections must be <= maxConnections (10): 11"
            + " (HTTP_CLIENT_MAX_KEEPALIVE_CONNECTIONS, HTTP_CLIENT_MAX_CONNECTIONS)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.read(Map.of("HTTP_CLIENT_MAX_CONNECTIONS", "10"))
            .maxIdleConnections(11)
            .build())
        .withMessage("maxIdleConnections must be <= maxConnections (10): 11"
            + " (HTTP_CLIENT_MAX_CONNECTIONS)");
  }

  @Test
  void aRuleThatAVariableBreaksNamesIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.read(
                SEARCH, Map.of("SEARCH_SERVICE_HTTP_CLIENT_MAX_CONNECTIONS_PER_ENDPOINT", "101"))
            .build())
        .withMessage("maxConnectionsPerEndpoint must be <= maxConnections (100): 101"
            + " (SEARCH_SERVICE_HTTP_CLIENT_MAX_CONNECTIONS_PER_ENDPOINT)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.read(Map.of("HTTP_CLIENT_MAX_KEEPALIVE_CONNECTIONS", "0"))
            .build())
        .withMessage("maxIdleConnections must be >= 1 unless reuse is connection-per-request: 0"
            + " (HTTP_CLIENT_MAX_KEEPALIVE_CONNECTIONS)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.read(
                Map.of("HTTP_CLIENT_MIN_CONNECTIONS", "9", "HTTP_CLIENT_MAX_CONNECTIONS", "8"))
            .build())
        .withMessage("minConnections must be <= maxConnectionsPerEndpoint (8): 9"
            + " (HTTP_CLIENT_MIN_CONNECTIONS)");
  }

  @ParameterizedTest
  @CsvSource({
    "30, 30000000000",
    "30.0, 30000000000",
    "0.001, 1000000",
    "0.0015, 1500000",
    ".5, 500000000",
    "1e1, 10000000000",
    "2147483.647, 2147483647000000"
  })
  void secondsMayHaveDecimals(String value, long nanos) {
    ClientConfig config =
        Environment.read(Map.of("HTTP_CLIENT_READ_TIMEOUT", value)).build();
    assertThat(config.readTimeout()).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "TCP_KEEP_ALIVE | 3.5 | must be a whole number of seconds from 3 to 43200: 3.5",
        "CONNECT_TIMEOUT | abc | must be a number of seconds from 0.001 to 2147483.647: abc",
        "CONNECT_TIMEOUT | 0 | must be a number of seconds from 0.001 to 2147483.647: 0",
        "CONNECT_TIMEOUT | -1e999999999 | must be a number of seconds from 0.001 to 2147483.647: -1e999999999",
        "CONNECT_TIMEOUT | -1.5 | must be a number of seconds from 0.001 to 2147483.647: -1.5",
        "CONNECT_TIMEOUT | 10s | must be a number of seconds from 0.001 to 2147483.647: 10s",
        "CONNECT_TIMEOUT | 2d | must be a number of seconds from 0.001 to 2147483.647: 2d",
        "CONNECT_TIMEOUT | NaN | must be a number of seconds from 0.001 to 2147483.647: NaN",
        "CONNECT_TIMEOUT | 1,5 | must be a number of seconds from 0.001 to 2147483.647: 1,5",
        "CONNECT_TIMEOUT | \"\" | must be a number of seconds from 0.001 to 2147483.647: (empty)",
        "CONNECT_TIMEOUT | \"1\nx\" | must be a number of seconds from 0.001 to 2147483.647: 1?x",
        "CONNECT_TIMEOUT | 0.0009 | must be a number of seconds from 0.001 to 2147483.647: 0.0009",
        "CONNECT_TIMEOUT | 2147483.648 | must be a number of seconds from 0.001 to 2147483.647: 2147483.648",
        "CONNECT_TIMEOUT | 1e999999999 | must be a number of seconds from 0.001 to 2147483.647: 1e999999999",
        "CONNECT_TIMEOUT | 1e-999999999 | must be a number of seconds from 0.001 to 2147483.647: 1e-999999999",
        "MAX_CONNECTIONS | abc | must be a whole number >= 1: abc",
        "MAX_CONNECTIONS | 0 | must be a whole number >= 1: 0",
        "MAX_CONNECTIONS | 1.5 | must be a whole number >= 1: 1.5",
        "MAX_CONNECTIONS | 2147483648 | must be a whole number >= 1: 2147483648",
        "MAX_RETRIES | -1 | must be a whole number >= 0: -1",
        "RETRY_BACKOFF_MULTIPLIER | 0.5 | must be a finite number >= 1: 0.5",
        "RETRY_BACKOFF_MULTIPLIER | x | must be a finite number >= 1: x",
        "RETRY_BACKOFF_MULTIPLIER | 1e999 | must be a finite number >= 1: 1e999",
        "PROTOCOL | spdy | must be http/1.1 or h2: spdy",
        "REUSE_ORDER | random | must be lifo or fifo: random",
        "SIZING | elastic | must be fixed or adaptive: elastic",
        "MIN_CONNECTIONS | 0 | must be a whole number >= 1: 0"
      })
  void aMalformedValueIsNamedWithItsVariableAndRule(String name, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.read(Map.of("HTTP_CLIENT_" + name, value)))
        .withMessage("HTTP_CLIENT_" + name + " " + message);
    String own = SEARCH + "_HTTP_CLIENT_" + name;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.read(SEARCH, Map.of(own, value)))
        .withMessage(own + " " + message);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP_CLIENT_MAX_CONECTIONS, HTTP_CLIENT_MAX_CONNECTIONS",
    "HTTP_CLIENT_TIMEOUT, HTTP_CLIENT_IDLE_TIMEOUT",
    "HTTP_CLIENT_MAX_RETRY, HTTP_CLIENT_MAX_RETRIES",
    "HTTP_CLIENT_protocol, HTTP_CLIENT_PROTOCOL",
    "SEARCH_SERVICE_HTTP_CLIENT_CONECT_TIMEOUT, SEARCH_SERVICE_HTTP_CLIENT_CONNECT_TIMEOUT"
  })
  void anUnknownNameIsReportedWithTheClosestKnownOne(String name, String closest) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.read(SEARCH, Map.of(name, "1")))
        .withMessage(name + " is unknown; did you mean " + closest + "?");
  }

  @Test
  void ofSeveralMistakesTheFirstInTheAlphabetIsNamed() {
    Map<String, String> environment = Map.of(
        "HTTP_CLIENT_WRITE_TIMEOUT", "abc",
        "HTTP_CLIENT_MAX_CONECTIONS", "1",
        "HTTP_CLIENT_READ_TIMEOUT", "abc",
        "A_HTTP_CLIENT_READ_TIMEOUT", "-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.read(environment))
        .withMessageStartingWith("HTTP_CLIENT_MAX_CONECTIONS is unknown");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.read("A", environment))
        .withMessageStartingWith("A_HTTP_CLIENT_READ_TIMEOUT must be");
  }

  @Test
  void aGeneralMistakeIsReportedThoughAServiceOverridesIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.read(
            SEARCH,
            Map.of(
                "HTTP_CLIENT_MAX_RETRIES", "abc", "SEARCH_SERVICE_HTTP_CLIENT_MAX_RETRIES", "1")))
        .withMessage("HTTP_CLIENT_MAX_RETRIES must be a whole number >= 0: abc");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "SEARCH_SERVICE_", "_SEARCH", "search", "SEARCH-SERVICE", "A__B"})
  void aPrefixIsAName(String prefix) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.read(prefix, Map.of()))
        .withMessage("servicePrefix must be a name such as SEARCH_SERVICE: " + prefix);
  }

  @Test
  void theRealEnvironmentIsRead() throws IOException, InterruptedException, URISyntaxException {
    List<String> classPath = new ArrayList<>();
    for (Class<?> type : List.of(ClientConfig.class, ShowsConfigs.class)) {
      URI home = type.getProtectionDomain().getCodeSource().getLocation().toURI();
      classPath.add(Path.of(home).toString());
    }
    ProcessBuilder java = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            String.join(File.pathSeparator, classPath),
            ShowsConfigs.class.getName())
        .redirectErrorStream(true);
    // Whoever runs the tests may have set some.
    java.environment().keySet().removeIf(name -> name.contains("HTTP_CLIENT_"));
    java.environment().put("HTTP_CLIENT_MAX_CONNECTIONS", "70");
    java.environment().put("SEARCH_SERVICE_HTTP_CLIENT_MAX_CONNECTIONS", "50");
    java.environment().put("SEARCH_SERVICE_HTTP_CLIENT_DEFAULT_TIMEOUT", "7.0");
    Process process = java.start();
    String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(shown).isZero();
    String general = "maxConnections = 70 (HTTP_CLIENT_MAX_CONNECTIONS)";
    String search = "maxConnections = 50 (SEARCH_SERVICE_HTTP_CLIENT_MAX_CONNECTIONS)";
    assertThat(shown.lines().filter(line -> line.startsWith("maxConnections = ")))
        .containsExactly(general, search, search);
    assertThat(shown.lines().filter(line -> line.startsWith("callTimeout = ")))
        .containsExactly(
            "callTimeout = 30 s (default)",
            "callTimeout = 7 s (SEARCH_SERVICE_HTTP_CLIENT_DEFAULT_TIMEOUT)",
            "callTimeout = 3 s (code)");
  }

  /** Run in a JVM of its own, since a JVM cannot change its environment. */
  static final class ShowsConfigs {
    private ShowsConfigs() {}

    public static void main(String[] args) {
      Stream.of(
              ClientConfig.fromEnvironment(),
              ClientConfig.fromEnvironment(SEARCH),
              ClientConfig.searchFromEnvironment(Duration.ofSeconds(3)))
          .forEach(config -> System.out.println(config.build()));
    }
  }
}

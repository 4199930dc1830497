package dev.poolmark.stub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ParameterException;

/** The stub as a process of its own. */
@Timeout(60)
class StubMainTest {
  /** A stub's process; its first line has been read. */
  private record Running(Process process, Map<String, String> ready) implements AutoCloseable {
    static Running start(String... arguments) throws IOException {
      Process process = launch(arguments);
      BufferedReader output = process.inputReader();
      return new Running(process, Wire.members(output.readLine()));
    }

    URI stubs() {
      return URI.create(ready.get("stubs"));
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static Process launch(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        StubMain.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).start();
  }

  @Test
  void startsStubsForOthersAndTellsTheirCounts() throws Exception {
    StubConfig config = StubConfig.defaults()
        .withLink(new Link(Duration.ofMillis(1)))
        .withTls(new Tls(Tls.Version.TLS_1_3, Tls.Key.P_256, true))
        .withBodyBytes(7);
    try (Running running = Running.start("--end-with-input")) {
      RemoteStub first = RemoteStub.start(running.stubs(), config);
      RemoteStub second = RemoteStub.start(running.stubs(), config);
      SSLContext context = RawClient.trusting(first);
      try (RawClient plain = RawClient.plain(first);
          RawClient tls = RawClient.tls(first, context);
          RawClient other = RawClient.tls(second, context)) {
        assertThat(plain.get("/").body()).hasSize(7);
        assertThat(tls.get("/").body()).hasSize(7);
        assertThat(tls.get("/").body()).hasSize(7);
        assertThat(first.stats())
            .usingRecursiveComparison()
            .ignoringFields("busyPercent")
            .isEqualTo(new StubStats(
                2, 2, 2, 1, 0, 3, 0, 1, 0, new TreeMap<>(Map.of(1, 1L, 2, 1L)), Map.of(), 0));
        assertThat(other.get("/").body()).hasSize(7);
        assertThat(second.stats().requests()).isEqualTo(1);

        first.resetStats();
        assertThat(first.stats())
            .usingRecursiveComparison()
            .ignoringFields("busyPercent")
            .isEqualTo(new StubStats(0, 2, 2, 0, 0, 0, 0, 0, 0, new TreeMap<>(), Map.of(), 0));
        first.closeConnections();
        assertThat(plain.socket.getInputStream().read()).isEqualTo(-1);
      }
      first.close();
      first.close();
      assertThatThrownBy(() -> RawClient.plain(first)).isInstanceOf(ConnectException.class);
      assertThat(second.stats().requests()).isEqualTo(1);

      running.process().getOutputStream().close();
      assertThat(running.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(running.process().exitValue()).isZero();
    }
  }

  @Test
  void servesWhatItsOptionsDescribeUntilTerminated() throws Exception {
    try (Running running = Running.start("--body-bytes", "5")) {
      running.process().getOutputStream().close();
      URI http = URI.create(running.ready().get("http"));
      try (var body = http.toURL().openStream()) {
        assertThat(body.readAllBytes()).hasSize(5);
      }
      try (var stats = URI.create(running.ready().get("stats")).toURL().openStream()) {
        assertThat(Wire.stats(new String(stats.readAllBytes(), StandardCharsets.UTF_8))
                .requests())
            .isEqualTo(1);
      }
      assertThat(Wire.certificate(running.ready().get("certificate")).getSubjectX500Principal())
          .hasToString("CN=poolmark stub");
      running.process().destroy();
      assertThat(running.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aPortThatIsTakenIsOneLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (String option : List.of("--port", "--tls-port")) {
        for (String link : List.of("", "--rtt=1ms")) {
          List<String> arguments =
              new ArrayList<>(List.of(option, String.valueOf(taken.getLocalPort())));
          if (!link.isEmpty()) {
            arguments.add(link);
          }
          Process process = launch(arguments.toArray(String[]::new));
          assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
              .startsWith("ports ")
              .contains(String.valueOf(taken.getLocalPort()))
              .containsOnlyOnce(System.lineSeparator());
          assertThat(process.waitFor()).isEqualTo(2);
        }
      }
    }
  }

  @Test
  void listensWhereItIsToldTo() throws Exception {
    int port;
    int tlsPort;
    try (ServerSocket one = new ServerSocket(0);
        ServerSocket other = new ServerSocket(0)) {
      port = one.getLocalPort();
      tlsPort = other.getLocalPort();
    }
    try (Running running = Running.start(
        "--bind",
        "0.0.0.0",
        "--port",
        String.valueOf(port),
        "--tls-port",
        String.valueOf(tlsPort))) {
      assertThat(running.process().errorReader().readLine())
          .isEqualTo("listens on 0.0.0.0: others can call this stub, and control it");
      URI https = URI.create(running.ready().get("https"));
      assertThat(URI.create(running.ready().get("http")).getPort()).isEqualTo(port);
      assertThat(https.getPort()).isEqualTo(tlsPort);
      assertThat(URI.create(running.ready().get("stats")).getHost()).isEqualTo(https.getHost());
      var names = Wire.certificate(running.ready().get("certificate")).getSubjectAlternativeNames();
      assertThat(names).anySatisfy(name -> assertThat(name.get(1)).isEqualTo(https.getHost()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rtt 2000s | --rtt: roundTrip must be from 0 to 1 min: PT33M20S",
        "--jitter 2ms --rtt 1ms | --jitter: jitter must be <= roundTrip PT0.001S: PT0.002S",
        "--bandwidth 10 | --bandwidth: must be a bandwidth such as 100Mbit: 10",
        "--bandwidth 10bit | --bandwidth: bitsPerSecond must be 0 or >= 1000: 10",
        "--nat-timeout 0s | --nat-timeout: natTimeout must be from 1 ms to 1 h: PT0S",
        "--slow-start yes | --slow-start: must be on or off: yes",
        "--service-time fast | --service-time: must be a time such as 0.5ms, 20us or 2s: fast",
        "--service-time lognormal:1ms:9 | --service-time: sigma must be from 0 to 3.0: 9.0",
        "--service-time bimodal:1ms:2ms:2 | --service-time: slowShare must be from 0 to 1: 2.0",
        "--max-queued 3 | --max-queued: maxQueued must be 0 without maxConcurrent: 3",
        "--tls 1.1 | --tls: must be 1.2 or 1.3: 1.1",
        "--key dsa | --key: must be rsa2048, rsa3072 or p256: dsa",
        "--protocol http3 | --protocol: must be http1 or http2: http3",
        "--body-bytes -1 | --body-bytes: bodyBytes must be from 0 to 67108864: -1",
        "--body-bytes many | --body-bytes: must be a whole number: many",
        "--idle-timeout 7200s | --idle-timeout: idleTimeout must be from 1 ms to 1 h: PT2H",
        "--requests-per-connection -1 | --requests-per-connection: maxRequests must be >= 0: -1",
        "--ending slam | --ending: must be announced, fin or rst: slam",
        "--advertise 0.5s | --advertise: advertised must be whole seconds, >= 1 s: PT0.5S",
        "--fault reset | --fault: fault must be KIND:PROBABILITY or KIND:@NUMBER, such as reset:0.01 or 503:@3: reset",
        "--fault reset:2 | --fault: probability must be above 0 and at most 1: 2.0",
        "--fault reset:@0 | --fault: number must be >= 1: 0",
      })
  void aMistakeNamesOptionRuleAndValue(String arguments, String error) {
    assertThatThrownBy(() -> StubOptions.parse(List.of(arguments.split(" "))))
        .isInstanceOf(ParameterException.class)
        .hasMessage(error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rtt 5 | --rtt: must be a time such as 0.5ms, 20us or 2s: 5",
        "--key | Missing required parameter for option '--key' (KIND)",
        "--port 70000 | port must be from 0 to 65535: 70000",
        "--colour red | Unknown options: '--colour', 'red'",
      })
  void aMistakeIsOneLine(String arguments, String error) throws Exception {
    Process process = launch(arguments.split(" "));

    assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(error + "; -h lists the options" + System.lineSeparator());
    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(process.getInputStream().readAllBytes()).isEmpty();
  }

  @Test
  void optionsAndConfigAreTheSame() {
    StubConfig config = StubConfig.defaults()
        .withLink(new Link(Duration.ofNanos(1_500_000))
            .withJitter(Duration.ofNanos(500_000))
            .withBitsPerSecond(100_000_000)
            .withSlowStart(true)
            .withNatTimeout(Duration.ofSeconds(3)))
        .withService(new Service(
            new ServiceTime.Bimodal(Duration.ofMillis(5), Duration.ofMillis(80), 0.125), 8, 16))
        .withTls(new Tls(Tls.Version.TLS_1_3, Tls.Key.RSA_3072, true))
        .withProtocol(StubConfig.Protocol.HTTP_2)
        .withKeepAlive(new KeepAlive(
            Duration.ofSeconds(5), 100, KeepAlive.Ending.RST, Optional.of(Duration.ofSeconds(30))))
        .withFaults(List.of(
            new Fault(Fault.Kind.RESET, new Fault.Probability(0.01)),
            new Fault(Fault.Kind.UNAVAILABLE, new Fault.Nth(3))))
        .withBodyBytes(0)
        .withSeed(-7);

    assertThat(StubOptions.parse(StubOptions.format(config))).isEqualTo(config);
    assertThat(StubOptions.parse(List.of())).isEqualTo(StubConfig.defaults());
    StubConfig logNormal = StubConfig.defaults()
        .withService(Service.NONE.withTime(new ServiceTime.LogNormal(Duration.ofMillis(20), 0.5)));
    assertThat(StubOptions.parse(StubOptions.format(logNormal))).isEqualTo(logNormal);
    assertThat(StubOptions.parse(List.of("--fault", "reset:0.5", "--fault", "503:@3"))
            .faults())
        .hasToString("[reset:0.5, 503:@3]");
    assertThat(StubOptions.parse(List.of("--bandwidth", "1.5Mbit")).link().orElseThrow())
        .isEqualTo(new Link(Duration.ZERO).withBitsPerSecond(1_500_000));
    assertThat(StubOptions.parse(List.of("--rtt", "0.5ms", "--service-time", "2s")))
        .isEqualTo(StubConfig.defaults()
            .withLink(new Link(Duration.ofNanos(500_000)))
            .withServiceTime(Duration.ofSeconds(2)));
  }

  @Test
  void aCallForAnotherProcessIsRefusedClearly() throws Exception {
    try (StubHost host = StubHost.open(Doors.loopback().bind())) {
      URI elsewhere = host.uri().resolve("/stubs/9");
      assertThatThrownBy(() -> RemoteStub.start(elsewhere, StubConfig.defaults()))
          .isInstanceOf(IOException.class)
          .hasMessageEndingWith("refuses POST " + elsewhere + ": no such stub");
    }
  }
}

package dev.poolmark.stub.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.poolmark.stub.RawClient;
import dev.poolmark.stub.config.KeyType;
import dev.poolmark.stub.config.Link;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.config.TlsSettings;
import dev.poolmark.stub.config.TlsVersion;
import dev.poolmark.stub.network.ListenAddresses;
import dev.poolmark.stub.stats.StubStats;
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
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stub as a process of its own. */
@Timeout(60)
class StubMainTest {
  /** A stub's process whose ready line has been read. */
  private record Running(Process process, Map<String, String> ready) implements AutoCloseable {
    static Running start(String... arguments) throws IOException {
      Process process = launch(arguments);
      BufferedReader output = process.inputReader();
      return new Running(process, ControlJson.members(output.readLine()));
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
        .withTls(new TlsSettings(TlsVersion.TLS_1_3, KeyType.P_256, true))
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
        assertThat(plain.socket().getInputStream().read()).isEqualTo(-1);
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
        assertThat(ControlJson.stats(new String(stats.readAllBytes(), StandardCharsets.UTF_8))
                .requests())
            .isEqualTo(1);
      }
      assertThat(
              ControlJson.certificate(running.ready().get("certificate")).getSubjectX500Principal())
          .hasToString("CN=poolmark stub");
      running.process().destroy();
      assertThat(running.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aPortThatIsTakenIsOneLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      for (List<String> arguments :
          List.of(List.of("--port", port), List.of("--tls-port", port, "--rtt=1ms"))) {
        Process process = launch(arguments.toArray(String[]::new));
        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
            .startsWith("ports ")
            .contains(port)
            .containsOnlyOnce(System.lineSeparator());
        assertThat(process.waitFor()).isEqualTo(2);
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
          .isEqualTo("listening on 0.0.0.0: other machines can call and control this stub");
      URI https = URI.create(running.ready().get("https"));
      assertThat(URI.create(running.ready().get("http")).getPort()).isEqualTo(port);
      assertThat(https.getPort()).isEqualTo(tlsPort);
      assertThat(URI.create(running.ready().get("stats")).getHost()).isEqualTo(https.getHost());
      var names =
          ControlJson.certificate(running.ready().get("certificate")).getSubjectAlternativeNames();
      assertThat(names).anySatisfy(name -> assertThat(name.get(1)).isEqualTo(https.getHost()));
    }
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
  void aCallForAnotherProcessIsRefusedClearly() throws Exception {
    try (ControlServer control = ControlServer.open(ListenAddresses.loopback().bind())) {
      URI elsewhere = control.uri().resolve("/stubs/9");
      assertThatThrownBy(() -> RemoteStub.start(elsewhere, StubConfig.defaults()))
          .isInstanceOf(IOException.class)
          .hasMessageEndingWith("refuses POST " + elsewhere + ": no such stub");
    }
  }
}

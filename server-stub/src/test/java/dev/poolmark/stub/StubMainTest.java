package dev.poolmark.stub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        assertThat(first.stats()).isEqualTo(new StubStats(2, 2, 2, 1, 0, 3, 0, 1));
        assertThat(other.get("/").body()).hasSize(7);
        assertThat(second.stats().requests()).isEqualTo(1);

        first.resetStats();
        assertThat(first.stats()).isEqualTo(new StubStats(0, 2, 2, 0, 0, 0, 0, 0));
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rtt 5 | Invalid value for option '--rtt': must be a time such as 0.5ms, 20us or 2s: 5",
        "--rtt 2000s | roundTrip must be from 0 to 1 min: PT33M20S",
        "--tls 1.1 | Invalid value for option '--tls': must be 1.2 or 1.3: 1.1",
        "--key dsa | Invalid value for option '--key': must be rsa2048, rsa3072 or p256: dsa",
        "--body-bytes -1 | bodyBytes must be from 0 to 67108864: -1",
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
        .withLink(new Link(Duration.ofNanos(1_500_000)))
        .withServiceTime(Duration.ofMillis(25))
        .withTls(new Tls(Tls.Version.TLS_1_3, Tls.Key.RSA_3072, true))
        .withBodyBytes(0);

    assertThat(StubOptions.parse(StubOptions.format(config))).isEqualTo(config);
    assertThat(StubOptions.parse(List.of())).isEqualTo(StubConfig.defaults());
    assertThat(StubOptions.parse(List.of("--rtt", "0.5ms", "--service-time", "2s")))
        .isEqualTo(StubConfig.defaults()
            .withLink(new Link(Duration.ofNanos(500_000)))
            .withServiceTime(Duration.ofSeconds(2)));
  }

  @Test
  void aCallForAnotherProcessIsRefusedClearly() throws Exception {
    try (StubHost host = StubHost.open()) {
      URI elsewhere = host.uri().resolve("/stubs/9");
      assertThatThrownBy(() -> RemoteStub.start(elsewhere, StubConfig.defaults()))
          .isInstanceOf(IOException.class)
          .hasMessageEndingWith("refuses POST " + elsewhere + ": no such stub");
    }
  }
}

package dev.poolmark.stub.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ParameterException;

/** The options of the command line, and the config that they describe. */
class StubOptionsTest {
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
        "--protocol http2 | --protocol: must be http/1.1 or h2: http2",
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

  @Test
  void aConfigSurvivesItsOptions() {
    StubConfig config = StubConfig.defaults()
        .withLink(new Link(Duration.ofNanos(1_500_000))
            .withJitter(Duration.ofNanos(500_000))
            .withBitsPerSecond(100_000_000)
            .withSlowStart(true)
            .withNatTimeout(Duration.ofSeconds(3)))
        .withService(new SimulatedService(
            new ServiceTime.Bimodal(Duration.ofMillis(5), Duration.ofMillis(80), 0.125), 8, 16))
        .withTls(new TlsSettings(TlsVersion.TLS_1_3, KeyType.RSA_3072, true))
        .withProtocol(HttpProtocol.HTTP_2)
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
        .withService(
            SimulatedService.NONE.withTime(new ServiceTime.LogNormal(Duration.ofMillis(20), 0.5)));
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
}

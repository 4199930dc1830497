package dev.poolmark.analysis.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.poolmark.analysis.study.Profile;
import dev.poolmark.analysis.study.Profile.Tls;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadTest {

  private static Workload of(
      String rtt, String serviceTime, String tls, String resumption, String body, int concurrency) {
    return Workload.parse(
        rtt, serviceTime, tls, resumption, body, concurrency, List.of("okhttp", "jdk"));
  }

  @ParameterizedTest
  @CsvSource({
    "12ms, 40ms, 1.3, off, 8KiB, rtt=12ms+service-time=40ms+tls=1.3+body-bytes=8192",
    "500us, 1.5s, none, off, 2048, rtt=0.5ms+service-time=1500ms",
    "0ms, 20ns, 1.2, on, 1kB, rtt=0ms+service-time=0.00002ms+tls=1.2+resumption=on+body-bytes=1000",
    "1s, lognormal:40ms:0.5, 1.3, on, 2KiB, rtt=1000ms+service-time=lognormal:40ms:0.5+tls=1.3+resumption=on",
    "5ms, bimodal:5ms:0.08s:0.10, none, off, 1.5MiB, rtt=5ms+service-time=bimodal:5ms:80ms:0.1+body-bytes=1572864",
  })
  void isAProfile(
      String rtt, String serviceTime, String tls, String resumption, String body, String profile) {
    assertThat(of(rtt, serviceTime, tls, resumption, body, 1).profile()).isEqualTo(profile);
  }

  @Test
  void hasTheNetworkThatAModelKnows() {
    Profile network = of("12ms", "lognormal:40ms:0.5", "1.3", "on", "8KiB", 30).network();

    assertThat(network.roundTripMillis()).isEqualTo(12);
    assertThat(network.serviceMillis()).isCloseTo(40 * Math.exp(0.125), within(1e-9));
    assertThat(network.tls()).isEqualTo(Tls.TLS_1_3_RESUMED);
    assertThat(of("1ms", "bimodal:5ms:80ms:0.1", "none", "off", "0", 1).network())
        .isEqualTo(new Profile(1, 12.5, Tls.PLAIN));
  }

  /** The slowest of many calls decides how long a batch takes. */
  @ParameterizedTest
  @CsvSource({
    "25ms, 0.99, 25",
    "lognormal:40ms:0.5, 0.5, 40",
    "lognormal:40ms:0, 0.99, 40",
    "lognormal:0ms:1, 0.99, 0",
    "bimodal:5ms:80ms:0.1, 0.9, 5",
    "bimodal:5ms:80ms:0.1, 0.95, 80",
    "bimodal:80ms:5ms:0.1, 0.1, 5",
    "bimodal:80ms:5ms:0.1, 0.2, 80",
  })
  void knowsTheQuantilesOfTheServiceTime(String text, double share, double millis) {
    assertThat(ServiceTimes.parse(text).quantile().applyAsDouble(share))
        .isCloseTo(millis, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "12 | 40ms | 1.3 | off | 0 | 1 | --rtt must be a time such as 0.5ms, 20us or 2s: 12",
        "-1ms | 40ms | 1.3 | off | 0 | 1 | --rtt must be a time such as 0.5ms, 20us or 2s: -1ms",
        "2s | 40ms | 1.3 | off | 0 | 1 | --rtt must be from 0 to 1s: 2000ms",
        "1ms | 40 | 1.3 | off | 0 | 1 | --service-time must be a time such as 0.5ms, 20us or 2s: 40",
        "1ms | normal:1ms:1 | 1.3 | off | 0 | 1 | --service-time must be TIME, lognormal:MEDIAN:SIGMA or bimodal:FAST:SLOW:SHARE: normal:1ms:1",
        "1ms | lognormal:1ms:4 | 1.3 | off | 0 | 1 | --service-time must have a sigma from 0 to 3: 4",
        "1ms | lognormal:1ms:NaN | 1.3 | off | 0 | 1 | --service-time must have a sigma from 0 to 3: NaN",
        "1ms | bimodal:1ms:2ms:x | 1.3 | off | 0 | 1 | --service-time must have a share from 0 to 1: x",
        "1ms | 21s | 1.3 | off | 0 | 1 | --service-time must be at most 20s in 9,999 of 10,000 calls, for a call times out after 30s: 21000ms",
        "1ms | lognormal:2s:1 | 1.3 | off | 0 | 1 | --service-time must be at most 20s in 9,999 of 10,000 calls, for a call times out after 30s: lognormal:2000ms:1",
        "1ms | 40ms | 1.1 | off | 0 | 1 | --tls must be none, 1.2 or 1.3: 1.1",
        "1ms | 40ms | 1.3 | yes | 0 | 1 | --resumption must be on or off: yes",
        "1ms | 40ms | none | on | 0 | 1 | --resumption must stand beside --tls: on",
        "1ms | 40ms | 1.3 | off | 8K | 1 | --body must be a size such as 512, 8KiB or 1MiB: 8K",
        "1ms | 40ms | 1.3 | off | 17MiB | 1 | --body must be from 0 to 16MiB: 17825792",
        "1ms | 40ms | 1.3 | off | 0 | 0 | --concurrency must be from 1 to 500: 0",
        "1ms | 40ms | 1.3 | off | 0 | 501 | --concurrency must be from 1 to 500: 501",
        "1ms | 40ms | 1.3 | off | 16MiB | 17 | --body times --concurrency must be at most 256MiB: 16777216 x 17",
      })
  void namesOptionRuleAndValue(
      String rtt,
      String serviceTime,
      String tls,
      String resumption,
      String body,
      int concurrency,
      String message) {
    assertThatThrownBy(() -> of(rtt, serviceTime, tls, resumption, body, concurrency))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void namesEachClientOnce() {
    assertThatThrownBy(() ->
            Workload.parse("1ms", "1ms", "none", "off", "0", 1, List.of("jdk", "jetty", "jdk")))
        .hasMessage("--clients must name each once: jdk,jetty,jdk");
  }
}

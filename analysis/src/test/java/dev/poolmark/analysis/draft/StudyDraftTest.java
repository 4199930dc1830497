package dev.poolmark.analysis.draft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Study;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StudyDraftTest {

  private static final List<String> CLIENTS = List.of("okhttp", "jdk");

  private static Workload workload(
      String rtt, String serviceTime, String tls, String body, int concurrency) {
    return Workload.parse(rtt, serviceTime, tls, "off", body, concurrency, CLIENTS);
  }

  static Stream<Workload> workloads() {
    return Stream.of("0ms", "0.05ms", "12ms", "1s")
        .flatMap(rtt -> Stream.of(
                "0ms", "40ms", "20s", "lognormal:40ms:0.5", "lognormal:0.2ms:3", "bimodal:5ms:2s:1")
            .flatMap(service -> Stream.of("none", "1.2", "1.3")
                .flatMap(tls -> Stream.of(1, 2, 30, 500)
                    .map(calls -> workload(rtt, service, tls, "8KiB", calls)))));
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void isAStudyOfBoundedTime(Workload workload) throws InputException {
    StudyDraft draft =
        new StudyDraft("a.b-1", workload, List.of("--tls 1.3", "none: \"of\" that #"));
    Study study = draft.study();

    assertThat(study.name()).isEqualTo("a.b-1");
    assertThat(study.design().parameters())
        .isEqualTo(Map.of("client", CLIENTS, "profile", List.of(workload.profile())));
    assertThat(study.design().benchmarks().keySet())
        .isEqualTo(
            workload.concurrency() == 1
                ? Set.of("sequential")
                : Set.of("sequential", "concurrent"));
    assertThat(study.design().server()).isPresent();
    assertThat(study.fullForm()).isPresent();
    assertThat(draft.estimate())
        .isBetween(
            Duration.ofMillis(
                study.design().plan().stream().mapToInt(List::size).sum() * 2000L),
            Duration.ofHours(6));
  }

  @Test
  void thePoolHoldsAConnectionForEachCall() throws InputException {
    Study study =
        new StudyDraft("a", workload("12ms", "40ms", "1.3", "8KiB", 30), List.of()).study();

    assertThat(study.design().benchmarks().get("concurrent").parameters())
        .containsEntry("concurrency", "30")
        .containsEntry("pool", "30");
    assertThat(study.design().server().orElseThrow().warmUp().parameters())
        .containsEntry("pool", "30")
        .containsEntry("profile", "rtt=12ms+service-time=40ms+tls=1.3+body-bytes=8192");
  }

  /** Six rounds of two clients: 24 forks of calls one after another, and 24 of calls at once. */
  @Test
  void estimatesTheTimeFromThePlan() throws InputException {
    Duration one =
        new StudyDraft("a", workload("5ms", "25ms", "1.2", "2KiB", 1), List.of()).estimate();
    Duration twenty =
        new StudyDraft("a", workload("5ms", "25ms", "1.2", "2KiB", 20), List.of()).estimate();

    // The forks of quick take 2.3 s one after another and 2.5 s at once.
    assertThat(one).isBetween(Duration.ofSeconds(24 * 2), Duration.ofSeconds(24 * 4));
    assertThat(twenty).isBetween(one.plusSeconds(24 * 2), one.plusSeconds(24 * 4));
  }

  /** The mean of a few calls is far from that of the distribution. */
  @Test
  void measuresMoreCallsIfTheyVary() throws InputException {
    String requests = requestsFor("40ms");

    assertThat(Integer.parseInt(requestsFor("lognormal:40ms:0.5")))
        .isGreaterThan(3 * Integer.parseInt(requests));
  }

  private static String requestsFor(String serviceTime) throws InputException {
    return new StudyDraft("a", workload("12ms", serviceTime, "1.3", "2KiB", 1), List.of())
        .study()
        .design()
        .benchmarks()
        .get("sequential")
        .parameters()
        .get("requests");
  }

  @Test
  void namesWhatItAssumes() {
    assertThat(new StudyDraft("a", workload("12ms", "40ms", "1.3", "8KiB", 1), List.of("--tls 1.3"))
            .text())
        .contains("#   --tls 1.3\n")
        .contains("#   HTTP/1.1");
  }
}

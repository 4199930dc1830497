package dev.poolmark.clients.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RetryTest {
  private static final URI ANY = URI.create("http://localhost/");
  private static final Request GET = Request.get(ANY);
  private static final Request POST = Request.post(ANY, new byte[1]);

  private static Retry retry(double jitter, boolean anyMethod) {
    return new Retry(9, 2.0, Duration.ofMillis(100), Duration.ofSeconds(1), jitter, anyMethod);
  }

  private static List<Long> millis(Retry retry, long seed) {
    Random random = new Random(seed);
    return IntStream.rangeClosed(1, 6)
        .mapToObj(number -> retry.backoff(number, random).toMillis())
        .toList();
  }

  @Test
  void backoffsGrowByTheMultiplierUpToTheLongest() {
    assertThat(millis(retry(0, false), 1)).containsExactly(100L, 200L, 400L, 800L, 1000L, 1000L);
    assertThat(retry(0, false).backoff(Integer.MAX_VALUE, new Random(1)))
        .isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aMultiplierOfOneKeepsTheBackoff() {
    Retry steady = new Retry(3, 1.0, Duration.ofMillis(7), Duration.ofMillis(9), 0, false);
    assertThat(millis(steady, 1)).containsOnly(7L);
  }

  @Test
  void jitterTakesAwayItsShareAtMost() {
    List<Long> whole = millis(retry(0, false), 1);
    for (long seed = 0; seed < 1000; seed++) {
      List<Long> jittered = millis(retry(0.25, false), seed);
      for (int i = 0; i < whole.size(); i++) {
        assertThat(jittered.get(i)).isBetween(whole.get(i) * 3 / 4, whole.get(i));
      }
    }
    assertThat(millis(retry(0.25, false), 1))
        .isEqualTo(millis(retry(0.25, false), 1))
        .isNotEqualTo(millis(retry(0.25, false), 2));
  }

  @Test
  void fullJitterSpreadsOverTheWholeBackoff() {
    Random random = new Random(42);
    double mean = IntStream.range(0, 10_000)
        .mapToLong(i -> retry(1, false).backoff(1, random).toNanos())
        .average()
        .orElseThrow();
    assertThat(mean / 1e6).isBetween(48.0, 52.0);
  }

  private static Set<Failure> allowed(Retry retry, Request request) {
    Set<Failure> allowed = EnumSet.noneOf(Failure.class);
    Arrays.stream(Failure.values()).filter(f -> retry.allows(request, f)).forEach(allowed::add);
    return allowed;
  }

  private static Request with(String method) {
    return new Request(method, ANY, Headers.none(), new byte[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
  void anIdempotentRequestIsRepeatedWhereverItMayHelp(String method) {
    assertThat(allowed(retry(0, false), with(method)))
        .containsExactlyInAnyOrder(
            Failure.CONNECT_FAILED,
            Failure.CONNECT_TIMEOUT,
            Failure.CONNECTION_CLOSED,
            Failure.READ_TIMEOUT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH", "PURGE", "get"})
  void anotherIsRepeatedOnlyIfNothingWasSentUnlessAnyMethodIs(String method) {
    assertThat(allowed(retry(0, false), with(method)))
        .containsExactlyInAnyOrder(Failure.CONNECT_FAILED, Failure.CONNECT_TIMEOUT);
    assertThat(allowed(retry(0, true), with(method))).isEqualTo(allowed(retry(0, true), GET));
  }

  @Test
  void fourStatusesAreWorthARetry() {
    for (int status = 100; status < 600; status++) {
      Response response = new Response(status, Headers.none(), new byte[0]);
      boolean worth = Set.of(429, 502, 503, 504).contains(status);
      assertThat(retry(0, false).allows(GET, response)).as("GET, %s", status).isEqualTo(worth);
      assertThat(retry(0, false).allows(with("PUT"), response))
          .as("PUT, %s", status)
          .isEqualTo(worth);
      assertThat(retry(0, true).allows(POST, response)).as("any, %s", status).isEqualTo(worth);
      assertThat(retry(0, false).allows(POST, response)).as("POST, %s", status).isFalse();
    }
  }

  @Test
  void theDefaultsAreThoseOfTheDesign() {
    assertThat(Retry.defaults()).isEqualTo(Retry.of(3, 2.0));
    assertThat(Retry.defaults().maxRetries()).isEqualTo(3);
    assertThat(Retry.defaults().backoffMultiplier()).isEqualTo(2.0);
    assertThat(Retry.defaults().anyMethod()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-1 | 2   | 100 | 200 | 0.5 | maxRetries must be >= 0: -1",
        " 0 | 0.9 | 100 | 200 | 0.5 | backoffMultiplier must be >= 1 and finite: 0.9",
        " 0 | NaN | 100 | 200 | 0.5 | backoffMultiplier must be >= 1 and finite: NaN",
        " 0 | Infinity | 100 | 200 | 0.5 | backoffMultiplier must be >= 1 and finite: Infinity",
        " 0 | 1   |   0 | 200 | 0.5 | firstBackoff must be from 1 ms to 24 days: PT0S",
        " 0 | 1   | 100 |   0 | 0.5 | maxBackoff must be from 1 ms to 24 days: PT0S",
        " 0 | 1   | 100 |  99 | 0.5 | maxBackoff must be >= firstBackoff (PT0.1S): PT0.099S",
        " 0 | 1   | 100 | 200 | 1.1 | jitter must be from 0 to 1: 1.1",
        " 0 | 1   | 100 | 200 | NaN | jitter must be from 0 to 1: NaN"
      })
  void aWrongValueIsNamed(
      int retries, double multiplier, long first, long most, double jitter, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Retry(
            retries, multiplier, Duration.ofMillis(first), Duration.ofMillis(most), jitter, false))
        .withMessage(message);
  }
}

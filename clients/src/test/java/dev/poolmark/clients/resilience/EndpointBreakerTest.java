package dev.poolmark.clients.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.BreakerState;
import dev.poolmark.clients.Request;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class EndpointBreakerTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(1);

  private final AtomicInteger opens = new AtomicInteger();

  private EndpointBreaker breaker(int failures, int window, Duration openFor, int trials) {
    return new EndpointBreaker(
        new CircuitBreakerConfig(failures, window, openFor, trials), opens::incrementAndGet);
  }

  private static void fail(EndpointBreaker breaker, int times) {
    for (int i = 0; i < times; i++) {
      breaker.admit().failed();
    }
  }

  private static EndpointBreaker halfOpen(EndpointBreaker breaker) {
    while (breaker.state() == BreakerState.OPEN) {
      LockSupport.parkNanos(SHORT.toNanos());
    }
    assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
    return breaker;
  }

  @Test
  void opensAtTheFailuresOfItsWindow() {
    EndpointBreaker breaker = breaker(2, 3, LONG, 1);
    breaker.admit().failed();
    breaker.admit().succeeded();
    breaker.admit().succeeded();
    breaker.admit().failed(); // the first is out of the window
    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    assertThat(breaker.openFor()).isEmpty();
    breaker.admit().failed();
    assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    assertThat(breaker.admit()).isNull();
    assertThat(breaker.openFor().orElseThrow()).isBetween(Duration.ofSeconds(1), LONG);
    assertThat(opens).hasValue(1);
  }

  @Test
  void closesWhenAllTrialsSucceed() {
    EndpointBreaker breaker = breaker(1, 1, SHORT, 2);
    fail(breaker, 1);
    halfOpen(breaker).admit().succeeded();
    assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
    breaker.admit().succeeded();
    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    assertThat(opens).hasValue(1);
  }

  @Test
  void opensAgainAtTheFirstTrialThatFails() {
    EndpointBreaker breaker = breaker(3, 3, SHORT, 2);
    fail(breaker, 3);
    halfOpen(breaker).admit().succeeded();
    breaker.admit().failed();
    assertThat(opens).hasValue(2);
    halfOpen(breaker);
  }

  @Test
  void letsNoMoreThanItsTrialsThroughAndTakesAbandonedOnesBack() {
    EndpointBreaker breaker = breaker(1, 1, SHORT, 2);
    fail(breaker, 1);
    EndpointBreaker.Admission first = halfOpen(breaker).admit();
    EndpointBreaker.Admission second = breaker.admit();
    assertThat(breaker.admit()).isNull();
    assertThat(breaker.openFor()).isEmpty();
    first.abandoned();
    first.abandoned();
    EndpointBreaker.Admission third = breaker.admit();
    assertThat(third).isNotNull();
    assertThat(breaker.admit()).isNull();
    assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
    second.succeeded();
    third.succeeded();
    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void whatBeganInAnotherStateDoesNotCount() {
    EndpointBreaker breaker = breaker(1, 1, SHORT, 1);
    EndpointBreaker.Admission early = breaker.admit();
    EndpointBreaker.Admission lost = breaker.admit();
    EndpointBreaker.Admission old = breaker.admit();
    fail(breaker, 1);
    early.succeeded();
    EndpointBreaker.Admission trial = halfOpen(breaker).admit();
    lost.failed();
    old.abandoned();
    assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
    assertThat(breaker.admit()).isNull();
    trial.succeeded();
    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    assertThat(opens).hasValue(1);
  }

  @Test
  void theFirstEndOfAnAttemptCounts() {
    EndpointBreaker breaker = breaker(1, 1, LONG, 1);
    EndpointBreaker.Admission attempt = breaker.admit();
    attempt.succeeded();
    attempt.failed();
    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    EndpointBreaker.Admission abandoned = breaker.admit();
    abandoned.abandoned();
    abandoned.failed();
    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
  }

  private static Request to(String host) {
    return Request.get(URI.create("http://" + host + "/"));
  }

  @Test
  void aBreakerIsForOneEndpoint() {
    EndpointBreakers breakers = new EndpointBreakers(new CircuitBreakerConfig(1, 1, LONG, 1), 10);
    fail(breakers.of(to("a")), 1);
    assertThat(breakers.of(to("a")).state()).isEqualTo(BreakerState.OPEN);
    assertThat(breakers.of(to("a:8080")).state()).isEqualTo(BreakerState.CLOSED);
    assertThat(breakers.of(to("b")).state()).isEqualTo(BreakerState.CLOSED);
    assertThat(breakers.of(to("A:80")).state())
        .as("the same endpoint, written otherwise")
        .isEqualTo(BreakerState.OPEN);
    assertThat(breakers.states())
        .isEqualTo(Map.of(
            "http://a",
            BreakerState.OPEN,
            "http://a:8080",
            BreakerState.CLOSED,
            "http://b",
            BreakerState.CLOSED));
    assertThat(breakers.opens()).isEqualTo(1);
  }

  @Test
  void beyondTheBoundClosedBreakersAreForgottenFirst() {
    EndpointBreakers breakers = new EndpointBreakers(new CircuitBreakerConfig(1, 1, LONG, 1), 3);
    fail(breakers.of(to("open")), 1);
    breakers.of(to("a"));
    breakers.of(to("b"));
    breakers.of(to("c"));
    assertThat(breakers.states()).hasSize(2);
    assertThat(breakers.of(to("open")).state()).isEqualTo(BreakerState.OPEN);
    fail(breakers.of(to("c")), 1);
    fail(breakers.of(to("d")), 1);
    assertThat(breakers.states()).hasSize(3);
    breakers.of(to("e"));
    assertThat(breakers.states()).isEqualTo(Map.of("http://e", BreakerState.CLOSED));
    assertThat(breakers.opens()).isEqualTo(3);
  }
}

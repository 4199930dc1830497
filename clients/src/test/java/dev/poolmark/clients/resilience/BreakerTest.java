package dev.poolmark.clients.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.poolmark.clients.BreakerState;
import dev.poolmark.clients.Request;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BreakerTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(1);

  private final AtomicInteger opens = new AtomicInteger();

  private Circuit circuit(int failures, int window, Duration openFor, int trials) {
    return new Circuit(new Breaker(failures, window, openFor, trials), opens::incrementAndGet);
  }

  private static void fail(Circuit circuit, int times) {
    for (int i = 0; i < times; i++) {
      circuit.admit().failed();
    }
  }

  private static Circuit halfOpen(Circuit circuit) {
    while (circuit.state() == BreakerState.OPEN) {
      LockSupport.parkNanos(SHORT.toNanos());
    }
    assertThat(circuit.state()).isEqualTo(BreakerState.HALF_OPEN);
    return circuit;
  }

  @Test
  void opensAtTheFailuresOfItsWindow() {
    Circuit circuit = circuit(2, 3, LONG, 1);
    circuit.admit().failed();
    circuit.admit().succeeded();
    circuit.admit().succeeded();
    circuit.admit().failed(); // the first is out of the window
    assertThat(circuit.state()).isEqualTo(BreakerState.CLOSED);
    assertThat(circuit.openFor()).isEmpty();
    circuit.admit().failed();
    assertThat(circuit.state()).isEqualTo(BreakerState.OPEN);
    assertThat(circuit.admit()).isNull();
    assertThat(circuit.openFor().orElseThrow()).isBetween(Duration.ofSeconds(1), LONG);
    assertThat(opens).hasValue(1);
  }

  @Test
  void closesWhenAllTrialsSucceed() {
    Circuit circuit = circuit(1, 1, SHORT, 2);
    fail(circuit, 1);
    halfOpen(circuit).admit().succeeded();
    assertThat(circuit.state()).isEqualTo(BreakerState.HALF_OPEN);
    circuit.admit().succeeded();
    assertThat(circuit.state()).isEqualTo(BreakerState.CLOSED);
    assertThat(opens).hasValue(1);
  }

  @Test
  void opensAgainAtTheFirstTrialThatFails() {
    Circuit circuit = circuit(3, 3, SHORT, 2);
    fail(circuit, 3);
    halfOpen(circuit).admit().succeeded();
    circuit.admit().failed();
    assertThat(opens).hasValue(2);
    halfOpen(circuit);
  }

  @Test
  void letsNoMoreThanItsTrialsThroughAndTakesAbandonedOnesBack() {
    Circuit circuit = circuit(1, 1, SHORT, 2);
    fail(circuit, 1);
    Circuit.Admission first = halfOpen(circuit).admit();
    Circuit.Admission second = circuit.admit();
    assertThat(circuit.admit()).isNull();
    assertThat(circuit.openFor()).isEmpty();
    first.abandoned();
    first.abandoned();
    Circuit.Admission third = circuit.admit();
    assertThat(third).isNotNull();
    assertThat(circuit.admit()).isNull();
    assertThat(circuit.state()).isEqualTo(BreakerState.HALF_OPEN);
    second.succeeded();
    third.succeeded();
    assertThat(circuit.state()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void whatBeganInAnotherStateDoesNotCount() {
    Circuit circuit = circuit(1, 1, SHORT, 1);
    Circuit.Admission early = circuit.admit();
    Circuit.Admission lost = circuit.admit();
    Circuit.Admission old = circuit.admit();
    fail(circuit, 1);
    early.succeeded();
    Circuit.Admission trial = halfOpen(circuit).admit();
    lost.failed();
    old.abandoned();
    assertThat(circuit.state()).isEqualTo(BreakerState.HALF_OPEN);
    assertThat(circuit.admit()).isNull();
    trial.succeeded();
    assertThat(circuit.state()).isEqualTo(BreakerState.CLOSED);
    assertThat(opens).hasValue(1);
  }

  @Test
  void theFirstEndOfAnAttemptCounts() {
    Circuit circuit = circuit(1, 1, LONG, 1);
    Circuit.Admission attempt = circuit.admit();
    attempt.succeeded();
    attempt.failed();
    assertThat(circuit.state()).isEqualTo(BreakerState.CLOSED);
    Circuit.Admission abandoned = circuit.admit();
    abandoned.abandoned();
    abandoned.failed();
    assertThat(circuit.state()).isEqualTo(BreakerState.CLOSED);
  }

  private static Request to(String host) {
    return Request.get(URI.create("http://" + host + "/"));
  }

  @Test
  void aBreakerIsForOneEndpoint() {
    Circuits circuits = new Circuits(new Breaker(1, 1, LONG, 1), 10);
    fail(circuits.of(to("a")), 1);
    assertThat(circuits.of(to("a")).state()).isEqualTo(BreakerState.OPEN);
    assertThat(circuits.of(to("a:8080")).state()).isEqualTo(BreakerState.CLOSED);
    assertThat(circuits.of(to("b")).state()).isEqualTo(BreakerState.CLOSED);
    assertThat(circuits.worst()).isEqualTo(BreakerState.OPEN);
    assertThat(circuits.opens()).isEqualTo(1);
  }

  @Test
  void beyondTheBoundClosedBreakersAreForgottenFirst() {
    Circuits circuits = new Circuits(new Breaker(1, 1, LONG, 1), 3);
    fail(circuits.of(to("open")), 1);
    circuits.of(to("a"));
    circuits.of(to("b"));
    circuits.of(to("c"));
    assertThat(circuits.size()).isEqualTo(2);
    assertThat(circuits.of(to("open")).state()).isEqualTo(BreakerState.OPEN);
    fail(circuits.of(to("c")), 1);
    fail(circuits.of(to("d")), 1);
    assertThat(circuits.size()).isEqualTo(3);
    circuits.of(to("e"));
    assertThat(circuits.size()).isEqualTo(1);
    assertThat(circuits.worst()).isEqualTo(BreakerState.CLOSED);
    assertThat(circuits.opens()).isEqualTo(3);
  }

  @Test
  void theDefaultsAreInOrder() {
    assertThat(Breaker.defaults()).isEqualTo(new Breaker(10, 20, Duration.ofSeconds(10), 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 1     | 1 | 1 | failures must be >= 1: 0",
        "2 | 1     | 1 | 1 | window must be from failures (2) to 10000: 1",
        "2 | 10001 | 1 | 1 | window must be from failures (2) to 10000: 10001",
        "1 | 1     | 0 | 1 | openFor must be from 1 ms to 24 days: PT0S",
        "1 | 1     | 1 | 0 | trials must be from 1 to 10000: 0"
      })
  void aWrongValueIsNamed(int failures, int window, long openFor, int trials, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Breaker(failures, window, Duration.ofMillis(openFor), trials))
        .withMessage(message);
  }
}

package dev.poolmark.stub;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which fault hits the next request or connection. Of several the first that was configured hits. Safe for several
 * threads.
 */
final class FaultPlan {
  private final List<Fault> faults;
  private final long seed;
  private final Draws.Purpose purpose;
  private final AtomicLong numbers = new AtomicLong();

  private FaultPlan(List<Fault> faults, long seed, Draws.Purpose purpose) {
    this.faults = faults;
    this.seed = seed;
    this.purpose = purpose;
  }

  static FaultPlan forRequests(StubConfig config) {
    return new FaultPlan(
        config.faults().stream().filter(fault -> fault.kind().hitsRequests).toList(),
        config.seed(),
        Draws.Purpose.REQUEST_FAULT);
  }

  /** For one door; each counts its own connections. */
  static FaultPlan forConnections(StubConfig config, boolean tls) {
    return new FaultPlan(
        config.faults().stream()
            .filter(fault -> !fault.kind().hitsRequests)
            .filter(fault -> tls || fault.kind() != Fault.Kind.HANDSHAKE_STALL)
            .toList(),
        config.seed(),
        Draws.Purpose.CONNECTION_FAULT);
  }

  boolean isEmpty() {
    return faults.isEmpty();
  }

  Optional<Fault.Kind> next() {
    return faults.isEmpty() ? Optional.empty() : at(numbers.incrementAndGet());
  }

  /** What hits the one with this number. */
  Optional<Fault.Kind> at(long number) {
    SplittableRandom random = Draws.of(seed, purpose, number);
    Optional<Fault.Kind> hit = Optional.empty();
    for (Fault fault : faults) {
      double draw = random.nextDouble(); // one for each fault, so that they do not shift each other
      boolean hits = fault.when() instanceof Fault.Nth nth
          ? nth.number() == number
          : draw < ((Fault.Probability) fault.when()).value();
      if (hits && hit.isEmpty()) {
        hit = Optional.of(fault.kind());
      }
    }
    return hit;
  }
}

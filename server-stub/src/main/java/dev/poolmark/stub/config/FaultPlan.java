package dev.poolmark.stub.config;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Decides which fault hits the next request or connection: the first of those configured that applies. Thread-safe. */
public final class FaultPlan {
  private final List<Fault> faults;
  private final long seed;
  private final SeededRandom.Purpose purpose;
  private final AtomicLong numbers = new AtomicLong();

  private FaultPlan(List<Fault> faults, long seed, SeededRandom.Purpose purpose) {
    this.faults = faults;
    this.seed = seed;
    this.purpose = purpose;
  }

  /** The faults that hit requests. */
  public static FaultPlan forRequests(StubConfig config) {
    return new FaultPlan(
        config.faults().stream().filter(fault -> fault.kind().hitsRequests()).toList(),
        config.seed(),
        SeededRandom.Purpose.REQUEST_FAULT);
  }

  /** The faults that hit the connections of one port; each port counts its own. */
  public static FaultPlan forConnections(StubConfig config, boolean tls) {
    return new FaultPlan(
        config.faults().stream()
            .filter(fault -> !fault.kind().hitsRequests())
            .filter(fault -> tls || fault.kind() != Fault.Kind.HANDSHAKE_STALL)
            .toList(),
        config.seed(),
        SeededRandom.Purpose.CONNECTION_FAULT);
  }

  /** Whether there is no fault at all. */
  public boolean isEmpty() {
    return faults.isEmpty();
  }

  /** The fault that hits the next one. */
  public Optional<Fault.Kind> next() {
    return faults.isEmpty() ? Optional.empty() : at(numbers.incrementAndGet());
  }

  /** The fault that hits the one with this number. */
  public Optional<Fault.Kind> at(long number) {
    SplittableRandom random = SeededRandom.of(seed, purpose, number);
    Optional<Fault.Kind> hit = Optional.empty();
    for (Fault fault : faults) {
      double draw =
          random.nextDouble(); // always drawn, so that the faults do not depend on each other
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

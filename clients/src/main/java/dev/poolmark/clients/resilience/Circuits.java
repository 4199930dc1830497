package dev.poolmark.clients.resilience;

import dev.poolmark.clients.BreakerState;
import dev.poolmark.clients.Request;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The breakers of a client, one for each endpoint. When there are more than the bound, the closed ones are forgotten
 * with the failures that they have counted, and if none is closed all are. Safe for use by several threads.
 */
final class Circuits {
  private final Breaker rules;
  private final int most;
  private final Map<String, Circuit> byEndpoint = new ConcurrentHashMap<>();
  private final LongAdder opens = new LongAdder();

  Circuits(Breaker rules, int most) {
    this.rules = rules;
    this.most = most;
  }

  /** The breaker of the request's endpoint. */
  Circuit of(Request request) {
    String endpoint = request.endpoint();
    Circuit known = byEndpoint.get(endpoint);
    if (known != null) {
      return known;
    }
    if (byEndpoint.size() >= most
        && !byEndpoint.values().removeIf(circuit -> circuit.state() == BreakerState.CLOSED)) {
      byEndpoint.clear();
    }
    return byEndpoint.computeIfAbsent(endpoint, unknown -> new Circuit(rules, opens::increment));
  }

  /** How often a breaker has opened. */
  long opens() {
    return opens.sum();
  }

  /** The worst state of all. */
  BreakerState worst() {
    return byEndpoint.values().stream()
        .map(Circuit::state)
        .max(Comparator.naturalOrder())
        .orElse(BreakerState.CLOSED);
  }

  int size() {
    return byEndpoint.size();
  }
}

package dev.poolmark.clients.resilience;

import dev.poolmark.clients.BreakerState;
import dev.poolmark.clients.Request;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * The breakers of a client, one for each endpoint, up to a limit. At the limit a new endpoint makes it forget the closed
 * ones with their counts, or all if none is closed. Thread-safe.
 */
final class EndpointBreakers {
  private final CircuitBreakerConfig config;
  private final int maxEndpoints;
  private final Map<String, EndpointBreaker> byEndpoint = new ConcurrentHashMap<>();
  private final LongAdder opens = new LongAdder();

  EndpointBreakers(CircuitBreakerConfig config, int maxEndpoints) {
    this.config = config;
    this.maxEndpoints = maxEndpoints;
  }

  /** The breaker of the request's endpoint. */
  EndpointBreaker of(Request request) {
    String endpoint = request.endpoint();
    EndpointBreaker known = byEndpoint.get(endpoint);
    if (known != null) {
      return known;
    }
    if (byEndpoint.size() >= maxEndpoints
        && !byEndpoint.values().removeIf(breaker -> breaker.state() == BreakerState.CLOSED)) {
      byEndpoint.clear();
    }
    return byEndpoint.computeIfAbsent(
        endpoint, unknown -> new EndpointBreaker(config, opens::increment));
  }

  /** How often a breaker has opened. */
  long opens() {
    return opens.sum();
  }

  /** The state of each breaker, by endpoint. */
  Map<String, BreakerState> states() {
    return byEndpoint.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().state()));
  }
}

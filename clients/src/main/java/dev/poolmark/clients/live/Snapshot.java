package dev.poolmark.clients.live;

import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.Distribution;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A client's metrics as JSON for the page. Stateless. */
final class Snapshot {
  private Snapshot() {}

  /** One line. Times are in microseconds. */
  static String json(ClientMetrics metrics) {
    String connections = metrics
        .connections()
        .map(c -> String.format(
            Locale.ROOT,
            "{\"idle\":%d,\"opened\":%d,\"closed\":%d,\"closedFor\":%s,\"connectP50\":%d}",
            c.idle(),
            c.opened(),
            c.closed(),
            counts(c.closedFor()),
            c.connectTime().p50Micros()))
        .orElse("null");
    String failures = counts(metrics.failures());
    String endpoints = metrics.endpoints().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> text(entry.getKey()) + ":"
            + object(Map.of(
                "max", entry.getValue().max(),
                "leased", entry.getValue().leased(),
                "pending", entry.getValue().pending())))
        .collect(Collectors.joining(",", "{", "}"));
    return String.format(
        Locale.ROOT,
        "{\"calls\":%d,\"succeeded\":%d,\"retries\":%d,\"breaker\":%s,\"breakerOpens\":%d,"
            + "\"max\":%d,\"leased\":%d,\"pending\":%d,\"connections\":%s,\"failures\":%s,"
            + "\"endpoints\":%s,\"callTime\":%s,\"acquireWait\":%s}",
        metrics.calls(),
        metrics.succeeded(),
        metrics.retries(),
        text(metrics.breaker().name()),
        metrics.breakerOpens(),
        metrics.maxConnections(),
        metrics.leased(),
        metrics.pending(),
        connections,
        failures,
        endpoints,
        times(metrics.callTime()),
        times(metrics.acquireWait()));
  }

  private static String counts(Map<? extends Enum<?>, Long> byReason) {
    return object(byReason.entrySet().stream()
        .collect(Collectors.toMap(entry -> entry.getKey().name(), Map.Entry::getValue)));
  }

  private static String times(Distribution times) {
    return object(Map.of("p50", times.p50Micros(), "p99", times.p99Micros()));
  }

  private static String object(Map<String, ? extends Number> fields) {
    return new TreeMap<>(fields)
        .entrySet().stream()
            .map(field -> text(field.getKey()) + ":" + field.getValue())
            .collect(Collectors.joining(",", "{", "}"));
  }

  /** A string of JSON. */
  static String text(String value) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ' || c == '<') { // so that it cannot end a script
        text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.append('"').toString();
  }
}

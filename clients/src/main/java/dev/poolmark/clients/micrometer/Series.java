package dev.poolmark.clients.micrometer;

import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.ClientMetrics.CallOutcome;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Request;
import io.micrometer.core.instrument.Tags;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The series of a meter, one for each key. All have the same tags, as Prometheus requires. Immutable.
 *
 * @param keys the keys so far
 * @param tags tells a key's series from the others
 */
record Series<K>(Function<ClientMetrics, Collection<K>> keys, BiFunction<Naming, K, Tags> tags) {
  /** These stand for an attribute that is not set, as in Micrometer's own meters with OpenTelemetry's names. */
  private static final String NO_STATUS = "0";

  private static final String NO_PORT = "-1";
  private static final String NO_ERROR = "none";
  private static final int CLIENT_ERROR = 400;

  /** A single one, without a tag. */
  static final Series<String> SINGLE =
      new Series<>(metrics -> List.of(""), (naming, key) -> Tags.empty());

  static final Series<Double> QUANTILES = by("quantile", List.of(0.5, 0.99));

  static final Series<CallOutcome> OUTCOMES =
      new Series<>(metrics -> metrics.outcomes().keySet(), Series::outcome);

  static final Series<String> ENDPOINTS =
      new Series<>(metrics -> metrics.endpoints().keySet(), Series::endpoint);

  /** One for each value of a tag. */
  static <K> Series<K> by(String tag, Collection<K> values) {
    return new Series<>(metrics -> values, (naming, value) -> Tags.of(tag, lowerCase(value)));
  }

  /** The same series, if the library exposes its connections. */
  Series<K> ofConnections() {
    return new Series<>(
        metrics -> metrics.connections().isPresent() ? keys.apply(metrics) : List.of(), tags);
  }

  private static Tags endpoint(Naming naming, String endpoint) {
    if (naming == Naming.MICROMETER) {
      return Tags.of("endpoint", endpoint);
    }
    if (endpoint.equals(ClientMetrics.OTHER)) {
      return Tags.of("server.address", endpoint, "server.port", NO_PORT);
    }
    Request server = Request.get(URI.create(endpoint));
    return Tags.of(
        "server.address",
        server.host().replaceAll("[\\[\\]]", ""), // of an IPv6 address
        "server.port",
        String.valueOf(server.port()));
  }

  private static Tags outcome(Naming naming, CallOutcome of) {
    Tags endpoint = endpoint(naming, of.endpoint());
    Optional<String> status = of.status().stream().mapToObj(String::valueOf).findAny();
    return naming == Naming.MICROMETER
        ? endpoint.and(
            "method", of.method(), "outcome", of.outcome(), "status", status.orElse("UNKNOWN"))
        : endpoint.and(
            "http.request.method",
            of.method(),
            "http.response.status_code",
            status.orElse(NO_STATUS),
            "error.type",
            error(of));
  }

  /** A status from 400 on is an error. A call that its caller has cancelled is none. */
  private static String error(CallOutcome of) {
    return of.failure()
        .filter(failure -> failure != Failure.CANCELLED)
        .map(failure -> failure == Failure.OTHER ? ClientMetrics.OTHER : lowerCase(failure))
        .orElseGet(() -> of.status().stream()
            .filter(status -> status >= CLIENT_ERROR)
            .mapToObj(String::valueOf)
            .findAny()
            .orElse(NO_ERROR));
  }

  private static String lowerCase(Object value) {
    return value.toString().toLowerCase(Locale.ROOT);
  }
}

package dev.poolmark.analysis.results;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.poolmark.analysis.results.ForkResult.Jmh;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One benchmark's result as JMH writes it, without what nobody here asks for. What is missing is empty, 0 or NaN.
 *
 * @param jvm the {@code java} command of the fork
 * @param jdkVersion such as {@code 17.0.15}
 * @param params the values of the benchmark's parameters
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record JmhResult(
    String benchmark,
    String jvm,
    String jdkVersion,
    int forks,
    @JsonUnwrapped Jmh jmh,
    Map<String, String> params,
    Metric primaryMetric,
    Map<String, Metric> secondaryMetrics) {

  /** Fills in what is missing. */
  JmhResult {
    benchmark = Objects.requireNonNullElse(benchmark, "");
    jdkVersion = Objects.requireNonNullElse(jdkVersion, "");
    jvm = Objects.requireNonNullElse(jvm, "");
    params = Objects.requireNonNullElse(params, Map.of());
    primaryMetric = Objects.requireNonNullElse(primaryMetric, Metric.NONE);
    secondaryMetrics = Objects.requireNonNullElse(secondaryMetrics, Map.of());
    secondaryMetrics.values().removeIf(Objects::isNull);
  }

  /** The secondary result of that name; one without iterations if there is none. */
  Metric counter(String name) {
    return secondaryMetrics.getOrDefault(name, Metric.NONE);
  }

  /**
   * A score, and what it is made of.
   *
   * @param rawData a list of iterations for each fork; none in sample mode
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Metric(Double score, String scoreUnit, List<double[]> rawData) {

    static final Metric NONE = new Metric(null, null, null);

    /** Fills in what is missing. */
    Metric {
      score = Objects.requireNonNullElse(score, Double.NaN);
      scoreUnit = Objects.requireNonNullElse(scoreUnit, "");
      rawData = Objects.requireNonNullElse(rawData, List.of());
    }

    /** The iterations of the one fork. */
    double[] iterations() {
      return rawData.isEmpty() || rawData.get(0) == null ? new double[0] : rawData.get(0);
    }
  }
}

package dev.poolmark.analysis.results;

import dev.poolmark.analysis.results.ForkResult.Counts;
import dev.poolmark.analysis.results.ForkResult.Jmh;
import dev.poolmark.analysis.study.Benchmark;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A file that JMH wrote with {@code -rf json} for one fork of one benchmark. */
public final class JmhFile {

  /** A fork with a million samples has less. */
  private static final int MAX_BYTES = 64 << 20;

  private static final Map<String, Double> MILLIS_OF_UNIT =
      Map.of("ns", 1e-6, "us", 1e-3, "ms", 1.0, "s", 1e3, "min", 6e4, "hr", 3.6e6, "day", 8.64e7);

  /** JMH adds in another order than we do, and people shorten figures. An edit worth the name is larger. */
  private static final double ROUNDING = 1e-5;

  private JmhFile() {}

  /**
   * Reads the file.
   *
   * @param benchmark class, or class and method, that it must be of
   * @param parameters values that it must have been measured with
   * @throws UnreadableException if it is not whole, or of something else
   */
  public static ForkResult read(Path file, String benchmark, Map<String, String> parameters)
      throws UnreadableException {
    return parse(bytesOf(file), benchmark, parameters, Optional.empty(), Optional.empty());
  }

  /** All of a file, as it was before it was compressed. */
  static byte[] bytesOf(Path file) throws UnreadableException {
    if (file.getFileName().toString().endsWith(RunFolder.COMPRESSED)) {
      try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
        return bounded(in);
      } catch (IOException e) {
        throw new UnreadableException("truncated or not compressed with gzip");
      }
    }
    try {
      try (InputStream in = Files.newInputStream(file)) {
        return bounded(in);
      }
    } catch (IOException e) {
      throw new UnreadableException("cannot be read");
    }
  }

  private static byte[] bounded(InputStream in) throws IOException, UnreadableException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new UnreadableException("must have at most " + MAX_BYTES + " bytes when unpacked");
    }
    return bytes;
  }

  /**
   * Like {@link #read}, of what has been read.
   *
   * @param jvm the {@code java} command that it must have been measured with, if it matters
   * @param metric the secondary result that is the fork's value instead of JMH's score, a time whose name ends with
   *     its unit
   */
  static ForkResult parse(
      byte[] text,
      String benchmark,
      Map<String, String> parameters,
      Optional<String> jvm,
      Optional<String> metric)
      throws UnreadableException {
    JsonNode root;
    try {
      root = Json.MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new UnreadableException("truncated or not JSON");
    }
    if (!root.isArray() || root.size() != 1) {
      throw new UnreadableException(
          "must hold one JMH result: " + (root.isArray() ? root.size() : 0));
    }
    JsonNode result = root.get(0);
    checkOrigin(result, benchmark, parameters);
    String measured = result.path("jvm").asString("");
    if (jvm.isPresent() && !jvm.get().equals(measured)) {
      throw new UnreadableException("jvm must be " + jvm.get() + ": " + measured);
    }
    return resultOf(
        result,
        metric.isPresent()
            ? counterOf(result, metric.get())
            : scoreOf(result.path("primaryMetric")));
  }

  private static void checkOrigin(JsonNode result, String benchmark, Map<String, String> parameters)
      throws UnreadableException {
    String measured = result.path("benchmark").asString("");
    if (!measured.equals(benchmark) && !measured.startsWith(benchmark + ".")) {
      throw new UnreadableException("benchmark must be " + benchmark + ": " + measured);
    }
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      String value = result.path("params").path(parameter.getKey()).asString("");
      if (!value.equals(parameter.getValue())) {
        throw new UnreadableException(
            parameter.getKey() + " must be " + parameter.getValue() + ": " + value);
      }
    }
    int forks = result.path("forks").asInt(0);
    if (forks != 1) {
      throw new UnreadableException("forks must be 1: " + forks);
    }
  }

  private static ForkResult resultOf(JsonNode result, Series series) {
    return new ForkResult(
        series.mean(), series.iterations(), countsOf(result), measuresOf(result), jmhOf(result));
  }

  /** What a fork's value is made of, in ms. */
  private record Series(double mean, List<Double> iterations) {}

  private static Series scoreOf(JsonNode metric) throws UnreadableException {
    String unit = metric.path("scoreUnit").asString("");
    double score = number(metric.path("score"));
    // Sample mode keeps a histogram instead; there the score is the mean of what was sampled.
    double[] iterations = numbers(metric.path("rawData").path(0)).toArray();
    double mean = DoubleStream.of(iterations).average().orElse(score);
    if (!(mean > 0 && Double.isFinite(mean))) {
      throw new UnreadableException("score must be finite and > 0: " + mean);
    }
    if (!(Math.abs(score - mean) <= ROUNDING * mean)) {
      throw new UnreadableException("score must be the mean of rawData (" + mean + "): " + score);
    }
    List<Double> iterationMillis = new ArrayList<>();
    for (double iteration : iterations) {
      iterationMillis.add(millisOf(iteration, unit));
    }
    return new Series(millisOf(mean, unit), iterationMillis);
  }

  private static Series counterOf(JsonNode result, String name) throws UnreadableException {
    double factor = MILLIS_OF_UNIT.get(Benchmark.unitOf(name).orElseThrow());
    JsonNode counter =
        result.path("secondaryMetrics").path(name).path("rawData").path(0);
    List<Double> millis = numbers(counter).map(value -> value * factor).boxed().toList();
    double mean = millis.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    if (!(mean > 0 && Double.isFinite(mean))) {
      throw new UnreadableException(name + " must be counted, finite and > 0: " + mean);
    }
    return new Series(mean, millis);
  }

  /**
   * A score as time per operation.
   *
   * @return ms
   * @throws UnreadableException if the unit is neither of time per operation nor of operations per time
   */
  public static double millisOf(double score, String unit) throws UnreadableException {
    if (unit.endsWith("/op") && MILLIS_OF_UNIT.containsKey(unit.substring(0, unit.length() - 3))) {
      return score * MILLIS_OF_UNIT.get(unit.substring(0, unit.length() - 3));
    }
    if (unit.startsWith("ops/") && MILLIS_OF_UNIT.containsKey(unit.substring(4))) {
      return MILLIS_OF_UNIT.get(unit.substring(4)) / score;
    }
    throw new UnreadableException("scoreUnit must be time/op or ops/time: " + unit);
  }

  private static Optional<Counts> countsOf(JsonNode result) {
    double connections = sumOf(result, "connections");
    double requests = sumOf(result, "requests");
    return Double.isNaN(connections) || Double.isNaN(requests)
        ? Optional.empty()
        : Optional.of(new Counts(connections, requests));
  }

  private static Map<String, Double> measuresOf(JsonNode result) {
    Map<String, Double> measures = new HashMap<>();
    result.path("secondaryMetrics").properties().forEach(metric -> {
      double value = numbers(metric.getValue().path("rawData").path(0))
          .average()
          .orElseGet(() -> number(metric.getValue().path("score")));
      if (Double.isFinite(value)) {
        measures.put(metric.getKey(), value);
      }
    });
    return measures;
  }

  private static double sumOf(JsonNode result, String counter) {
    JsonNode iterations =
        result.path("secondaryMetrics").path(counter).path("rawData").path(0);
    return iterations.isEmpty() ? Double.NaN : numbers(iterations).sum();
  }

  private static Jmh jmhOf(JsonNode result) {
    List<String> jvmArgs = new ArrayList<>();
    result.path("jvmArgs").forEach(argument -> jvmArgs.add(argument.asString("")));
    return new Jmh(
        result.path("jmhVersion").asString("unknown"),
        result.path("mode").asString("unknown"),
        List.copyOf(jvmArgs),
        result.path("threads").asInt(0),
        result.path("warmupIterations").asInt(0),
        result.path("measurementIterations").asInt(0));
  }

  private static DoubleStream numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToDouble(JmhFile::number);
  }

  /** JMH writes NaN as a quoted string; whatever is no number counts as NaN too. */
  private static double number(JsonNode node) {
    return node.isNumber() ? node.asDouble() : Double.NaN;
  }
}

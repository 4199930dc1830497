package dev.poolmark.analysis.results;

import dev.poolmark.analysis.results.ForkResult.Counts;
import dev.poolmark.analysis.results.ForkResult.Jmh;
import dev.poolmark.analysis.results.JmhResult.Metric;
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
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;

/** A file that JMH wrote with {@code -rf json} for one fork of one benchmark. */
public final class JmhFile {

  /** A fork with a million samples has less. */
  private static final int MAX_BYTES = 64 << 20;

  static final Map<String, Double> MILLIS_OF_UNIT =
      Map.of("ns", 1e-6, "us", 1e-3, "ms", 1.0, "s", 1e3, "min", 6e4, "hr", 3.6e6, "day", 8.64e7);

  /** JMH adds in another order than we do, and people shorten figures. An edit worth the name is larger. */
  private static final double ROUNDING = 1e-5;

  private JmhFile() {}

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
   * Reads such a file.
   *
   * @param text all of it
   * @param benchmark what it must be of, and how JMH must have been set; its metric is the fork's value if it has one
   * @param parameters values that it must have been measured with
   * @param jvm the {@code java} command that it must have been measured with, if it matters
   * @param jdk the version of the JDK that it must have been measured on, if it is known
   * @throws UnreadableException if it is not whole, or of something else
   */
  static ForkResult parse(
      byte[] text,
      Benchmark benchmark,
      Map<String, String> parameters,
      Optional<String> jvm,
      Optional<String> jdk)
      throws UnreadableException {
    JmhResult result = resultOf(text);
    checkOrigin(result, benchmark.benchmark(), parameters);
    checkOptions(result.jmh(), benchmark.jmh());
    if (jvm.isPresent() && !jvm.get().equals(result.jvm())) {
      throw new UnreadableException("jvm must be " + jvm.get() + ": " + result.jvm());
    }
    checkJdk(result.jdkVersion(), jdk);
    Optional<String> metric = benchmark.metric();
    Series series = metric.isPresent()
        ? counterOf(result.counter(metric.get()), metric.get())
        : scoreOf(result.primaryMetric());
    return new ForkResult(
        series.mean(), series.iterations(), countsOf(result), measuresOf(result), result.jmh());
  }

  private static JmhResult resultOf(byte[] text) throws UnreadableException {
    try {
      JmhResult[] results = Json.MAPPER.readValue(text, JmhResult[].class);
      if (results != null && results.length == 1 && results[0] != null) {
        return results[0];
      }
      throw new UnreadableException(
          "must hold one JMH result: " + (results == null ? 0 : results.length));
    } catch (JacksonException e) {
      throw new UnreadableException("truncated or not JSON of JMH" + Json.fieldOf(e));
    }
  }

  private static void checkOrigin(
      JmhResult result, String benchmark, Map<String, String> parameters)
      throws UnreadableException {
    String measured = result.benchmark();
    if (!measured.equals(benchmark) && !measured.startsWith(benchmark + ".")) {
      throw new UnreadableException("benchmark must be " + benchmark + ": " + measured);
    }
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      String value = result.params().getOrDefault(parameter.getKey(), "");
      if (!parameter.getValue().equals(value)) {
        throw new UnreadableException(
            parameter.getKey() + " must be " + parameter.getValue() + ": " + value);
      }
    }
    if (result.forks() != 1) {
      throw new UnreadableException("forks must be 1: " + result.forks());
    }
  }

  /** JMH has {@code 17.0.15} where the runtime's version is {@code 17.0.15+6}; older versions of it have nothing. */
  private static void checkJdk(String measured, Optional<String> jdk) throws UnreadableException {
    if (jdk.isPresent()
        && !measured.isEmpty()
        && !jdk.get().matches(Pattern.quote(measured) + "(?s)(\\D.*)?")) {
      throw new UnreadableException("jdkVersion must be " + jdk.get() + ": " + measured);
    }
  }

  /** A fork with other threads, iterations or flags than the study says measured something else. */
  private static void checkOptions(Jmh jmh, List<String> options) throws UnreadableException {
    for (int i = 0; i + 1 < options.size(); i++) {
      String value = options.get(i + 1);
      switch (options.get(i)) {
        case "-t" -> check("threads", value.equals("max") ? "" : value, jmh.threads());
        case "-wi" -> check("warmupIterations", value, jmh.warmupIterations());
        case "-i" -> check("measurementIterations", value, jmh.measurementIterations());
        case "-jvmArgs", "-jvmArgsPrepend", "-jvmArgsAppend" -> {
          if (!jmh.jvmArgs().containsAll(List.of(value.strip().split("\\s+")))) {
            throw new UnreadableException("jvmArgs must hold " + value + ": " + jmh.jvmArgs());
          }
        }
        default -> {
          // Says nothing of the file.
        }
      }
    }
  }

  private static void check(String field, String expected, int actual) throws UnreadableException {
    if (!expected.isEmpty() && !expected.equals(String.valueOf(actual))) {
      throw new UnreadableException(field + " must be " + expected + ": " + actual);
    }
  }

  /** What a fork's value is made of, in ms. */
  private record Series(double mean, List<Double> iterations) {}

  private static Series scoreOf(Metric metric) throws UnreadableException {
    // Sample mode keeps a histogram instead; there the score is the mean of what was sampled.
    double mean = DoubleStream.of(metric.iterations()).average().orElse(metric.score());
    if (!(mean > 0 && Double.isFinite(mean))) {
      throw new UnreadableException("score must be finite and > 0: " + mean);
    }
    if (!(Math.abs(metric.score() - mean) <= ROUNDING * mean)) {
      throw new UnreadableException(
          "score must be the mean of rawData (" + mean + "): " + metric.score());
    }
    List<Double> iterationMillis = new ArrayList<>();
    for (double iteration : metric.iterations()) {
      iterationMillis.add(millisOf(iteration, metric.scoreUnit()));
    }
    return new Series(millisOf(mean, metric.scoreUnit()), iterationMillis);
  }

  private static Series counterOf(Metric counter, String name) throws UnreadableException {
    double factor = MILLIS_OF_UNIT.get(Benchmark.unitOf(name).orElseThrow());
    double[] millis =
        DoubleStream.of(counter.iterations()).map(value -> value * factor).toArray();
    double mean = DoubleStream.of(millis).average().orElse(Double.NaN);
    if (!(mean > 0 && Double.isFinite(mean))) {
      throw new UnreadableException(name + " must be counted, finite and > 0: " + mean);
    }
    return new Series(mean, DoubleStream.of(millis).boxed().toList());
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

  private static Optional<Counts> countsOf(JmhResult result) {
    double[] connections = result.counter("connections").iterations();
    double[] requests = result.counter("requests").iterations();
    Counts counts =
        new Counts(DoubleStream.of(connections).sum(), DoubleStream.of(requests).sum());
    return connections.length == 0
            || requests.length == 0
            || Double.isNaN(counts.connections())
            || Double.isNaN(counts.requests())
        ? Optional.empty()
        : Optional.of(counts);
  }

  private static Map<String, Double> measuresOf(JmhResult result) {
    Map<String, Double> measures = new HashMap<>();
    result.secondaryMetrics().forEach((name, metric) -> {
      double value = DoubleStream.of(metric.iterations()).average().orElse(metric.score());
      if (Double.isFinite(value)) {
        measures.put(name, value);
      }
    });
    return measures;
  }
}

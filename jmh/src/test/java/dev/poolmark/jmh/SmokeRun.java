package dev.poolmark.jmh;

import java.util.Collection;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs benchmarks through JMH without forks, once and briefly. */
final class SmokeRun {
  static final String LIBRARIES = "okhttp,httpclient5,httpclient5-async,reactor-netty,jdk,jetty";

  private SmokeRun() {}

  static ChainedOptionsBuilder small(
      String benchmarks, String profile, Map<String, String> parameters) {
    return small(benchmarks, parameters).param("profile", profile).param("warmUpSeconds", "0");
  }

  static ChainedOptionsBuilder small(String benchmarks, Map<String, String> parameters) {
    ChainedOptionsBuilder options = new OptionsBuilder()
        .include(benchmarks)
        .addProfiler(GaugeProfiler.class)
        .warmupIterations(1)
        .measurementIterations(1)
        .timeout(TimeValue.seconds(60))
        .forks(0)
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT);
    parameters.forEach((name, values) -> options.param(name, values.split(",")));
    return options;
  }

  static Collection<RunResult> run(ChainedOptionsBuilder options) throws RunnerException {
    return new Runner(options.build()).run();
  }

  static String parameter(RunResult result, String name) {
    return result.getParams().getParam(name);
  }

  static long figure(RunResult result, String name) {
    return (long) result.getSecondaryResults().get(name).getScore();
  }
}

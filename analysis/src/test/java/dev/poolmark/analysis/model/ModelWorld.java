package dev.poolmark.analysis.model;

import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.Environment.Cpu;
import dev.poolmark.analysis.results.Environment.Jar;
import dev.poolmark.analysis.results.Environment.Jdk;
import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.ForkResult.Counts;
import dev.poolmark.analysis.results.ForkResult.Jmh;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Profile;
import dev.poolmark.analysis.study.Profile.Tls;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.study.StudyFile;
import dev.poolmark.analysis.verdict.Judge;
import dev.poolmark.analysis.verdict.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A world in which the model is the truth, but for the noise of the forks.
 *
 * @param noise the standard deviation of a fork's logarithm
 * @param seed of the noise, and of the study
 * @param off what a cell's arm costs in place of 1; the truth is 1 throughout
 */
public record ModelWorld(
    List<String> profiles,
    List<String> clients,
    double noise,
    long seed,
    ToDoubleBiFunction<Cell, String> off) {

  public static final ConnectionCost TRUTH = new ConnectionCost(
      0.4, Map.of(Tls.PLAIN, 0.3, Tls.TLS_1_2, 2.6, Tls.TLS_1_3, 3.1, Tls.TLS_1_3_RESUMED, 1.2));

  public static final int ROUNDS = 5;
  private static final int CALLS = 5;

  /** Four round trips, three service times, these kinds of TLS, two clients. */
  public static ModelWorld grid(double noise, long seed, String... kinds) {
    List<String> profiles = Stream.of("0.5", "2", "8", "32")
        .flatMap(rtt -> Stream.of("1", "5", "25")
            .flatMap(service -> Stream.of(kinds)
                .map(kind -> "rtt=" + rtt + "ms+service-time=" + service + "ms" + kind)))
        .toList();
    return new ModelWorld(profiles, List.of("okhttp", "jdk"), noise, seed, (cell, arm) -> 1);
  }

  public ModelWorld withOff(ToDoubleBiFunction<Cell, String> other) {
    return new ModelWorld(profiles, clients, noise, seed, other);
  }

  public ModelWorld withClients(String... others) {
    return new ModelWorld(profiles, List.of(others), noise, seed, off);
  }

  public Study study() throws InputException {
    return StudyFile.parse("world", """
        name: world
        question: Where does pooling save 30-50 %%?
        benchmarks:
          sequential: {benchmark: x.Sequential, parameters: {requests: 5}}
          concurrent: {benchmark: x.Concurrent}
        parameters: {client: [%s], profile: [%s]}
        arms:
          parameter: reuse
          baseline: {value: connection-per-request, connectionsPerRequest: {min: 1, max: 1}}
          candidate: {value: pooled, connectionsPerRequest: {min: 0, max: 0.02}}
        rounds: %d
        seed: %d
        target: {minPercent: 30, maxPercent: 50}
        confidence: 0.95
        model: {axis: profile, calls: {sequential: %d}}
        """.formatted(
                String.join(", ", clients), String.join(", ", profiles), ROUNDS, seed, CALLS))
        .only("scenario", List.of("sequential"));
  }

  public Results results() throws InputException {
    Random random = new Random(seed);
    Study study = study();
    Map<Fork, ForkResult> forks = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (Fork fork :
        study.design().plan().stream().flatMap(List::stream).collect(Collectors.toList())) {
      Profile profile = study.aim().model().orElseThrow().profileOf(fork.cell());
      boolean pooled = fork.arm().value().equals("pooled");
      double truth =
          CALLS * (pooled ? TRUTH.pooledMillis(profile) : TRUTH.connectingMillis(profile));
      double factor = off.applyAsDouble(fork.cell(), fork.arm().value());
      double millis = truth * factor * Math.exp(noise * random.nextGaussian());
      // Nothing was measured, or a pool that did not pool.
      if (factor == 0) {
        missing.add(fork.label());
      } else {
        forks.put(
            fork,
            new ForkResult(
                Math.abs(millis),
                List.of(Math.abs(millis)),
                Optional.of(new Counts(pooled && factor > 0 ? 0 : CALLS, CALLS)),
                new Jmh("1.37", "ss", List.of(), 1, 1, 1)));
      }
    }
    return new Results(forks, missing);
  }

  public Verdict verdict() throws InputException {
    return Judge.judge(study(), results(), environment());
  }

  Fit fit() throws InputException {
    return Fit.of(verdict()).orElseThrow();
  }

  public static Environment environment() {
    return new Environment(
        "0.1.0",
        "2026-11-25T00:00:00Z",
        new Jar("x.jar", "0"),
        new Cpu("Example CPU", 2),
        1L << 33,
        "Example Linux",
        "Linux",
        new Jdk("17", "x", "x"),
        Map.of(),
        -1,
        Map.of(),
        null,
        Optional.empty());
  }
}

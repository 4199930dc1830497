package dev.poolmark.analysis.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Design;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where a run was made: {@code environment.json}.
 *
 * @param poolmark version of this tool
 * @param date when the run began, ISO-8601 in UTC
 * @param memoryBytes physical memory
 * @param loadAverageBefore load average of one minute before the run began; negative if the system has none
 * @param libraries versions of what is compared, if the jar says
 * @param jvms the JDKs that a study compares, by their names; empty if all forks run on {@code jdk}
 * @param conditions what else the speed depends on; all of it unknown in a record of an older version
 * @param commit what the jar was built from, if it lies in a Git work tree
 */
public record Environment(
    @JsonProperty(required = true) String poolmark,
    @JsonProperty(required = true) String date,
    @JsonProperty(required = true) Jar jar,
    @JsonProperty(required = true) Cpu cpu,
    @JsonProperty(required = true) long memoryBytes,
    @JsonProperty(required = true) String os,
    @JsonProperty(required = true) String kernel,
    @JsonProperty(required = true) Jdk jdk,
    Map<String, String> libraries,
    @JsonProperty(required = true) double loadAverageBefore,
    Map<String, Jdk> jvms,
    Conditions conditions,
    Optional<Commit> commit) {

  /** Checks what no record is without, and sorts the libraries. */
  public Environment {
    Objects.requireNonNull(date, "date");
    Objects.requireNonNull(jar, "jar");
    Objects.requireNonNull(cpu, "cpu");
    Objects.requireNonNull(jdk, "jdk");
    jvms = Collections.unmodifiableMap(
        new LinkedHashMap<>(Objects.requireNonNullElse(jvms, Map.of())));
    conditions = Objects.requireNonNullElse(conditions, Conditions.UNKNOWN);
    libraries = new TreeMap<>(Objects.requireNonNullElse(libraries, Map.of()));
  }

  /** The benchmarks: the path as given, and what tells one build from another. */
  public record Jar(
      @JsonProperty(required = true) String path,
      @JsonProperty(required = true) String sha256) {}

  /** The processor, and how many of its cores the JVM may use. */
  public record Cpu(
      @JsonProperty(required = true) String model,
      @JsonProperty(required = true) int cores) {}

  /**
   * What the speed depends on besides the hardware. Each is empty where it cannot be read.
   *
   * @param governor of the clock frequency, such as {@code performance}
   * @param simultaneousThreads whether two logical cores may share a real one
   * @param limitCores cores that a container may use
   * @param limitBytes memory that a container may use
   * @param javaOptions options that every JVM takes from the environment, by the variable's name
   */
  public record Conditions(
      Optional<String> governor,
      Optional<Boolean> simultaneousThreads,
      Optional<Double> limitCores,
      Optional<Long> limitBytes,
      Map<String, String> javaOptions) {

    static final Conditions UNKNOWN = new Conditions(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of());

    /** Fills in what is not known. */
    public Conditions {
      javaOptions = new TreeMap<>(Objects.requireNonNullElse(javaOptions, Map.of()));
    }
  }

  /**
   * A Git commit.
   *
   * @param dirty whether the work tree held changes that are in no commit
   */
  public record Commit(
      @JsonProperty(required = true) String id,
      @JsonProperty(required = true) boolean dirty) {}

  /** The JDK that runs the forks. */
  public record Jdk(
      @JsonProperty(required = true) String version,
      @JsonProperty(required = true) String vendor,
      @JsonProperty(required = true) String vm) {

    /** Checks the version. */
    public Jdk {
      Objects.requireNonNull(version, "version");
    }
  }

  /** The JDK that the forks of a cell ran on. */
  Jdk jdkOf(Cell cell) {
    return jvms.getOrDefault(cell.parameters().getOrDefault(Design.JVM, ""), jdk);
  }

  /**
   * Why rounds from there and rounds from here must not be mixed; empty if they may.
   *
   * @param now the environment of the rounds to come
   */
  public Optional<String> conflictWith(Environment now) {
    if (!jar.sha256().equals(now.jar.sha256())) {
      return Optional.of("another build of the jar (SHA-256 " + shortened(jar.sha256()) + ", now "
          + shortened(now.jar.sha256()) + ")");
    }
    if (!jdk.equals(now.jdk)) {
      return Optional.of("another JDK (" + jdk.version() + ", now " + now.jdk.version() + ")");
    }
    if (!jvms.equals(now.jvms)) {
      return Optional.of("other JDKs (" + jvms + ", now " + now.jvms + ")");
    }
    if (!cpu.equals(now.cpu)) {
      return Optional.of("another CPU (" + cpu.cores() + " x " + cpu.model() + ", now "
          + now.cpu.cores() + " x " + now.cpu.model() + ")");
    }
    return Optional.empty();
  }

  private static String shortened(String sha256) {
    return sha256.substring(0, Math.min(12, sha256.length()));
  }
}

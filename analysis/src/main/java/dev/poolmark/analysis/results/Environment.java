package dev.poolmark.analysis.results;

import com.fasterxml.jackson.annotation.JsonProperty;
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
    @JsonProperty(required = true) double loadAverageBefore) {

  /** Sorts the libraries. */
  public Environment {
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

  /** The JDK that runs the forks. */
  public record Jdk(
      @JsonProperty(required = true) String version,
      @JsonProperty(required = true) String vendor,
      @JsonProperty(required = true) String vm) {}

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

package dev.poolmark.analysis.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * How a fork went, apart from what it measured: {@code course/*.json}. Immutable. The times follow each other without a
 * gap; JMH's own output tells where one ends, so they are as sharp as that output is prompt.
 *
 * @param began when its JVM was started, ISO-8601 in UTC
 * @param beforeMillis since the fork before it had ended; for the first one of a sitting, since the command was given
 * @param serverWarmUpMillis the part of it in which iterations of a benchmark warmed the study's server up; empty for
 *     all forks but the first one of a sitting, and where the run was made before this was recorded
 * @param startMillis until JMH announced the first iteration: JMH's own JVM, and that of the fork
 * @param firstMillis the first iteration, which holds the benchmark's set-up and what that does to get warm
 * @param restMillis the other iterations
 * @param endMillis until the last process had ended
 * @param warmUpMillis what each warm-up iteration took per operation, as JMH printed it; empty if it did not
 * @param otherCores mean number of cores that were busy with neither this fork nor the study's server; empty where the
 *     system does not tell
 * @param stolenCores mean number of cores that the hypervisor took away; empty where the system does not tell
 */
public record Course(
    @JsonProperty(required = true) String began,
    @JsonProperty(required = true) long beforeMillis,
    Optional<Long> serverWarmUpMillis,
    @JsonProperty(required = true) long startMillis,
    @JsonProperty(required = true) long firstMillis,
    @JsonProperty(required = true) long restMillis,
    @JsonProperty(required = true) long endMillis,
    List<Double> warmUpMillis,
    Optional<Double> otherCores,
    Optional<Double> stolenCores) {

  /** Copies the list. */
  public Course {
    warmUpMillis = List.copyOf(Objects.requireNonNullElse(warmUpMillis, List.of()));
  }

  /** All of its time, in ms. */
  public long totalMillis() {
    return beforeMillis + startMillis + firstMillis + restMillis + endMillis;
  }

  /** Time in iterations, the benchmark's set-up included, in ms. */
  public long workMillis() {
    return firstMillis + restMillis;
  }

  /**
   * Geometric mean of {@code startMillis}, in ms. To start JVMs is the same work each time, so that it tells how fast
   * the machine was.
   *
   * @param courses one at least
   */
  public static double meanStartMillis(Collection<Course> courses) {
    return Math.exp(courses.stream()
        .mapToDouble(course -> Math.log((double) Math.max(1, course.startMillis)))
        .average()
        .orElseThrow());
  }

  /** Reads the text of such a file. */
  static Course parse(byte[] text) throws UnreadableException {
    try {
      Course course = Json.MAPPER.readValue(text, Course.class);
      if (course == null) {
        throw new UnreadableException("must not be empty");
      }
      return course;
    } catch (JacksonException e) {
      throw new UnreadableException("truncated or not the course of a fork");
    }
  }
}

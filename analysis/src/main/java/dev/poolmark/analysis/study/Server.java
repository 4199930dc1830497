package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Objects;

/**
 * A process of the jar that serves the forks for the whole run, so that it is as warm as a server is.
 * Its first line of output is a JSON object with the address that the forks are to use. It must end when its standard
 * input does.
 *
 * @param java options of the JVM, the main class and its arguments; the jar is the class path
 * @param address the member of the first line that holds the address
 * @param variable the environment variable through which a fork learns the address
 * @param warmUp a fork that drives the server before the first round, and whose result is thrown away
 */
public record Server(
    @JsonProperty(required = true) List<String> java,
    @JsonProperty(required = true) String address,
    @JsonProperty(required = true) String variable,
    @JsonProperty(required = true) Benchmark warmUp) {

  /** Checks the values. */
  public Server {
    java = List.copyOf(java);
    if (java.isEmpty()) {
      throw new IllegalArgumentException("java must name a main class: []");
    }
    StudyRules.checkName("address", address);
    StudyRules.checkName("variable", variable);
    Objects.requireNonNull(warmUp, "warmUp");
  }
}

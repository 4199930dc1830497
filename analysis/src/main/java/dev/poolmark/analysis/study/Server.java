package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.List;

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
public record Server(List<String> java, String address, String variable, Benchmark warmUp) {

  /** This project's own server: {@code server: stub}. What another server leaves out is as in this one. */
  static final String STUB = "stub";

  /** Checks the values. */
  @JsonCreator
  public Server {
    java = java == null ? StudyFile.stub().java() : List.copyOf(java);
    if (java.isEmpty()) {
      throw new IllegalArgumentException("java must name a main class: []");
    }
    address = address == null ? StudyFile.stub().address() : address;
    variable = variable == null ? StudyFile.stub().variable() : variable;
    StudyRules.checkName("address", address);
    StudyRules.checkName("variable", variable);
    warmUp = warmUp == null ? StudyFile.stub().warmUp() : warmUp;
  }

  /** The server of that name. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Server of(String name) {
    if (!name.equals(STUB)) {
      throw new IllegalArgumentException("must be " + STUB + " or a mapping: " + name);
    }
    return StudyFile.stub();
  }
}

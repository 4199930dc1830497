package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;
import java.util.Optional;

/**
 * One side of a comparison: a value of the arms' parameter.
 *
 * @param value the parameter's value, or a name where nothing tells the arms apart
 * @param connectionsPerRequest what the server must have counted in every fork; empty if nothing can prove the arm
 */
public record Arm(
    @JsonProperty(required = true) String value, Optional<Bounds> connectionsPerRequest) {

  /** Checks the values. */
  public Arm {
    Study.checkValue("value", value);
    connectionsPerRequest = Objects.requireNonNullElse(connectionsPerRequest, Optional.empty());
  }
}

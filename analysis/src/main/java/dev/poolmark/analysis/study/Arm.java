package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.Optional;

/**
 * One side of a comparison: a value of the arms' parameter.
 *
 * @param value the parameter's value, or a name where nothing tells the arms apart, or where the value is the cell's
 * @param connectionsPerRequest what the server must have counted in every fork; empty if nothing can prove the arm
 * @param connectionsPerRequestOf the same by the cell's value of the arms' parameter, where that is an axis
 */
public record Arm(
    @JsonProperty(required = true) String value,
    Optional<Bounds> connectionsPerRequest,
    Map<String, Bounds> connectionsPerRequestOf) {

  /** Checks the values. */
  public Arm {
    StudyRules.checkValue("value", value);
    connectionsPerRequestOf = StudyRules.copy(connectionsPerRequestOf);
  }
}

package dev.poolmark.analysis.study;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One combination of scenario and parameters, in which the arms are compared.
 *
 * @param scenario the scenario's name
 * @param parameters the value of every axis, in the study's order
 */
public record Cell(String scenario, Map<String, String> parameters) {

  /** Copies the parameters. */
  public Cell {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** Scenario and values, such as {@code sequential okhttp reference}. */
  public String label() {
    return parameters.isEmpty() ? scenario : scenario + " " + String.join(" ", parameters.values());
  }

  /** The same with one more value. */
  Cell with(String axis, String value) {
    Map<String, String> longer = new LinkedHashMap<>(parameters);
    longer.put(axis, value);
    return new Cell(scenario, longer);
  }
}

package dev.poolmark.clients;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads a config from environment variables. Stateless. */
final class Environment {
  static final String PREFIX = "HTTP_CLIENT_";

  private Environment() {}

  /**
   * A builder with the values of the variables that begin with one of the prefixes; a later prefix overrides an earlier
   * one.
   *
   * @throws IllegalArgumentException that names the first variable, in the order of the alphabet, that is unknown or
   *     malformed
   */
  static ClientConfig.Builder read(Map<String, String> environment, List<String> prefixes) {
    Map<String, ConfigField> known = new LinkedHashMap<>();
    for (String prefix : prefixes) {
      ConfigField.ALL.stream()
          .filter(field -> !field.variable().isEmpty())
          .forEach(field -> known.put(prefix + field.variable(), field));
    }
    new TreeMap<>(environment).forEach((name, value) -> {
      if (prefixes.stream().anyMatch(name::startsWith)) {
        check(name, value, known);
      }
    });
    ClientConfig.Builder builder = ClientConfig.builder();
    known.forEach((name, field) -> {
      String value = environment.get(name);
      if (value != null) {
        field.read().accept(builder, value);
        builder.origin(field.name(), name);
      }
    });
    return builder;
  }

  private static void check(String name, String value, Map<String, ConfigField> known) {
    ConfigField field = known.get(name);
    if (field == null) {
      String closest = known.keySet().stream()
          .min(Comparator.comparingInt(candidate -> editDistance(name, candidate)))
          .orElseThrow();
      throw new IllegalArgumentException(
          printable(name) + " is unknown; did you mean " + closest + "?");
    }
    try {
      field.read().accept(ClientConfig.builder(), value);
    } catch (IllegalArgumentException broken) {
      throw new IllegalArgumentException(
          name + " " + broken.getMessage() + ": " + printable(value), broken);
    }
  }

  /** On one line, and visible. */
  private static String printable(String text) {
    return text.isEmpty() ? "(empty)" : text.replaceAll("\\p{Cntrl}", "?");
  }

  /** Levenshtein's: how many characters must be inserted, removed or replaced. */
  private static int editDistance(String from, String to) {
    int[] above = new int[to.length() + 1];
    for (int j = 0; j < above.length; j++) {
      above[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[above.length];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[to.length()];
  }
}

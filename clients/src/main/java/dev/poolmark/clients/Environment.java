package dev.poolmark.clients;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads a config from environment variables. Stateless. */
final class Environment {
  static final String PREFIX = "HTTP_CLIENT_";

  private Environment() {}

  /** Reads the variables {@code HTTP_CLIENT_...}; {@link ClientConfig#fromEnvironment()} says how. */
  static ClientConfig.Builder read(Map<String, String> environment) {
    return read(environment, List.of(PREFIX));
  }

  /** The same, overridden by {@code SERVICE_HTTP_CLIENT_...}. */
  static ClientConfig.Builder read(String servicePrefix, Map<String, String> environment) {
    if (!servicePrefix.matches("[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")) {
      throw new IllegalArgumentException(
          "servicePrefix must be a name such as SEARCH_SERVICE: " + servicePrefix);
    }
    return read(environment, List.of(PREFIX, servicePrefix + "_" + PREFIX));
  }

  /**
   * A later prefix overrides an earlier one.
   *
   * @throws IllegalArgumentException that names the first unknown or malformed variable, in alphabetical order
   */
  private static ClientConfig.Builder read(Map<String, String> environment, List<String> prefixes) {
    Map<String, ConfigSetting<?>> known = new LinkedHashMap<>();
    for (String prefix : prefixes) {
      ConfigSetting.ALL.stream()
          .filter(setting -> !setting.variable().isEmpty())
          .forEach(setting -> known.put(prefix + setting.variable(), setting));
    }
    Map<String, String> variables = new TreeMap<>(environment);
    variables.keySet().removeIf(name -> prefixes.stream().noneMatch(name::startsWith));
    Map<String, Object> values = new HashMap<>();
    variables.forEach((name, text) -> values.put(name, read(name, text, known)));
    known.keySet().retainAll(values.keySet());
    ClientConfig.Builder builder = ClientConfig.builder();
    known.forEach((name, setting) -> builder.set(setting, values.get(name), name));
    return builder;
  }

  private static Object read(String name, String text, Map<String, ConfigSetting<?>> known) {
    ConfigSetting<?> setting = known.get(name);
    if (setting == null) {
      String closest = known.keySet().stream()
          .min(Comparator.comparingInt(candidate -> editDistance(name, candidate)))
          .orElseThrow();
      throw new IllegalArgumentException(
          printable(name) + " is unknown; did you mean " + closest + "?");
    }
    return setting
        .type()
        .read(text)
        .orElseThrow(() -> new IllegalArgumentException(
            name + " must be " + setting.type().variableRule() + ": " + printable(text)));
  }

  /** Fits one line: control characters become question marks. */
  private static String printable(String text) {
    return text.isEmpty() ? "(empty)" : text.replaceAll("\\p{Cntrl}", "?");
  }

  /** Levenshtein distance: how many characters must be inserted, removed or replaced. */
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

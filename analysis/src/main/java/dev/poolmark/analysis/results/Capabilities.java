package dev.poolmark.analysis.results;

import dev.poolmark.analysis.study.InputException;
import java.nio.file.Files;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * How each client of the measured jar honours each setting, as the jar says: {@code capabilities.json}. Immutable.
 *
 * @param clients by client and setting, in the jar's order, in the jar's words
 */
public record Capabilities(Map<String, Map<String, String>> clients) {

  /** Where a jar has them. */
  public static final String ENTRY = "META-INF/poolmark/capabilities.json";

  /** The word for a setting that a client refuses. */
  public static final String UNSUPPORTED = "unsupported";

  /** Copies the maps. */
  public Capabilities {
    Map<String, Map<String, String>> copy = new LinkedHashMap<>();
    clients.forEach((client, settings) ->
        copy.put(client, Collections.unmodifiableMap(new LinkedHashMap<>(settings))));
    clients = Collections.unmodifiableMap(copy);
  }

  /** Every setting that the jar speaks of. */
  public Set<String> settings() {
    Set<String> settings = new LinkedHashSet<>();
    clients.values().forEach(client -> settings.addAll(client.keySet()));
    return settings;
  }

  /**
   * Reads what the run recorded.
   *
   * @return empty if the jar had none, or if the run is older than this record
   * @throws InputException if the file is no such record
   */
  public static Optional<Capabilities> read(RunFolder folder) throws InputException {
    if (!Files.exists(folder.capabilities())) {
      return Optional.empty();
    }
    try {
      Map<String, Map<String, String>> clients = Json.MAPPER.readValue(
          folder.read(folder.capabilities()),
          new TypeReference<LinkedHashMap<String, Map<String, String>>>() {});
      if (clients != null && !clients.containsValue(null)) {
        return Optional.of(new Capabilities(clients));
      }
    } catch (JacksonException e) {
      // It says the same of a file that is cut short and of one that is something else.
    }
    throw new InputException(
        folder.capabilities() + ": truncated or not a table of settings by client");
  }
}

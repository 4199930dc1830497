package dev.poolmark.analysis.results;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How this project reads and writes JSON: fields in the order of the records, the same bytes on every system. */
public final class Json {

  static final JsonMapper MAPPER = JsonMapper.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      // What follows the end of a file is as wrong as a missing end.
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
      .enable(SerializationFeature.INDENT_OUTPUT)
      .defaultPrettyPrinter(new DefaultPrettyPrinter()
          .withObjectIndenter(new DefaultIndenter("  ", "\n"))
          .withArrayIndenter(new DefaultIndenter("  ", "\n")))
      .build();

  private Json() {}

  /** The text that an object holds under a name; empty if the text is no JSON object, or has no such member. */
  public static Optional<String> member(String object, String name) {
    try {
      return MAPPER.readTree(object).path(name).stringValueOpt();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** The field at which reading failed, for the end of a message: {@code , at primaryMetric.score}, or nothing. */
  static String fieldOf(JacksonException e) {
    String field = e.getPath().stream()
        .map(step -> step.getPropertyName())
        .filter(Objects::nonNull)
        .collect(Collectors.joining("."));
    return field.isEmpty() ? "" : ", at " + field;
  }

  /** The record that {@link #format} wrote. */
  public static <T> T read(byte[] text, Class<T> type) {
    return MAPPER.readValue(text, type);
  }

  /** The text of a record, or of a map in its own order. */
  public static String format(Object value) {
    return MAPPER.writeValueAsString(value) + "\n";
  }
}

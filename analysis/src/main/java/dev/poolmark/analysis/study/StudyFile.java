package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** A study as YAML text. */
public final class StudyFile {

  private static final ObjectMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
          // So that a value such as 1 or yes is still a word when it is read again.
          .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .disable(YAMLWriteFeature.SPLIT_LINES)
          .build())
      .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
      .changeDefaultPropertyInclusion(
          inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_EMPTY))
      .build();

  private StudyFile() {}

  /**
   * Reads a study.
   *
   * @param file how errors name the source
   * @throws InputException that names the file, the field, the rule and the value
   */
  public static Study parse(String file, String text) throws InputException {
    try {
      Study study = YAML.readValue(text, Study.class);
      if (study == null) {
        throw new InputException(file + ": a study must not be empty");
      }
      return study;
    } catch (JacksonException e) {
      throw new InputException(file + ": " + whatIsWrong(e, text));
    }
  }

  /** The server that {@code server: stub} means. */
  static Server stub() {
    try (InputStream in = StudyFile.class.getResourceAsStream("/server-stub.yaml")) {
      return YAML.readValue(in, Server.class);
    } catch (IOException e) {
      throw new UncheckedIOException("the built-in server cannot be read", e);
    }
  }

  /** Writes a study, so that {@link #parse} gives the same one. */
  public static String format(Study study) {
    return YAML.writeValueAsString(study);
  }

  private static String whatIsWrong(JacksonException e, String text) {
    String field = e.getPath().stream()
        .map(step -> step.getPropertyName() == null
            ? "[" + step.getIndex() + "]"
            : "." + step.getPropertyName())
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
    List<String> missing = missingKeys(text);
    if (e instanceof UnrecognizedPropertyException unknown
        && (missing.isEmpty() || unknown.getReferringClass() != Study.class)) {
      List<String> known = MissingKeys.components(unknown.getReferringClass()).stream()
          .map(RecordComponent::getName)
          .toList();
      return "unknown field " + field + "; known here: " + String.join(", ", known)
          + DidYouMean.hint(unknown.getPropertyName(), known);
    }
    String prefix = field.isEmpty() ? "" : field + ": ";
    if (e.getCause() instanceof IllegalArgumentException
        || e.getCause() instanceof NullPointerException) {
      // A record's own check: it names the field, the rule and the value.
      String rule = e.getCause().getMessage();
      return prefix
          + (e.getCause() instanceof NullPointerException ? rule + " must not be empty" : rule);
    }
    if (e instanceof InvalidFormatException wrong) {
      return prefix + "must be " + kindOf(wrong.getTargetType()) + ": " + wrong.getValue();
    }
    if (e instanceof UnrecognizedPropertyException
        || e.getOriginalMessage().startsWith("Missing required")) {
      return (missing.isEmpty() ? field : String.join(", ", missing)) + " must be set";
    }
    if (e instanceof MismatchedInputException wrong && wrong.getTargetType() != null) {
      return prefix + "must be " + kindOf(wrong.getTargetType()) + ": " + tokenOf(wrong);
    }
    if (e instanceof DatabindException) {
      return prefix + firstLine(e.getOriginalMessage());
    }
    return "not YAML: " + firstLine(e.getOriginalMessage()) + lineOf(e);
  }

  private static List<String> missingKeys(String text) {
    try {
      return MissingKeys.of(YAML.readTree(text));
    } catch (JacksonException e) {
      // What follows the first record that lacks a key is no YAML.
      return List.of();
    }
  }

  private static String kindOf(Class<?> type) {
    if (List.of(int.class, long.class, Integer.class, Long.class).contains(type)) {
      return "a whole number";
    }
    if (type == double.class || type == Double.class) {
      return "a number";
    }
    if (type == boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "text";
    }
    return List.class.isAssignableFrom(type) ? "a list" : "a mapping";
  }

  /** What stands there instead, as far as it is known. */
  private static String tokenOf(MismatchedInputException wrong) {
    String message = wrong.getOriginalMessage();
    if (message.contains("START_ARRAY") || message.contains("Array value")) {
      return "a list";
    }
    return message.contains("START_OBJECT") || message.contains("Object value")
        ? "a mapping"
        : "another value";
  }

  private static String lineOf(JacksonException e) {
    return e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}

package dev.poolmark.analysis.study;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README's table of a study's keys is what the records and their Javadoc say. */
class KeysTest {

  private static final Path README = Path.of("README.md");
  private static final String BEGIN = "<!-- keys -->\n";
  private static final String END = "<!-- /keys -->";
  private static final Path SOURCES =
      Path.of("src", "main", "java", "dev", "poolmark", "analysis", "study");

  private static final Map<Class<?>, String> WORDS = Map.of(
      String.class, "text",
      boolean.class, "true or false",
      int.class, "whole number",
      Integer.class, "whole number",
      Long.class, "whole number",
      double.class, "number",
      Double.class, "number");

  /** Without all that has a default. */
  private static final String MINIMAL = """
      {name: a, question: b, benchmarks: {c: {benchmark: d}},
       arms: {parameter: e, baseline: {value: f}, candidate: {value: g}},
       target: {minPercent: 1, maxPercent: 2}}
      """;

  private final Map<Class<?>, String> places = new LinkedHashMap<>(Map.of(Study.class, ""));
  private final Deque<Class<?>> ahead = new ArrayDeque<>(List.of(Study.class));
  private final StringBuilder table =
      new StringBuilder("| key | value | default | meaning |\n|---|---|---|---|\n");

  /** With {@code -Dgolden.update=true}, writes the table first. */
  @Test
  void theReadmeExplainsEveryKey() throws Exception {
    while (!ahead.isEmpty()) {
      addRowsOf(ahead.remove());
    }
    String text = Files.readString(README);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    if (Boolean.getBoolean("golden.update")) {
      text = text.substring(0, begin) + table + text.substring(text.indexOf(END));
      Files.writeString(README, text);
    }
    assertThat(text.substring(begin, text.indexOf(END)))
        .as("the table of " + README + "; to write it again, add -Dgolden.update=true")
        .isEqualTo(table.toString());
  }

  private void addRowsOf(Class<?> type) throws Exception {
    String place = places.get(type);
    for (RecordComponent component : MissingKeys.components(type)) {
      String name = component.getName();
      Map<String, String> meanings = meanings(component.getDeclaringRecord());
      assertThat(meanings).as("@param of " + component.getDeclaringRecord()).containsKey(name);
      table.append("| `%s` | %s | %s | %s |%n"
          .formatted(
              place + name,
              value(component.getGenericType(), place + name),
              defaultOf(component),
              meanings.get(name)));
    }
  }

  /** In words; what a record in it may hold has rows of its own, at the first place of the record. */
  private String value(Type type, String key) {
    if (type instanceof ParameterizedType container) {
      Type[] types = container.getActualTypeArguments();
      Type content = types[types.length - 1];
      if (container.getRawType() == Optional.class) {
        return value(content, key);
      }
      String each = container.getRawType() == Map.class
          ? value(content, key + ".NAME")
          : value(content, key + "[]");
      return (container.getRawType() == Map.class ? "names, each with " : "list of ") + each;
    }
    Class<?> plain = (Class<?>) type;
    if (!plain.isRecord()) {
      return WORDS.get(plain);
    }
    if (!places.containsKey(plain)) {
      places.put(plain, key + ".");
      ahead.add(plain);
    }
    return "`" + places.get(plain) + "*`";
  }

  private static String defaultOf(RecordComponent component) throws Exception {
    JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
    if (property != null && property.required()) {
      return "required";
    }
    if (component.getDeclaringRecord() == Server.class) {
      return "that of `" + Server.STUB + "`";
    }
    if (List.of(Optional.class, Map.class, List.class).contains(component.getType())) {
      return "none";
    }
    // A study has such keys, and no other record.
    Study study = StudyFile.parse("f", MINIMAL);
    Object part = component.getDeclaringRecord() == Aim.class ? study.aim() : study.design();
    return "`" + component.getAccessor().invoke(part) + "`";
  }

  /** What the Javadoc of a record says of its components, as Markdown. */
  private static Map<String, String> meanings(Class<?> type) throws IOException {
    String source = Files.readString(SOURCES.resolve(type.getSimpleName() + ".java"));
    String before = source.substring(0, source.indexOf("public record " + type.getSimpleName()));
    String javadoc = before
        .substring(before.lastIndexOf("/**"))
        .replaceAll("\\s*\\*/\\s*$", "")
        .replaceAll("\n \\* ?", "\n");
    Map<String, String> meanings = new LinkedHashMap<>();
    Matcher tag = Pattern.compile("(?s)@param (\\w+) (.*?)(?=\n@|$)").matcher(javadoc);
    while (tag.find()) {
      meanings.put(
          tag.group(1),
          tag.group(2)
              .replaceAll("\\s+", " ")
              .replaceAll("\\{@code ([^}]*)}", "`$1`")
              .replaceAll("\\{@link ([^}]*)}", "$1")
              .replace("|", "\\|")
              .strip());
    }
    return meanings;
  }
}

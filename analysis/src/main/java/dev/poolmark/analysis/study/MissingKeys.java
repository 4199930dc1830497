package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The required keys that a study's file lacks, all of them: Jackson names only the first. */
final class MissingKeys {

  private final List<String> keys = new ArrayList<>();

  private MissingKeys() {}

  /** Such as {@code arms.candidate (not canddate)} for a key that is misspelt. */
  static List<String> of(JsonNode study) {
    MissingKeys missing = new MissingKeys();
    missing.addThoseOf(Study.class, study, "");
    return missing.keys;
  }

  private void addThoseOf(Type type, JsonNode node, String path) {
    if (type instanceof ParameterizedType container) {
      Type[] types = container.getActualTypeArguments();
      Type content = types[types.length - 1];
      if (container.getRawType() == Optional.class) {
        addThoseOf(content, node, path);
      } else if (container.getRawType() == Map.class) {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
          addThoseOf(content, entry.getValue(), path + "." + entry.getKey());
        }
      } else {
        for (int i = 0; i < node.size(); i++) {
          addThoseOf(content, node.path(i), path + "[" + i + "]");
        }
      }
    } else if (type instanceof Class<?> plain && plain.isRecord() && node.isObject()) {
      addThoseOfRecord(plain, node, path);
    }
  }

  private void addThoseOfRecord(Class<?> type, JsonNode node, String path) {
    List<RecordComponent> components = components(type);
    List<String> unknown = new ArrayList<>(node.propertyNames());
    unknown.removeAll(components.stream().map(RecordComponent::getName).toList());
    for (RecordComponent component : components) {
      String key = path.isEmpty() ? component.getName() : path + "." + component.getName();
      JsonNode value = node.get(component.getName());
      if (value != null) {
        addThoseOf(component.getGenericType(), value, key);
      } else if (isRequired(component)) {
        keys.add(key
            + DidYouMean.nearest(component.getName(), unknown)
                .map(misspelt -> " (not " + misspelt + ")")
                .orElse(""));
      }
    }
  }

  /** What a record holds, and what those hold whose keys stand among its own. */
  static List<RecordComponent> components(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .flatMap(component -> component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)
            ? components(component.getType()).stream()
            : Stream.of(component))
        .toList();
  }

  private static boolean isRequired(RecordComponent component) {
    JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
    return property != null && property.required();
  }
}

package dev.poolmark.analysis.study;

import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/**
 * Reads the values of an axis: a list, or settings with a list each, whose every combination is a value. So
 * {@code {rtt: [1ms, 5ms], tls: [none, 1.3]}} is {@code rtt=1ms}, {@code rtt=1ms+tls=1.3}, {@code rtt=5ms} and
 * {@code rtt=5ms+tls=1.3}: {@code none} leaves a setting out.
 */
final class AxisReader extends ValueDeserializer<List<String>> {

  private static final TypeReference<List<String>> VALUES = new TypeReference<>() {};
  private static final TypeReference<Map<String, List<String>>> SETTINGS = new TypeReference<>() {};
  private static final String NONE = "none";

  @Override
  public List<String> deserialize(JsonParser parser, DeserializationContext context) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return parser.readValueAs(VALUES);
    }
    Map<String, List<String>> settings = parser.readValueAs(SETTINGS);
    List<String> product = List.of("");
    for (Map.Entry<String, List<String>> setting : settings.entrySet()) {
      product = product.stream()
          .flatMap(before -> setting.getValue().stream()
              .map(value -> value.equals(NONE)
                  ? before
                  : before + (before.isEmpty() ? "" : "+") + setting.getKey() + "=" + value))
          .toList();
    }
    return product;
  }
}

package dev.poolmark.clients;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The header fields of a request or a response, in order; a name may occur more than once and is compared without
 * regard to case (RFC 9110, section 5.1). Immutable, so safe for use by several threads.
 */
public final class Headers {
  private static final Headers NONE = new Headers(new String[0]);

  /** name, value, name, value ... : one flat array, because one is made for each response. */
  private final String[] namesAndValues;

  private Headers(String[] namesAndValues) {
    this.namesAndValues = namesAndValues;
  }

  /** No header at all. */
  public static Headers none() {
    return NONE;
  }

  /**
   * Headers from alternating names and values: {@code Headers.of("Accept", "text/plain")}. The array is not copied.
   *
   * @throws IllegalArgumentException if a value is missing
   */
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "headers must be pairs of a name and a value: " + Arrays.toString(namesAndValues));
    }
    for (String part : namesAndValues) {
      Objects.requireNonNull(part, "a header's name and value must not be null");
    }
    return namesAndValues.length == 0 ? NONE : new Headers(namesAndValues);
  }

  /** The number of fields; a name that occurs twice counts twice. */
  public int size() {
    return namesAndValues.length / 2;
  }

  /** The name of field {@code index}, as it was sent. */
  public String name(int index) {
    return namesAndValues[2 * index];
  }

  /** The value of field {@code index}. */
  public String value(int index) {
    return namesAndValues[2 * index + 1];
  }

  /** The value of the first field of that name. */
  public Optional<String> first(String name) {
    for (int i = 0; i < size(); i++) {
      if (name(i).equalsIgnoreCase(name)) {
        return Optional.of(value(i));
      }
    }
    return Optional.empty();
  }

  /** The values of all fields of that name, in order. */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      if (name(i).equalsIgnoreCase(name)) {
        values.add(value(i));
      }
    }
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Headers that && Arrays.equals(namesAndValues, that.namesAndValues);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(namesAndValues);
  }

  @Override
  public String toString() {
    return Arrays.toString(namesAndValues);
  }
}

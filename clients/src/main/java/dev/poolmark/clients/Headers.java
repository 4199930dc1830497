package dev.poolmark.clients;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The header fields of a request or a response, in order. A name may occur more than once, and is compared without
 * regard to case (RFC 9110, section 5.1). Immutable and thread-safe.
 */
public final class Headers {
  private static final Headers NONE = new Headers(new String[0], true);

  /**
   * What frames a message or belongs to one connection. The client sends these where they are needed, and the caller's
   * own would contradict them: RFC 9110, sections 7.2, 7.6.1 and 10.1.1, and RFC 9112, section 6.
   */
  private static final Set<String> OF_THE_CLIENT = caseInsensitive(
      "Connection",
      "Content-Length",
      "Expect",
      "Host",
      "HTTP2-Settings",
      "Keep-Alive",
      "Proxy-Connection",
      "TE",
      "Trailer",
      "Transfer-Encoding",
      "Upgrade");

  /** name, value, name, value ... : one flat array, because one is made for each response. */
  private final String[] namesAndValues;

  /** Whether they have passed the checks of {@link #of}. */
  private final boolean checked;

  private Headers(String[] namesAndValues, boolean checked) {
    this.namesAndValues = namesAndValues;
    this.checked = checked;
  }

  private static Set<String> caseInsensitive(String... names) {
    Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    set.addAll(List.of(names));
    return set;
  }

  /** No headers. */
  public static Headers none() {
    return NONE;
  }

  /**
   * The headers of a request, from alternating names and values: {@code Headers.of("Accept", "text/plain")}. They are
   * checked here, so that no client sends what another one refuses:
   *
   * <ul>
   *   <li>A name is a token (RFC 9110, section 5.6.2).
   *   <li>A value has visible characters up to U+00FF, spaces and tabs, and neither begins nor ends with a space or tab
   *       (section 5.5). So it has no CR, LF or NUL. It may be empty.
   *   <li>The client itself sends what frames a message or belongs to the connection: {@code Connection}, {@code
   *       Content-Length}, {@code Expect}, {@code Host} (from the URI), {@code HTTP2-Settings}, {@code Keep-Alive},
   *       {@code Proxy-Connection}, {@code TE}, {@code Trailer}, {@code Transfer-Encoding} and {@code Upgrade}.
   * </ul>
   *
   * @throws IllegalArgumentException if a value is missing or a rule is broken. It names the field, the rule and the
   *     character that breaks it, but not the whole value, which may be a password
   */
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "headers must be pairs of a name and a value: " + namesAndValues.length + " strings");
    }
    return namesAndValues.length == 0
        ? NONE
        : new Headers(namesAndValues.clone(), false).forRequest();
  }

  /**
   * For adapters: the headers of a response, from alternating names and values, as they came from the wire. They are
   * not checked, and the array is not copied. A {@link Request} that is made with them checks them.
   */
  public static Headers received(String... namesAndValues) {
    return new Headers(namesAndValues, false);
  }

  /** These headers, checked. */
  Headers forRequest() {
    if (checked) {
      return this;
    }
    for (int i = 0; i < size(); i++) {
      check(name(i), value(i));
    }
    return new Headers(namesAndValues, true);
  }

  private static void check(String name, String value) {
    Objects.requireNonNull(name, "a header's name must not be null");
    Objects.requireNonNull(value, "a header's value must not be null");
    if (!FieldSyntax.isToken(name)) {
      throw new IllegalArgumentException(
          "the name of a header must be a token (RFC 9110, section 5.6.2): "
              + FieldSyntax.quoted(name));
    }
    if (OF_THE_CLIENT.contains(name)) {
      throw new IllegalArgumentException("header " + name
          + " must not be set, the client sends it where it is needed: "
          + FieldSyntax.quoted(value));
    }
    int wrong = FieldSyntax.wrongAt(value);
    if (wrong >= 0) {
      throw new IllegalArgumentException("header " + name
          + " must have visible characters up to U+00FF, with spaces and tabs only between them (RFC 9110,"
          + " section 5.5): " + FieldSyntax.quoted(value.substring(wrong, wrong + 1))
          + " at index " + wrong);
    }
  }

  /** These headers of a request with one more, which replaces those of the same name. */
  Headers with(String name, String value) {
    List<String> fields = new ArrayList<>(namesAndValues.length + 2);
    for (int i = 0; i < size(); i++) {
      if (!name(i).equalsIgnoreCase(name)) {
        fields.add(name(i));
        fields.add(value(i));
      }
    }
    fields.add(name);
    fields.add(value);
    return of(fields.toArray(String[]::new));
  }

  /** The names, in order. */
  List<String> names() {
    return IntStream.range(0, size()).mapToObj(this::name).toList();
  }

  /** The number of fields; a name that occurs twice counts twice. */
  public int size() {
    return namesAndValues.length / 2;
  }

  /** The name of field {@code index}, as it was written. */
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

  /** {@code [Accept: text/plain, X-One: 1]}: with the values, which may be secret. */
  @Override
  public String toString() {
    return IntStream.range(0, size())
        .mapToObj(i -> name(i) + ": " + value(i))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}

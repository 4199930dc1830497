package dev.poolmark.analysis.run;

import dev.poolmark.analysis.study.InputException;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The types of a benchmark's parameters, read from the classes in its jar. None of the jar's code runs. */
final class ParameterTypes {

  private static final String JMH = "org.openjdk.jmh.annotations.";
  private static final Set<Class<?>> WHOLE = Set.of(
      int.class,
      long.class,
      short.class,
      byte.class,
      Integer.class,
      Long.class,
      Short.class,
      Byte.class);
  private static final Set<Class<?>> FRACTIONAL =
      Set.of(double.class, float.class, Double.class, Float.class);

  private final Map<String, Class<?>> types = new HashMap<>();

  private ParameterTypes() {}

  /**
   * Reads them.
   *
   * @param benchmark class and method
   * @return without those whose class this JVM cannot load, such as one for a newer JDK
   */
  static ParameterTypes of(Path jar, String benchmark) throws IOException {
    ParameterTypes found = new ParameterTypes();
    String type = benchmark.substring(0, benchmark.lastIndexOf('.'));
    URL[] path = {jar.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
      found.addAll(Class.forName(type, false, loader));
    } catch (ReflectiveOperationException | LinkageError e) {
      // Then the fork says what is wrong with a value.
    }
    return found;
  }

  /** The parameters of a benchmark's class, and of the states that its methods take. */
  private void addAll(Class<?> benchmark) {
    Set<Class<?>> seen = new HashSet<>();
    Deque<Class<?>> ahead = new ArrayDeque<>(List.of(benchmark));
    while (!ahead.isEmpty()) {
      Class<?> state = ahead.remove();
      if (!seen.add(state)) {
        continue;
      }
      for (Field field : state.getDeclaredFields()) {
        if (hasAnnotation(field, JMH + "Param")) {
          types.put(field.getName(), field.getType());
        }
      }
      for (Method method : state.getDeclaredMethods()) {
        if (hasAnnotation(method, JMH)) {
          ahead.addAll(List.of(method.getParameterTypes()));
        }
      }
      if (state.getSuperclass() != null) {
        ahead.add(state.getSuperclass());
      }
    }
  }

  private static boolean hasAnnotation(AnnotatedElement element, String prefix) {
    return Arrays.stream(element.getAnnotations())
        .anyMatch(each -> each.annotationType().getName().startsWith(prefix));
  }

  /**
   * Checks that a value can be one of the parameter's type.
   *
   * @return whether that is a type of numbers, so that the value is known to be right
   * @throws InputException that names the parameter, the rule and the value
   */
  boolean check(String parameter, String value) throws InputException {
    Class<?> type = types.getOrDefault(parameter, Object.class);
    try {
      if (WHOLE.contains(type)) {
        Long.parseLong(value);
      } else if (FRACTIONAL.contains(type)) {
        Double.parseDouble(value);
      } else {
        return false;
      }
      return true;
    } catch (NumberFormatException e) {
      throw new InputException(parameter + " must be a "
          + (WHOLE.contains(type) ? "whole number" : "number") + ": " + value);
    }
  }
}

package dev.poolmark.clients.live;

import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * Something that the viewer of a {@link LivePage} can change: a number between two bounds, shown as a slider, or a button
 * if there is only one. Immutable.
 *
 * @param label what the page calls it; the same label must not occur twice
 * @param min the lowest value
 * @param max the highest value, at least {@code min}
 * @param initial the value that the page shows first
 * @param action what happens when the viewer sets a value; runs on a thread of the page, and may take its time
 */
public record Control(String label, int min, int max, int initial, IntConsumer action) {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public Control {
    Objects.requireNonNull(action, "action");
    if (label.isBlank()) {
      throw new IllegalArgumentException("label must not be blank: \"" + label + "\"");
    }
    if (max < min) {
      throw new IllegalArgumentException("max must be at least min, " + min + ": " + max);
    }
    if (initial < min || initial > max) {
      throw new IllegalArgumentException(
          "initial must be from " + min + " to " + max + ": " + initial);
    }
  }

  /** A button. */
  public static Control button(String label, Runnable action) {
    return new Control(label, 0, 0, 0, value -> action.run());
  }
}

package dev.poolmark.clients;

import java.util.Locale;

/** The characters that RFC 9110 allows in methods and header fields. */
final class FieldSyntax {
  private static final boolean[] TOKEN = new boolean['~' + 1];

  static {
    String allowed = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz";
    for (char c : (allowed + allowed.toUpperCase(Locale.ROOT)).toCharArray()) {
      TOKEN[c] = true;
    }
  }

  private FieldSyntax() {}

  /** Whether the text is a token: section 5.6.2. */
  static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > '~' || !TOKEN[c]) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /**
   * Where the text ceases to be a field value (section 5.5); negative if it is one. A value has visible characters,
   * spaces and tabs, and begins and ends with a visible one. Those from U+0080 to U+00FF count as visible: they are
   * {@code obs-text}, sent as one byte each. What lies above does not fit into a byte, and a library that cuts it off
   * could make a line feed of it.
   */
  static int wrongAt(String value) {
    int last = value.length() - 1;
    for (int i = 0; i <= last; i++) {
      char c = value.charAt(i);
      boolean visible = c > ' ' && c != 0x7F && c <= 0xFF;
      boolean inner = (c == ' ' || c == '\t') && i > 0 && i < last;
      if (!visible && !inner) {
        return i;
      }
    }
    return -1;
  }

  /** The text in quotes, with escapes for what is not printable ASCII. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\r' -> quoted.append("\\r");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        case '"', '\\' -> quoted.append('\\').append(c);
        default -> {
          if (c < ' ' || c > '~') {
            quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}

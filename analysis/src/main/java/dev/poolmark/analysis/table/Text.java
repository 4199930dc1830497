package dev.poolmark.analysis.table;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Values as text, the same in every locale, and safe where they are put. */
public final class Text {

  /** What XML 1.0 does not allow, not even as a reference. */
  private static final String NOT_IN_XML =
      "[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]";

  private Text() {}

  /** With this many decimals; what rounds to 0 has no sign. */
  public static String decimal(double value, int decimals) {
    return withoutSignOfZero(String.format(Locale.ROOT, "%." + decimals + "f", value));
  }

  /** With its sign, unless it rounds to 0, and this many decimals. */
  public static String signed(double value, int decimals) {
    return withoutSignOfZero(String.format(Locale.ROOT, "%+." + decimals + "f", value));
  }

  private static String withoutSignOfZero(String text) {
    return text.matches("[+-][0.]+") ? text.substring(1) : text;
  }

  /** A share as percent, without a fraction where there is none: {@code 95}. */
  public static String percent(double share) {
    return shortest(Math.round(1e4 * share) / 1e2);
  }

  /** With four significant digits at least, and no more than a decimal fraction needs. */
  public static String figures(double value) {
    int digits = value == 0 ? 0 : (int) Math.floor(Math.log10(Math.abs(value)));
    return decimal(value, Math.max(0, 3 - digits));
  }

  /** As short as it can be without loss of what people wrote: {@code 30}, {@code 0.02}. */
  public static String shortest(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }

  /** For XML content and attributes. */
  public static String xml(String text) {
    return text.replaceAll(NOT_IN_XML, "\uFFFD")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** For Markdown, table cells included. */
  public static String markdown(String text) {
    return xml(text)
        .replace("&quot;", "\"")
        .replaceAll("([\\\\`*_\\[\\]|])", "\\\\$1")
        .replaceAll("\\s+", " ");
  }

  /** Markdown with one empty line before and after each heading, and never two in a row. */
  public static String spaced(String markdown) {
    return markdown.replaceAll("\n*\n(#+ .*)\n+", "\n\n$1\n\n").replaceAll("\n{3,}", "\n\n");
  }

  /** From low to high, with one decimal where whole numbers would say too little: {@code 39-43}, {@code 0.7-1.2}. */
  public static String range(double low, double high) {
    int decimals = Math.rint(high) - Math.rint(low) < 2 ? 1 : 0;
    String from = decimal(low, decimals);
    String to = decimal(high, decimals);
    if (from.equals(to)) {
      return from;
    }
    return low < 0 ? from + " to " + to : from + "-" + to;
  }

  /** {@code a, b and c}. */
  public static String list(List<String> words) {
    if (words.size() < 2) {
      return String.join("", words);
    }
    int last = words.size() - 1;
    return String.join(", ", words.subList(0, last))
        + (last > 1 ? ", and " : " and ")
        + words.get(last);
  }

  /** A count and its noun, which takes an s: {@code 1 fork}, {@code 12 forks}. */
  public static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** The first letter as a capital. */
  public static String capitalized(String sentence) {
    return sentence.isEmpty()
        ? sentence
        : sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
  }

  /** A field of CSV. Text that a spreadsheet would take for a formula gets an apostrophe before it. */
  static String csv(Object value) {
    if (value instanceof List<?> list) {
      return csv(list.stream().map(String::valueOf).collect(Collectors.joining("; ")));
    }
    String field = value == null ? "" : String.valueOf(value);
    if (!(value instanceof Number) && field.matches("(?s)[=@+\\-\\t\\r].*")) {
      field = "'" + field;
    }
    return field.matches("[^\",\r\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}

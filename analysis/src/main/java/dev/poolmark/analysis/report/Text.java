package dev.poolmark.analysis.report;

import java.util.Locale;

/** Values as text, the same in every locale, and safe where they are put. */
final class Text {

  private Text() {}

  /** With this many decimals; what rounds to nil has no sign. */
  static String decimal(double value, int decimals) {
    return withoutSignOfNil(String.format(Locale.ROOT, "%." + decimals + "f", value));
  }

  /** With its sign, unless it rounds to nil, and this many decimals. */
  static String signed(double value, int decimals) {
    return withoutSignOfNil(String.format(Locale.ROOT, "%+." + decimals + "f", value));
  }

  private static String withoutSignOfNil(String text) {
    return text.matches("[+-][0.]+") ? text.substring(1) : text;
  }

  /** A share as percent, without a fraction where there is none: {@code 95}. */
  static String percent(double share) {
    return shortest(Math.round(1e4 * share) / 1e2);
  }

  /** With four significant digits at least, and no more than a decimal fraction needs. */
  static String figures(double value) {
    int digits = value == 0 ? 0 : (int) Math.floor(Math.log10(Math.abs(value)));
    return decimal(value, Math.max(0, 3 - digits));
  }

  /** As short as it can be without loss of what people wrote: {@code 30}, {@code 0.02}. */
  static String shortest(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }

  /** For XML content and attributes. */
  static String xml(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** For HTML content: words between stars or backquotes as Markdown has them. */
  static String emphasised(String text) {
    return xml(text)
        .replaceAll("\\*\\*(.+?)\\*\\*", "<strong>$1</strong>")
        .replaceAll("\\*(.+?)\\*", "<em>$1</em>")
        .replaceAll("`(.+?)`", "<code>$1</code>");
  }

  /** For Markdown, table cells included. */
  static String markdown(String text) {
    return xml(text)
        .replace("&quot;", "\"")
        .replaceAll("([\\\\`*_\\[\\]|])", "\\\\$1")
        .replaceAll("\\s+", " ");
  }

  /** Markdown with one empty line before and after each heading, and never two in a row. */
  static String spaced(String markdown) {
    return markdown.replaceAll("\n*\n(#+ .*)\n+", "\n\n$1\n\n").replaceAll("\n{3,}", "\n\n");
  }
}

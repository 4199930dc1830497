package dev.poolmark.analysis.report;

import java.util.List;
import java.util.Optional;

/**
 * A part of a page, as text that is not escaped yet. Every picture has the table with its figures beside it.
 *
 * @param title its heading
 * @param text what a reader must know first, a paragraph each
 */
record Section(String title, List<String> text, Optional<Picture> picture, Optional<Table> table) {

  /** A section without a picture. */
  static Section of(String title, String text, Table table) {
    return new Section(title, List.of(text), Optional.empty(), Optional.of(table));
  }

  /**
   * A picture.
   *
   * @param file under which it is written
   * @param alt what it is, for those who do not see it
   */
  record Picture(String file, String svg, String alt, String caption) {}

  /**
   * A table.
   *
   * @param name what it holds
   * @param wrapped whether its cells are of words rather than figures
   */
  record Table(String name, boolean wrapped, List<String> columns, List<List<String>> rows) {}
}

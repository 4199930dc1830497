package dev.poolmark.analysis.table;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A part of a page, as text that is not escaped yet. Every picture has a table with its figures.
 *
 * @param title its heading, unique on the page
 * @param text what a reader must know first, a paragraph each
 */
public record Section(
    String title, List<String> text, Optional<Picture> picture, List<? extends Table<?>> tables) {

  /** A section without a picture. */
  public static Section of(String title, String text, Table<?> table) {
    return new Section(title, List.of(text), Optional.empty(), List.of(table));
  }

  /** The same without pictures that stand elsewhere. */
  public Section without(List<Picture> others) {
    return new Section(title, text, picture.filter(each -> !others.contains(each)), tables);
  }

  /** Whether nothing is left to show. */
  public boolean isEmpty() {
    return text.isEmpty() && picture.isEmpty() && tables.isEmpty();
  }

  /** The end of a link to it. */
  public String anchor() {
    return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
  }

  /**
   * A picture.
   *
   * @param file under which it is written
   * @param alt what it is, for those who do not see it
   */
  public record Picture(String file, String svg, String alt, String caption) {

    /** Whether it maps a field, as a surface or as curves. */
    public boolean isMap() {
      return file.contains("surface") || file.contains("curves");
    }
  }
}

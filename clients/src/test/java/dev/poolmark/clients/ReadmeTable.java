package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A table in the module's README that is made from code, between {@code <!-- name -->} and {@code <!-- /name -->}. */
public final class ReadmeTable {
  private ReadmeTable() {}

  /** Fails if the table there is another; with {@code -Dreadme.update=true}, writes it first. */
  public static void check(String name, String table) throws IOException {
    // Surefire names the module's directory; an IDE may start the tests in it.
    check(Path.of(System.getProperty("basedir", "."), "README.md"), name, table);
  }

  static void check(Path readme, String name, String table) throws IOException {
    String text = Files.readString(readme);
    String start = "<!-- " + name + " -->\n";
    String end = "<!-- /" + name + " -->";
    assertThat(text).containsOnlyOnce(start).containsOnlyOnce(end);
    int from = text.indexOf(start) + start.length();
    int to = text.indexOf(end);
    if (Boolean.getBoolean("readme.update")) {
      text = text.substring(0, from) + table + text.substring(to);
      Files.writeString(readme, text);
      to = from + table.length();
    }
    assertThat(text.substring(from, to))
        .as(
            "The table \"%s\" of %s is out of date. To write it again, add -Dreadme.update=true.",
            name, readme.getFileName())
        .isEqualTo(table);
  }
}

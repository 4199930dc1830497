package dev.poolmark.analysis.study;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where studies come from: the built-in ones by name, the user's own by path. */
public final class Studies {

  private static final List<String> NAMES = List.of(
      "quick",
      "full",
      "tax",
      "aa",
      "surface",
      "surface-clients",
      "spike",
      "defaults",
      "reuse-levels",
      "cost",
      "floor",
      "sizing",
      "adaptive",
      "open-loop",
      "stale",
      "outages",
      "threads",
      "watching");

  private Studies() {}

  /** The built-in studies. */
  public static List<Study> builtIn() {
    List<Study> studies = new ArrayList<>();
    for (String name : NAMES) {
      studies.add(readBuiltIn(name));
    }
    return studies;
  }

  /**
   * The built-in study of that name, or the one in that file.
   *
   * @throws InputException if there is none, or if it breaks a rule
   */
  public static Study open(String nameOrPath) throws InputException {
    if (NAMES.contains(nameOrPath)) {
      return readBuiltIn(nameOrPath);
    }
    Path path = Path.of(nameOrPath);
    if (!Files.isRegularFile(path)) {
      throw new InputException("study must be one of " + String.join(", ", NAMES) + ", or a file: "
          + nameOrPath + DidYouMean.hint(nameOrPath, NAMES));
    }
    try {
      return StudyFile.parse(nameOrPath, Files.readString(path));
    } catch (IOException e) {
      throw new InputException(nameOrPath + ": cannot be read: " + e);
    }
  }

  /**
   * The file of a built-in study, comments included.
   *
   * @throws InputException if there is none of that name
   */
  public static String text(String name) throws InputException {
    if (!NAMES.contains(name)) {
      throw new InputException("study must be one of " + String.join(", ", NAMES) + ": " + name
          + DidYouMean.hint(name, NAMES));
    }
    return readText(name);
  }

  private static Study readBuiltIn(String name) {
    try {
      return StudyFile.parse(name, readText(name));
    } catch (InputException e) {
      throw new IllegalStateException("a built-in study is broken", e);
    }
  }

  private static String readText(String name) {
    try (InputStream in = Studies.class.getResourceAsStream("/studies/" + name + ".yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("a built-in study cannot be read", e);
    }
  }
}

package dev.poolmark.jmh;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * JMH's own command line, with all its options and with {@link GaugeProfiler} switched on. A profile that cannot be
 * read is refused at once, like an option that JMH does not know, and not by each fork.
 */
public final class Main {

  private static final String PROFILE = "profile=";

  private Main() {}

  /** Runs JMH. */
  public static void main(String[] options) throws IOException {
    Optional<String> wrong = wrongProfile(options);
    if (wrong.isPresent()) {
      System.err.println("Error parsing command line:\n " + wrong.get());
      System.exit(1);
    }
    org.openjdk.jmh.Main.main(
        Stream.concat(Stream.of("-prof", GaugeProfiler.class.getName()), Stream.of(options))
            .toArray(String[]::new));
  }

  /** What is wrong with the first value of {@code -p profile=} that cannot be read; empty if nothing is. */
  static Optional<String> wrongProfile(String... options) {
    for (int i = 1; i < options.length; i++) {
      if (options[i - 1].equals("-p") && options[i].startsWith(PROFILE)) {
        for (String value : options[i].substring(PROFILE.length()).split(",", -1)) {
          try {
            Profile.parse(value);
          } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
          }
        }
      }
    }
    return Optional.empty();
  }
}

package dev.poolmark.jmh;

import java.io.IOException;
import java.util.stream.Stream;

/** JMH's own command line, with all its options and with {@link GaugeProfiler} switched on. */
public final class Main {
  private Main() {}

  /** Runs JMH. */
  public static void main(String[] options) throws IOException {
    org.openjdk.jmh.Main.main(
        Stream.concat(Stream.of("-prof", GaugeProfiler.class.getName()), Stream.of(options))
            .toArray(String[]::new));
  }
}

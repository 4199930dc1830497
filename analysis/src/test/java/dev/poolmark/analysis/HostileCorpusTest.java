package dev.poolmark.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged run folders, against the commands that read one, half of them against each folder: each ends with a status and, if it refuses, with one line
 * that names the folder or the file; never with a stack trace, and never after ten seconds. The seed fixes the damage.
 */
@Timeout(300)
class HostileCorpusTest {

  private static final Path RUN = Path.of("src/test/resources/golden/run");
  private static final int FOLDERS = 260;
  private static final long SEED = 20261128;
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** What stands in the place of a number, a word, or a whole value. */
  private static final List<String> VALUES = List.of(
      "null",
      "-1",
      "0",
      "1e400",
      "5e-324",
      "-0.0",
      "1".repeat(400),
      "\"NaN\"",
      "NaN",
      "[]",
      "{}",
      "[[[[[]]]]]",
      "\"\"",
      "true",
      ".inf",
      "-.inf",
      "\"\\u0000\\u001b[31m<script>=cmd()|'`\"",
      "\"@SUM(1)\"",
      "\"" + "x".repeat(5_000) + "\"",
      "2026-99-99",
      "9223372036854775808");

  @TempDir
  private Path dir;

  /** How a folder is damaged. */
  private enum Damage {
    VALUE {
      @Override
      String of(String text, Random random) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        int at = random.nextInt(lines.size());
        String value = VALUES.get(random.nextInt(VALUES.size())).replace("\\", "\\\\");
        String line = lines.get(at);
        lines.set(
            at,
            random.nextBoolean()
                ? line.replaceFirst("(: ?)[^,\\]}]+", "$1" + value.replace("$", ""))
                : line.replaceAll("-?\\d+(\\.\\d+)?", value.replace("$", "")));
        return String.join("\n", lines) + "\n";
      }
    },
    LINE {
      @Override
      String of(String text, Random random) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        int at = random.nextInt(lines.size());
        if (random.nextBoolean()) {
          lines.remove(at);
        } else {
          lines.add(at, lines.get(random.nextInt(lines.size())));
        }
        return String.join("\n", lines) + "\n";
      }
    },
    CUT {
      @Override
      String of(String text, Random random) {
        return text.substring(0, random.nextInt(text.length()));
      }
    },
    BYTES {
      @Override
      String of(String text, Random random) {
        StringBuilder damaged = new StringBuilder(text);
        for (int i = 0; i < 3; i++) {
          damaged.setCharAt(random.nextInt(text.length()), (char) random.nextInt(0x100));
        }
        return damaged.toString();
      }
    },
    DEEP {
      @Override
      String of(String text, Random random) {
        return "[".repeat(100_000);
      }
    };

    abstract String of(String text, Random random);
  }

  @Test
  void everyCommandEndsWellOnDamagedFolders() throws Exception {
    List<String> faults = new ArrayList<>();
    for (int i = 0; i < FOLDERS; i++) {
      Random random = new Random(SEED + i);
      Path run = dir.resolve("run-" + i);
      copy(run);
      String damage = damage(run, random);
      check(commands(run, i), i + " " + damage, faults);
      delete(run);
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void aFileThatUnpacksToGigabytesIsNamed() throws Exception {
    List<String> faults = new ArrayList<>();
    copy(dir.resolve("bomb"));
    Path rounds = dir.resolve("bomb").resolve("rounds");
    Path round;
    try (Stream<Path> files = Files.list(rounds)) {
      round = files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
    Files.delete(round);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zipped = new GZIPOutputStream(bytes)) {
      byte[] blanks = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < 2_048; i++) {
        zipped.write(blanks);
      }
    }
    Files.write(round.resolveSibling(round.getFileName() + ".gz"), bytes.toByteArray());

    check(List.of(List.of("verdict", dir.resolve("bomb").toString())), "a gzip bomb", faults);
    assertThat(faults).isEmpty();
  }

  /** The commands that read a run: those that only read it, and those that write, in turns. */
  private List<List<String>> commands(Path run, int turn) {
    String folder = run.toString();
    return turn % 2 == 0
        ? List.of(
            List.of("verdict", folder),
            List.of("report", folder, "--out", dir.resolve("report").toString()))
        : List.of(
            List.of("compare", folder, RUN.toString()),
            List.of("choose", folder),
            List.of(
                "site", run.getParent().toString(), "--out", dir.resolve("site").toString()));
  }

  private void check(List<List<String>> commands, String damage, List<String> faults) {
    for (List<String> command : commands) {
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      long began = System.nanoTime();
      String fault = "";
      try {
        int status = Poolmark.execute(
            new PrintWriter(out, true), new PrintWriter(err, true), command.toArray(String[]::new));
        if (status == 2 && err.toString().lines().count() != 1) {
          fault = "not one line: " + err;
        } else if (status > 3) {
          fault = "status " + status + ": " + err;
        } else if ((err.toString() + out)
            .matches(
                "(?s).*(Exception|java\\.|tools\\.jackson|dev\\.poolmark\\.analysis|JsonToken).*")) {
          fault = "Java in a message: " + err;
        }
      } catch (Throwable e) {
        fault = e + " at "
            + List.of(e.getStackTrace()).subList(0, Math.min(6, e.getStackTrace().length));
      }
      if (System.nanoTime() - began > LONGEST.toNanos()) {
        fault = "took longer than " + LONGEST;
      }
      if (!fault.isEmpty()) {
        faults.add(damage + ", " + command.get(0) + ": " + fault);
      }
    }
  }

  /** Damages one file; says how. */
  private static String damage(Path run, Random random) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(run)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    // The few files of the folder itself more often than one of the many rounds.
    List<Path> named =
        files.stream().filter(file -> file.getParent().equals(run)).toList();
    List<Path> from = random.nextInt(3) == 0 ? named : files;
    Path file = from.get(random.nextInt(from.size()));
    Damage damage = random.nextBoolean()
        ? Damage.VALUE
        : Damage.values()[random.nextInt(Damage.values().length)];
    if (random.nextInt(20) == 0) {
      Files.delete(file);
      if (random.nextBoolean()) {
        Files.createDirectories(file);
      }
      return "no file " + run.relativize(file);
    }
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    Files.writeString(file, damage.of(text, random), StandardCharsets.ISO_8859_1);
    return damage + " in " + run.relativize(file);
  }

  private static void copy(Path to) throws IOException {
    try (Stream<Path> files = Files.walk(RUN)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(RUN.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else if (isKept(file)) {
          Files.copy(file, copy);
        }
      }
    }
  }

  /** Of the rounds, those of one client: what is left out counts as missing. */
  private static boolean isKept(Path file) {
    return file.getParent().equals(RUN) || file.getFileName().toString().contains("okhttp");
  }

  private static void delete(Path run) throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      files.sorted((one, other) -> other.compareTo(one)).forEach(file -> {
        try {
          Files.delete(file);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
  }
}

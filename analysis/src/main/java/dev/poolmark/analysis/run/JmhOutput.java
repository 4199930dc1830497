package dev.poolmark.analysis.run;

import dev.poolmark.analysis.results.JmhFile;
import dev.poolmark.analysis.results.UnreadableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All that a process printed, and when. JMH's files hold neither the warm-up iterations nor any time of the clock; its
 * output tells both, because it announces each iteration before it begins.
 */
final class JmhOutput {

  private static final Pattern ANNOUNCEMENT =
      Pattern.compile("^(# Warmup )?Iteration +\\d+: ", Pattern.MULTILINE);
  /**
   * A decimal comma comes from the user's locale. Sample mode puts an error behind the score, after a sign that is a
   * question mark where the locale is ASCII; old versions of JMH call the score mean.
   */
  private static final Pattern SCORE = Pattern.compile(
      "(?:^|: |mean = +)(\\d+[.,]\\d+)(?: \\S{1,3}\\(99[.,]9%\\) \\S+)? (\\S+/op|ops/\\S+)",
      Pattern.MULTILINE);

  private final String text;
  /** When what stands at a place of the text arrived, by the place at which its part of the text begins. */
  private final NavigableMap<Integer, Long> arrivals;

  private JmhOutput(String text, NavigableMap<Integer, Long> arrivals) {
    this.text = text;
    this.arrivals = arrivals;
  }

  /** Reads to the end. */
  static JmhOutput read(InputStream in, LongSupplier nanoClock) throws IOException {
    StringBuilder text = new StringBuilder();
    NavigableMap<Integer, Long> arrivals = new TreeMap<>(Map.of(0, nanoClock.getAsLong()));
    Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8);
    char[] part = new char[8192];
    for (int length = reader.read(part); length >= 0; length = reader.read(part)) {
      arrivals.put(text.length(), nanoClock.getAsLong());
      text.append(part, 0, length);
    }
    return new JmhOutput(text.toString(), arrivals);
  }

  String text() {
    return text;
  }

  /**
   * When the iterations began, by the clock of {@link #read}: one value for each, warm-up included, and at last when
   * the last one had ended. Empty if none was announced.
   */
  List<Long> iterationNanos() {
    List<Long> nanos = new ArrayList<>();
    Matcher announcement = ANNOUNCEMENT.matcher(text);
    int last = -1;
    while (announcement.find()) {
      last = announcement.end();
      nanos.add(arrivalOf(last - 1));
    }
    if (last >= 0) {
      Matcher score = SCORE.matcher(text).region(last, text.length());
      nanos.add(arrivalOf(score.find() ? score.end() - 1 : last - 1));
    }
    return nanos;
  }

  /** What each warm-up iteration took per operation, in ms; empty unless every one of them can be read. */
  List<Double> warmUpMillis() {
    List<Double> scores = new ArrayList<>();
    Matcher announcement = ANNOUNCEMENT.matcher(text);
    Matcher score = SCORE.matcher(text);
    boolean found = announcement.find();
    while (found) {
      boolean warmUp = announcement.group(1) != null;
      int from = announcement.end();
      found = announcement.find();
      if (warmUp) {
        score.region(from, found ? announcement.start() : text.length());
        try {
          if (!score.find()) {
            return List.of();
          }
          double value = Double.parseDouble(score.group(1).replace(',', '.'));
          scores.add(JmhFile.millisOf(value, score.group(2)));
        } catch (UnreadableException e) {
          return List.of();
        }
      }
    }
    return scores;
  }

  private long arrivalOf(int place) {
    return arrivals.floorEntry(place).getValue();
  }
}

package dev.poolmark.analysis.run;

import dev.poolmark.analysis.study.Fork;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far a run is: one line that rewrites itself on a terminal; in a log, a line now and then. Not thread-safe.
 */
final class Progress {

  /** A log gets a line for each twentieth of the run. */
  private static final int LINES_IN_A_LOG = 20;

  private final PrintWriter out;
  private final boolean terminal;
  private final int total;
  private final LongSupplier nanoClock;
  private final long startNanos;
  private final int doneBefore;
  private int done;
  private int lineLength;

  /**
   * Begins.
   *
   * @param doneBefore forks that an earlier run has measured, which say nothing of the pace of this one
   */
  Progress(PrintWriter out, boolean terminal, int total, int doneBefore, LongSupplier nanoClock) {
    this.out = out;
    this.terminal = terminal;
    this.total = total;
    this.doneBefore = doneBefore;
    this.done = doneBefore;
    this.nanoClock = nanoClock;
    this.startNanos = nanoClock.getAsLong();
  }

  /** Whether output goes to a terminal. */
  @SuppressWarnings(
      "SystemConsoleNull") // Null still means no terminal where isTerminal() is absent.
  static boolean onTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // Since JDK 22 there may be a console without a terminal.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** A fork has ended, well or not. */
  void ended(Fork fork, String outcome) {
    done++;
    String line = String.format(
        Locale.ROOT, "[%d/%d] %s: %s, %s", done, total, fork.label(), outcome, timeLeft());
    if (terminal) {
      out.print("\r" + line + " ".repeat(Math.max(0, lineLength - line.length())));
      lineLength = line.length();
      if (done == total) {
        out.println();
      }
    } else if (done == total
        || done * LINES_IN_A_LOG / total > (done - 1) * LINES_IN_A_LOG / total) {
      out.println(line);
    }
    out.flush();
  }

  private String timeLeft() {
    if (done == total) {
      return "done";
    }
    long nanosPerFork = (nanoClock.getAsLong() - startNanos) / (done - doneBefore);
    Duration left = Duration.ofNanos(nanosPerFork * (total - done));
    return left.toMinutes() > 0
        ? left.toMinutes() + " min " + left.toSecondsPart() + " s left"
        : left.toSeconds() + " s left";
  }
}

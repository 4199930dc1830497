package dev.poolmark.jmh;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Compares calls with those of a reference: the two take turns in the same JVM, within the same second. The gauge {@code
 * normalizedMicros} is the time of a call if a call of the reference took 100 µs. A turn counts as the mean of its calls
 * and an iteration as the median of its turns, so that a pause of the machine spoils one turn only. All threads take the
 * same turn at the same time; the gauge is their mean.
 */
@State(Scope.Thread)
public class Turns {
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
  private static final double REFERENCE_MICROS = 100;

  private final Side measured = new Side();
  private final Side reference = new Side();

  /** The turns of one of the two. */
  private static final class Side {
    private final List<Double> means = new ArrayList<>();
    private long turn;
    private long nanos;
    private int calls;

    void add(long inTurn, long took) {
      if (inTurn != turn) {
        end();
        turn = inTurn;
      }
      nanos += took;
      calls++;
    }

    void end() {
      if (calls > 0) {
        means.add((double) nanos / calls);
      }
      nanos = 0;
      calls = 0;
    }

    double median() {
      end();
      if (means.isEmpty()) {
        throw new IllegalStateException(
            "an iteration must be long enough for both turns of " + TURN_NANOS / 1e6 + " ms");
      }
      Collections.sort(means);
      int middle = means.size() / 2;
      return means.size() % 2 == 1
          ? means.get(middle)
          : (means.get(middle - 1) + means.get(middle)) / 2;
    }

    void clear() {
      end();
      means.clear();
    }
  }

  /** Forgets the turns of the last iteration. */
  @Setup(Level.Iteration)
  public void reset() {
    measured.clear();
    reference.clear();
  }

  /** Whether a call that begins at that time is one of the reference. */
  boolean isReferences(long nanos) {
    return (turn(nanos) & 1) == 0;
  }

  /** Adds a call. */
  void took(boolean references, long startNanos, long endNanos) {
    (references ? reference : measured).add(turn(startNanos), endNanos - startNanos);
  }

  private static long turn(long nanos) {
    return Math.floorDiv(nanos, TURN_NANOS);
  }

  /** Records the gauge. */
  @TearDown(Level.Iteration)
  public void read() {
    GaugeProfiler.mean(
        "normalizedMicros", REFERENCE_MICROS * measured.median() / reference.median(), "us");
  }
}

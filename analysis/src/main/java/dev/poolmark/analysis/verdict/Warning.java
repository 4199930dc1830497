package dev.poolmark.analysis.verdict;

import dev.poolmark.analysis.results.Course;
import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.table.Text;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Why a figure deserves less trust than it seems to: a value, so that it reaches every reader. Immutable. */
public sealed interface Warning {

  /** The word in {@code verdict.json}. */
  String kind();

  /** For people, in a sentence without a full stop. */
  String message();

  /** For programs. */
  default Note note() {
    return new Note(kind(), message());
  }

  /** A warning in {@code verdict.json}; as text, its message. */
  record Note(String kind, String message) {
    @Override
    public String toString() {
      return message;
    }
  }

  /**
   * With so few forks, two modes of the machine may by chance coincide with the two arms.
   *
   * @param forks of the arm that has fewer
   * @param wanted forks at which that is rarer than alpha over all cells of the report
   */
  record TooFewForks(int forks, int wanted) implements Warning {
    @Override
    public String kind() {
      return "too-few-forks";
    }

    @Override
    public String message() {
      return Text.count(forks, "fork") + " per arm; a report of this size needs " + wanted;
    }

    /** How many forks per arm a report with that many cells needs: at least 3, where the calibration begins. */
    static int wanted(int cells, double alpha) {
      int forks = 3;
      // Two equally likely modes fall one to each arm in 2 of 2^(2 forks) cases.
      while (cells * Math.pow(2, 1 - 2 * forks) > alpha) {
        forks++;
      }
      return forks;
    }
  }

  /** Planned forks of the cell were not measured. */
  record MissingForks(int planned, int measured) implements Warning {
    @Override
    public String kind() {
      return "missing-forks";
    }

    @Override
    public String message() {
      return measured + " of " + planned + " forks were measured";
    }
  }

  /**
   * The measured iterations still get faster or slower.
   *
   * @param percent by how much the first half was slower than the second
   */
  record UnstableWarmUp(String arm, double percent) implements Warning {
    @Override
    public String kind() {
      return "unstable-warm-up";
    }

    @Override
    public String message() {
      return String.format(
          Locale.ROOT,
          "not warm: the first half of the iterations of %s was %.1f %% %s than the second",
          arm,
          Math.abs(percent),
          percent > 0 ? "slower" : "faster");
    }
  }

  /**
   * The forks of an arm fall into two groups.
   *
   * @param gapPercent between the groups
   */
  record BimodalForks(String arm, double gapPercent) implements Warning {
    @Override
    public String kind() {
      return "bimodal-forks";
    }

    @Override
    public String message() {
      return String.format(
          Locale.ROOT, "the forks of %s fall into two groups, %.1f %% apart", arm, gapPercent);
    }
  }

  /** The saving lies so near an edge of the target that no likely number of rounds decides the cell. */
  record OnTheEdge(int rounds) implements Warning {
    @Override
    public String kind() {
      return "on-the-edge";
    }

    @Override
    public String message() {
      return "the saving lies on an edge of the target: more than " + rounds
          + " rounds would be needed to decide";
    }
  }

  /**
   * The server had little time to spare, so that its speed may be what was measured.
   *
   * @param headroom how many times as much it could have done with all processors to itself
   */
  record NoHeadroom(String arm, double headroom) implements Warning {

    /** With less than this, a number of operations a second is the server's rather than the client's. */
    static final double LEAST = 1.5;

    @Override
    public String kind() {
      return "no-headroom";
    }

    @Override
    public String message() {
      return String.format(
          Locale.ROOT,
          "the server was nearly saturated by %s: it could have done %.2f times as much at most, less than %.1f",
          arm,
          headroom,
          LEAST);
    }
  }

  /**
   * Others used the machine.
   *
   * @param busyCores cores that they used on average while forks ran; where that is not known, the load average before
   * @param cores that there are
   * @param during whether it is known of the time of the forks
   */
  record OtherLoad(double busyCores, int cores, boolean during) implements Warning {

    /** Shares of the cores. A load average also counts what has just ended. */
    private static final double QUIET = 0.1;

    private static final double QUIET_BEFORE = 0.25;

    static Optional<Warning> of(Results results, Environment environment) {
      int cores = environment.cpu().cores();
      OptionalDouble others = results.courses().values().stream()
          .flatMap(course -> course.otherCores().stream())
          .mapToDouble(Double::doubleValue)
          .average();
      double busy = others.orElse(environment.loadAverageBefore());
      double quiet = (others.isPresent() ? QUIET : QUIET_BEFORE) * cores;
      return busy > quiet
          ? Optional.of(new OtherLoad(busy, cores, others.isPresent()))
          : Optional.empty();
    }

    @Override
    public String kind() {
      return "other-load";
    }

    @Override
    public String message() {
      return String.format(
          Locale.ROOT,
          during
              ? "other processes used %.2f of %d cores on average while forks ran"
              : "the load average before the run was %.2f on %d cores (a build that just ended counts)",
          busyCores,
          cores);
    }
  }

  /**
   * The machine changed its speed, so that the forks of an arm did not have the same one. Others may do that to a
   * virtual machine without a trace in its counts of processor time.
   *
   * @param percent by how much longer the start of the JVMs took in the slowest round than in the fastest
   */
  record UnsteadyMachine(double percent, int fastest, int slowest) implements Warning {

    /** Rounds of a steady machine, with at least {@link #FORKS} forks, differ by less. */
    private static final double STEADY_PERCENT = 20;

    private static final int FORKS = 8;

    static Optional<Warning> of(Study study, Results results) {
      Map<Integer, Double> millis = new TreeMap<>();
      for (List<Fork> round : study.design().plan()) {
        List<Course> courses =
            round.stream().map(results.courses()::get).filter(Objects::nonNull).toList();
        if (courses.size() == round.size() && courses.size() >= FORKS) {
          millis.put(round.get(0).round(), Course.meanStartMillis(courses));
        }
      }
      if (millis.isEmpty()) {
        return Optional.empty();
      }
      var fastest = Collections.min(millis.entrySet(), Map.Entry.comparingByValue());
      var slowest = Collections.max(millis.entrySet(), Map.Entry.comparingByValue());
      double percent = 100 * (slowest.getValue() / fastest.getValue() - 1);
      return percent > STEADY_PERCENT
          ? Optional.of(new UnsteadyMachine(percent, fastest.getKey(), slowest.getKey()))
          : Optional.empty();
    }

    @Override
    public String kind() {
      return "unsteady-machine";
    }

    @Override
    public String message() {
      return String.format(
          Locale.ROOT,
          "the machine changed its speed: starting the JVMs of a fork took %.0f %% longer in round %d than in round %d",
          percent,
          slowest,
          fastest);
    }
  }
}

package dev.poolmark.analysis.calibrate;

import dev.poolmark.analysis.calibrate.Experiment.Trial;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Holm;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Target;
import dev.poolmark.analysis.verdict.CellVerdict;
import dev.poolmark.analysis.verdict.Judge;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is tried, question by question.
 *
 * @param pairs runs drawn in each row
 * @param families reports of {@value #CELLS} cells drawn in each row
 */
record Questions(int pairs, int families) {

  private static final double ALPHA = 1 - DrawnRun.CONFIDENCE;
  private static final Target TARGET = new Target(30, 50);
  private static final int CELLS = 40;
  private static final int MAX_ROUNDS_ADDED = 20;
  private static final double[] SPREADS = {0, 0.01, 0.02, 0.05};

  List<Question> all() {
    return List.of(
        falseAlarms(),
        coverage(),
        power(),
        verdicts(),
        addedRounds(),
        families40(),
        pairing(),
        order());
  }

  private Question falseAlarms() {
    List<Experiment> rows = new ArrayList<>();
    for (Shape shape : Shape.values()) {
      for (int forks : new int[] {3, 5, 10, 20}) {
        double quantile = DrawnRun.jmhQuantile(forks);
        for (double spread : SPREADS) {
          Truth same = new Truth(shape, forks, spread, 0);
          rows.add(row(same, true, (random, counts) -> {
            DrawnRun run = same.draw(random);
            counts[0] += alarm(run.byFork());
            counts[1] += alarm(run.pooled());
            counts[2] += run.jmhErrorBarsApart(quantile) ? 1 : 0;
          }));
        }
      }
    }
    return new Question(
        "False alarms",
        "Both arms are the same. Counted: how often a test at alpha 5 % calls them different."
            + " \"JMH, pooled\" is the same test, with every iteration of every fork as a value of its own,"
            + " as in JMH's interval. \"JMH, error bars apart\" counts how often the two intervals that JMH"
            + " prints, of 99.9 % each, do not touch.",
        List.of("Poolmark", "JMH, pooled", "JMH, error bars apart"),
        Optional.of(Bound.FALSE_ALARMS),
        rows);
  }

  private Question coverage() {
    List<Experiment> rows = new ArrayList<>();
    for (Shape shape : Shape.values()) {
      for (int forks : new int[] {3, 5, 10, 20}) {
        Truth truth = new Truth(shape, forks, 0.02, 40);
        rows.add(row(truth, true, (random, counts) -> {
          DrawnRun run = truth.draw(random);
          counts[0] += covers(run.byFork(), 40);
          counts[1] += covers(run.pooled(), 40);
        }));
      }
    }
    return new Question(
        "Coverage",
        "The candidate saves 40 % in truth. Counted: how often the 95 % interval of the saving holds that.",
        List.of("Poolmark", "JMH, pooled"),
        Optional.of(Bound.COVERAGE),
        rows);
  }

  private Question power() {
    List<Experiment> rows = new ArrayList<>();
    for (Shape shape : Shape.values()) {
      Truth truth = new Truth(shape, 5, 0.02, 5);
      // The drift comes on top of the 2 %.
      rows.add(row(truth, shape != Shape.DRIFTING, (random, counts) -> {
        DrawnRun run = truth.draw(random);
        counts[0] += alarm(run.byFork());
        counts[1] += alarm(run.pooled());
      }));
    }
    return new Question(
        "Power",
        "The candidate saves 5 % in truth. Counted: how often a test at alpha 5 % sees a difference."
            + " JMH's figure is bought with its false alarms. The bound is for a spread of 2 %; a drift adds to"
            + " that, so its row is only shown.",
        List.of("Poolmark", "JMH, pooled"),
        Optional.of(Bound.POWER),
        rows);
  }

  private Question verdicts() {
    List<Experiment> rows = new ArrayList<>();
    for (Shape shape : Shape.values()) {
      for (double saving : new double[] {10, 25, 29, 31, 40, 49, 51, 70}) {
        Truth truth = new Truth(shape, 5, 0.02, saving);
        rows.add(row(truth, true, (random, counts) -> {
          DrawnRun run = truth.draw(random);
          count(verdict(run.byFork()), saving, counts);
          counts[3] += isWrong(verdict(run.pooled()), saving) ? 1 : 0;
        }));
      }
    }
    return new Question(
        "Verdicts of 30-50 %",
        "Counted: how often a cell is called below, within or above where it is another of them.",
        List.of("Poolmark, wrong", "right", "inconclusive", "JMH, pooled, wrong"),
        Optional.of(Bound.WRONG_VERDICTS),
        rows);
  }

  private Question addedRounds() {
    List<Experiment> rows = new ArrayList<>();
    for (double saving : new double[] {25, 28, 29, 31, 32, 48, 49, 51}) {
      Truth truth = new Truth(Shape.NORMAL, 5 + MAX_ROUNDS_ADDED, 0.02, saving);
      String setting =
          String.format(Locale.ROOT, "normal, 5 forks, spread 2 %%, saving %.0f %%", saving);
      rows.add(new Experiment(setting, true, pairs, (random, counts) -> {
        DrawnRun run = truth.draw(random);
        Comparison first = run.first(5).byFork();
        Optional<Integer> more = Judge.roundsToSettle(first, TARGET);
        boolean inconclusive = verdict(first) == CellVerdict.INCONCLUSIVE;
        int rounds = 5;
        if (inconclusive && more.isPresent() && more.get() <= MAX_ROUNDS_ADDED) {
          rounds += more.get();
          counts[3]++;
        }
        count(verdict(run.first(rounds).byFork()), saving, counts);
      }));
    }
    return new Question(
        "Verdicts after the rounds that the report asks for",
        "Each run has 5 rounds. Where the verdict is inconclusive and the report says that at most "
            + MAX_ROUNDS_ADDED
            + " more would settle it, they are added, once, and the verdict is taken from"
            + " all of them. To look twice is to have two chances to err: that is counted here.",
        List.of("Poolmark, wrong", "right", "inconclusive", "rounds were added"),
        Optional.of(Bound.WRONG_VERDICTS),
        rows);
  }

  private Question families40() {
    List<Experiment> rows = new ArrayList<>();
    for (Shape shape : Shape.values()) {
      for (int forks : new int[] {5, 10, 20}) {
        Truth same = new Truth(shape, forks, 0.02, 0);
        Trial trial = (random, counts) -> {
          double[] byFork = new double[CELLS];
          double[] pooled = new double[CELLS];
          for (int cell = 0; cell < CELLS; cell++) {
            DrawnRun run = same.draw(random);
            byFork[cell] = run.byFork().p().orElseThrow();
            pooled[cell] = run.pooled().p().orElseThrow();
          }
          counts[0] += anyBelowAlpha(Holm.adjust(byFork));
          counts[1] += anyBelowAlpha(byFork);
          counts[2] += anyBelowAlpha(Holm.adjust(pooled));
        };
        rows.add(new Experiment(settingOf(same), shape != Shape.BIMODAL, families, trial));
      }
    }
    return new Question(
        "Family-wise error",
        "A report has " + CELLS
            + " cells, and in each both arms are the same. Counted: how often at least one"
            + " of them is called different at alpha 5 %. With forks of two modes, one arm may catch mostly the"
            + " one mode and the other arm the other, and Welch's t then is too sure of itself far out in its"
            + " tail. There the bound is not promised; a cell whose forks show two modes carries a warning.",
        List.of("Poolmark, Holm", "without Holm", "JMH, pooled, Holm"),
        Optional.of(Bound.FAMILY_WISE_ERROR),
        rows);
  }

  private Question pairing() {
    List<Experiment> rows = new ArrayList<>();
    for (double saving : new double[] {0, 5}) {
      for (Shape shape : List.of(Shape.NORMAL, Shape.DRIFTING)) {
        for (int forks : new int[] {3, 5, 10}) {
          for (double spread : new double[] {0, 0.02}) {
            Truth truth = new Truth(shape, forks, spread, saving);
            rows.add(row(truth, true, (random, counts) -> {
              DrawnRun run = truth.draw(random);
              counts[0] += alarm(run.byFork());
              counts[1] += run.pairedP() < ALPHA ? 1 : 0;
            }));
          }
        }
      }
    }
    return new Question(
        "Why the rounds are not paired",
        "The arms of a round could be compared with each other, which takes out what a whole round shares."
            + " It costs half the degrees of freedom: on a steady machine that is power lost, and on one that drifts"
            + " the gain is small or, with few rounds, paid for with false alarms. So the tool does not pair."
            + " Counted: how often a test at alpha 5 % calls the arms"
            + " different, where the saving is nil (fewer is better) and where it is 5 % (more is better).",
        List.of("Welch, as used", "paired by round"),
        Optional.empty(),
        rows);
  }

  private Question order() {
    List<Experiment> rows = new ArrayList<>();
    for (int forks : new int[] {5, 10}) {
      Truth same = new Truth(Shape.DRIFTING, forks, 0.02, 0);
      rows.add(row(same, true, (random, counts) -> {
        DrawnRun inRounds = same.draw(random);
        DrawnRun inJmhOrder = same.drawInJmhOrder(random);
        counts[0] += alarm(inRounds.byFork());
        counts[1] += alarm(inJmhOrder.byFork());
        counts[2] += alarm(inJmhOrder.pooled());
      }));
    }
    return new Question(
        "Why there are rounds",
        "Both arms are the same, and the machine slows down by 5 % during the run. JMH runs all the forks of one"
            + " arm, then all of the other. Counted: how often a test at alpha 5 % calls them different.",
        List.of("Poolmark, in rounds", "Poolmark, in JMH's order", "JMH, pooled, in JMH's order"),
        Optional.empty(),
        rows);
  }

  private Experiment row(Truth truth, boolean promised, Trial trial) {
    return new Experiment(settingOf(truth), promised, pairs, trial);
  }

  private static String settingOf(Truth truth) {
    return String.format(
        Locale.ROOT,
        "%s, %d forks, spread %.0f %%, saving %.0f %%",
        truth.shape().word(),
        truth.forks(),
        100 * truth.spread(),
        truth.savingPercent());
  }

  private static int alarm(Comparison comparison) {
    return comparison.p().orElseThrow() < ALPHA ? 1 : 0;
  }

  private static int covers(Comparison comparison, double saving) {
    Interval interval = comparison.reductionInterval().orElseThrow();
    return interval.low() <= saving && saving <= interval.high() ? 1 : 0;
  }

  private static int anyBelowAlpha(double[] p) {
    for (double each : p) {
      if (each < ALPHA) {
        return 1;
      }
    }
    return 0;
  }

  private static CellVerdict verdict(Comparison comparison) {
    return Judge.ofInterval(comparison.reductionInterval(), Optional.of(TARGET));
  }

  /** Adds to wrong, right or inconclusive. */
  private static void count(CellVerdict verdict, double saving, long[] counts) {
    if (verdict == CellVerdict.INCONCLUSIVE) {
      counts[2]++;
    } else {
      counts[isWrong(verdict, saving) ? 0 : 1]++;
    }
  }

  private static boolean isWrong(CellVerdict verdict, double saving) {
    CellVerdict truth = saving < TARGET.minPercent()
        ? CellVerdict.BELOW
        : saving > TARGET.maxPercent() ? CellVerdict.ABOVE : CellVerdict.WITHIN;
    return verdict != truth && verdict != CellVerdict.INCONCLUSIVE;
  }
}

package dev.poolmark.analysis.choose;

import dev.poolmark.analysis.choose.Contender.Level;
import dev.poolmark.analysis.choose.Standing.Place;
import dev.poolmark.analysis.results.Capabilities;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.GeometricMean;
import dev.poolmark.analysis.stats.Holm;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.DidYouMean;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.table.Text;
import dev.poolmark.analysis.verdict.JudgedRun;
import dev.poolmark.analysis.verdict.Verdict;
import dev.poolmark.analysis.verdict.Warning;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The client to take, or another value of an axis: the fastest in the candidate arm of those that meet the needs. Times are compared by the
 * geometric mean over all cells, with Welch's t on the logarithms of one value a round, and Holm's correction over all
 * pairs of clients that meet the needs. Who cannot be told from the fastest ties with it. Immutable.
 *
 * @param study with the cells that count
 * @param axis whose values are to choose from
 * @param warnings why the answer deserves less trust than it seems to, for people
 * @param standings of every client, the fastest that meets the needs first
 */
public record Choice(
    Study study, String axis, List<Need> needs, List<String> warnings, List<Standing> standings) {

  /** The axis whose values are the clients. */
  public static final String CLIENT = "client";

  /** More rounds than these are no advice. */
  private static final int MAX_ROUNDS = 200;

  /**
   * Chooses from a run.
   *
   * @param axis whose values are to choose from
   * @param scenario the only one that counts; if empty, all do
   * @param only the values of axes that count, {@code AXIS=VALUE[,VALUE]} each; of other axes, all do
   * @throws InputException if an option does not fit the run, or if the run does not say whether a need is met
   */
  public static Choice of(
      JudgedRun run, String axis, Optional<String> scenario, List<String> only, List<Need> needs)
      throws InputException {
    Study all = run.study();
    Study study = (scenario.isPresent() ? only(all, scenario.get()) : all).only(only);
    check(study, axis);
    Verdict verdict = run.verdict();
    Optional<Capabilities> capabilities = run.capabilities();
    List<Contender> contenders = Contenders.of(study, axis, run.results(), verdict, capabilities);
    for (Need need : needs) {
      if (need instanceof Need.Capability capability) {
        check(capability, axis, capabilities);
      }
      if (need instanceof Need.MaxBytes) {
        check(
            contenders,
            Level::bytes,
            "--max-bytes must be of a run with gc.alloc.rate.norm in"
                + " every round: add -prof gc to the jmh options of the study and run it anew");
      }
      if (need instanceof Need.MaxCpu) {
        check(
            contenders,
            Level::cpuMicros,
            "--max-cpu-micros must be of a run with cpuMicros in every round, as those of Poolmark's"
                + " own benchmarks are");
      }
      if (need instanceof Need.MaxPercentile percentile) {
        check(
            contenders,
            level -> level.percentile(percentile.percent()),
            "--max-percentile must be of rounds in single-shot mode with more operations, so that"
                + " one in each fork lies above it: " + percentile.percent());
      }
    }
    return of(study, axis, contenders, needs, warnings(study, verdict));
  }

  private static Study only(Study study, String scenario) throws InputException {
    if (!study.design().benchmarks().containsKey(scenario)) {
      throw new InputException("--scenario must be one of "
          + String.join(", ", study.design().benchmarks().keySet()) + ": " + scenario
          + DidYouMean.hint(scenario, study.design().benchmarks().keySet()));
    }
    return study.only("scenario", List.of(scenario));
  }

  private static void check(Study study, String axis) throws InputException {
    if (!study.design().axes().containsKey(axis)) {
      throw new InputException(
          "--among must be one of " + String.join(", ", study.design().axes().keySet()) + ": "
              + axis + DidYouMean.hint(axis, study.design().axes().keySet()));
    }
    if (study.design().arms().parameter().isEmpty()) {
      throw new InputException(
          "arms.parameter must tell the arms apart; this study compares each cell with itself: "
              + study.name());
    }
    if (study.design().rounds() < 2) {
      throw new InputException("rounds must be >= 2, as a single fork shows no spread: "
          + study.design().rounds());
    }
  }

  private static void check(Need.Capability need, String axis, Optional<Capabilities> capabilities)
      throws InputException {
    if (!axis.equals(CLIENT)) {
      throw new InputException("--needs applies to clients, and must not be combined with --among "
          + axis + ": " + need.setting());
    }
    if (capabilities.isEmpty()) {
      throw new InputException("--needs must be of a run with capabilities.json; this one has none,"
          + " because its jar does not say what its clients can do, or because the run is older"
          + " than that file: " + need.setting());
    }
    if (!capabilities.get().settings().contains(need.setting())) {
      throw new InputException("--needs must be one of "
          + String.join(", ", capabilities.get().settings()) + ": " + need.setting()
          + DidYouMean.hint(need.setting(), capabilities.get().settings()));
    }
  }

  private static void check(
      List<Contender> contenders, Function<Level, Optional<GeometricMean>> figure, String message)
      throws InputException {
    boolean known = contenders.stream()
        .flatMap(contender -> contender.levels().stream())
        .allMatch(level -> figure.apply(level).isPresent());
    if (!known) {
      throw new InputException(message);
    }
  }

  /** Those that are of the times of the candidate arm. */
  private static List<String> warnings(Study study, Verdict verdict) {
    String arm = study.design().arms().candidate().value();
    Set<Cell> counted = Set.copyOf(study.design().cells());
    Stream<String> ofCells = verdict.cells().stream()
        .filter(cell -> counted.contains(cell.cell()))
        .flatMap(cell -> cell.warnings().stream()
            .filter(warning -> isOf(arm, warning))
            .map(warning -> cell.cell().label() + ": " + warning.message()));
    return Stream.concat(verdict.warnings().stream().map(Warning::message), ofCells)
        .toList();
  }

  private static boolean isOf(String arm, Warning warning) {
    if (warning instanceof Warning.UnstableWarmUp warmUp) {
      return warmUp.arm().equals(arm);
    }
    return warning instanceof Warning.BimodalForks forks && forks.arm().equals(arm);
  }

  /** Chooses. */
  static Choice of(
      Study study,
      String axis,
      List<Contender> contenders,
      List<Need> needs,
      List<String> warnings) {
    List<Contender> meeting = new ArrayList<>();
    List<Standing> out = new ArrayList<>();
    for (Contender contender : contenders) {
      List<String> reasons = contender.flaws().isEmpty()
          ? needs.stream().flatMap(need -> need.unmetBy(contender).stream()).toList()
          : contender.flaws();
      if (reasons.isEmpty()) {
        meeting.add(contender);
      } else {
        out.add(standing(study, contender, reasons, Place.OUT));
      }
    }
    List<Standing> standings = new ArrayList<>(ranked(study, meeting));
    standings.addAll(out);
    return new Choice(study, axis, List.copyOf(needs), warnings, List.copyOf(standings));
  }

  /** The names of those that are to be taken: none, one, or several that tie. */
  public List<String> first() {
    return standings.stream()
        .filter(standing -> standing.place() == Place.FIRST)
        .map(standing -> standing.contender().name())
        .toList();
  }

  /** The answer in a few words. */
  String words() {
    List<String> first = first();
    if (first.isEmpty()) {
      return "no " + axis;
    }
    return first.size() == 1
        ? first.get(0)
        : "a tie of " + String.join(", ", first.subList(0, first.size() - 1)) + " and "
            + first.get(first.size() - 1);
  }

  /** What would change the answer, a sentence each. */
  List<String> changes() {
    List<String> changes = new ArrayList<>();
    for (Need need : needs) {
      List<Need> others = needs.stream().filter(each -> !each.equals(need)).toList();
      Choice without = of(study, axis, contenders(), others, warnings);
      if (!without.first().equals(first())) {
        changes.add("Without " + need.option() + " the answer is " + without.words() + ".");
      }
    }
    Optional<Standing> nearest = Optional.empty();
    for (Standing standing : standings) {
      if (standing.behind().isPresent() && standing.place() == Place.FIRST) {
        changes.add(ofTie(standing));
      } else if (standing.behind().isPresent() && nearest.isEmpty()) {
        nearest = Optional.of(standing);
        changes.add(String.format(
            Locale.ROOT,
            "%s, the fastest that is significantly slower than %s, would draw level if it took %.1f %% less time.",
            standing.contender().name(),
            fastest().contender().name(),
            100 * (1 - 1 / standing.behind().get().ratio())));
      }
    }
    return changes;
  }

  private String ofTie(Standing tied) {
    Optional<Integer> rounds = tied.behind().orElseThrow().moreForksToLeaveOut(0, MAX_ROUNDS);
    return String.format(
        Locale.ROOT,
        "%s and %s: only differences of %.1f %% or more were likely to be detected. %s.",
        fastest().contender().name(),
        tied.contender().name(),
        tied.detectablePercent().orElseThrow(),
        rounds
            .map(more -> "About " + Text.count(more, "more round") + " would show the "
                + percent(tied) + " between them, if that is the true difference")
            .orElse("More than " + MAX_ROUNDS + " more rounds would be needed to show the "
                + percent(tied) + " between them"));
  }

  private static String percent(Standing tied) {
    return String.format(Locale.ROOT, "%.1f %%", tied.behindPercent().orElseThrow());
  }

  private Standing fastest() {
    return standings.get(0);
  }

  private List<Contender> contenders() {
    return standings.stream().map(Standing::contender).toList();
  }

  private static List<Standing> ranked(Study study, List<Contender> meeting) {
    if (meeting.isEmpty()) {
      return List.of();
    }
    List<Contender> ranked = meeting.stream()
        .sorted(Comparator.comparingDouble(contender ->
            GeometricMean.of(contender.rounds(), study.aim().confidence()).value()))
        .toList();
    double alpha = 1 - study.aim().confidence();
    int pairs = ranked.size() * (ranked.size() - 1) / 2;
    // The intervals that plan ahead must be as wide as the correction makes them at worst.
    List<Comparison> comparisons = new ArrayList<>();
    for (int i = 0; i < ranked.size(); i++) {
      for (int j = i + 1; j < ranked.size(); j++) {
        comparisons.add(
            Comparison.of(ranked.get(i).rounds(), ranked.get(j).rounds(), 1 - alpha / pairs));
      }
    }
    double[] adjusted = Holm.adjust(
        comparisons.stream().mapToDouble(made -> made.p().orElseThrow()).toArray());
    List<Standing> standings = new ArrayList<>();
    standings.add(standing(study, ranked.get(0), List.of(), Place.FIRST));
    // The first comparisons are those with the fastest.
    for (int i = 1; i < ranked.size(); i++) {
      Comparison behind = comparisons.get(i - 1);
      standings.add(new Standing(
          ranked.get(i),
          Optional.of(GeometricMean.of(ranked.get(i).rounds(), study.aim().confidence())),
          Optional.of(behind),
          Optional.of(adjusted[i - 1]),
          behind.detectableIncreasePercent(alpha / pairs),
          List.of(),
          adjusted[i - 1] < alpha ? Place.SLOWER : Place.FIRST));
    }
    return standings;
  }

  private static Standing standing(
      Study study, Contender contender, List<String> reasons, Place place) {
    return new Standing(
        contender,
        contender.roundMillis().isEmpty()
            ? Optional.empty()
            : Optional.of(GeometricMean.of(contender.rounds(), study.aim().confidence())),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        reasons,
        place);
  }
}

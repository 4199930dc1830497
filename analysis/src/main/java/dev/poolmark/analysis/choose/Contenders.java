package dev.poolmark.analysis.choose;

import dev.poolmark.analysis.choose.Contender.Level;
import dev.poolmark.analysis.results.Capabilities;
import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.stats.GeometricMean;
import dev.poolmark.analysis.study.Arm;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.verdict.CellVerdict;
import dev.poolmark.analysis.verdict.JudgedCell;
import dev.poolmark.analysis.verdict.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** The clients of a run, or other values of an axis, as contenders. */
final class Contenders {

  private Contenders() {}

  /**
   * All of them.
   *
   * @param study with the cells that count
   * @param axis whose values they are
   * @param verdict of those cells and perhaps others
   */
  static List<Contender> of(
      Study study,
      String axis,
      Results results,
      Verdict verdict,
      Optional<Capabilities> capabilities) {
    Set<Cell> counted = Set.copyOf(study.design().cells());
    return study.design().axes().get(axis).stream()
        .map(name -> {
          List<JudgedCell> cells = verdict.cells().stream()
              .filter(cell -> counted.contains(cell.cell()))
              .filter(cell -> name.equals(cell.cell().parameters().get(axis)))
              .toList();
          Map<String, String> settings = capabilities
              .map(all -> all.clients().getOrDefault(name, Map.of()))
              .orElse(Map.of());
          return of(study, results, name, cells, settings);
        })
        .toList();
  }

  private static Contender of(
      Study study,
      Results results,
      String name,
      List<JudgedCell> cells,
      Map<String, String> settings) {
    List<String> flaws = flaws(study, cells);
    if (!flaws.isEmpty()) {
      return new Contender(name, List.of(), List.of(), settings, flaws);
    }
    Arm arm = study.design().arms().candidate();
    List<List<ForkResult>> forks =
        cells.stream().map(cell -> results.of(cell.cell(), arm)).toList();
    List<Double> rounds = IntStream.range(0, study.design().rounds())
        .mapToObj(round -> GeometricMean.of(
                forks.stream().mapToDouble(cell -> cell.get(round).millis()).toArray(),
                study.aim().confidence())
            .value())
        .toList();
    List<Level> levels = IntStream.range(0, cells.size())
        .mapToObj(i -> new Level(cells.get(i).cell(), forks.get(i), study.aim().confidence()))
        .toList();
    return new Contender(name, rounds, levels, settings, flaws);
  }

  /** A void cell is of something else than it says, and the forks that are missing may be the slow ones. */
  private static List<String> flaws(Study study, List<JudgedCell> cells) {
    List<String> flaws = new ArrayList<>();
    for (JudgedCell cell : cells) {
      if (cell.verdict() == CellVerdict.VOID) {
        flaws.add(cell.cell().label() + " is void");
      }
      if (cell.candidate().forks() < study.design().rounds()) {
        flaws.add(cell.cell().label() + " has " + cell.candidate().forks() + " of "
            + study.design().rounds() + " forks; those that are missing may be the slow ones");
      }
    }
    return List.copyOf(flaws);
  }
}

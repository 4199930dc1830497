package dev.poolmark.analysis.report;

import dev.poolmark.analysis.report.IterationSeries.Series;
import dev.poolmark.analysis.results.Course;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.study.Arm;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.table.Column;
import dev.poolmark.analysis.table.Section;
import dev.poolmark.analysis.table.Section.Picture;
import dev.poolmark.analysis.table.Table;
import dev.poolmark.analysis.table.Text;
import dev.poolmark.analysis.verdict.CellColumns;
import dev.poolmark.analysis.verdict.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The parts of a page that show how a run went, fork by fork. */
final class Sections {

  private final Verdict verdict;
  private final Study study;
  private final Results results;
  /** Tells this run's files and pictures from those of others on the same page; may be empty. */
  private final String prefix;

  Sections(Verdict verdict, Results results, String prefix) {
    this.verdict = verdict;
    this.study = verdict.study();
    this.results = results;
    this.prefix = prefix;
  }

  List<Section> all() {
    List<Section> sections = new ArrayList<>();
    curves().ifPresent(sections::add);
    sections.add(savings());
    percentiles().ifPresent(sections::add);
    if (!study.aim().claims().isEmpty()) {
      sections.add(PublishedClaims.section(verdict));
    }
    Measures.section(study, results).ifPresent(sections::add);
    sections.addAll(ModelSections.of(verdict, prefix));
    sections.add(forks());
    iterations().ifPresent(sections::add);
    time().ifPresent(sections::add);
    load().ifPresent(sections::add);
    return sections;
  }

  private Optional<Section> curves() {
    return CurvePlot.svg(prefix + "curves", verdict)
        .map(svg -> new Section(
            "Times",
            List.of(),
            Optional.of(new Picture(
                prefix + "curves.svg",
                svg,
                "Times of both arms as curves; the table of savings has the figures",
                "Geometric means of the forks, with their intervals. Scales that span more than a"
                    + " factor of ten are logarithmic.")),
            List.of()));
  }

  private Optional<Section> percentiles() {
    return PercentilePlot.svg(prefix + "percentiles", study, results)
        .map(svg -> new Section(
            "Latency by percentile",
            List.of(
                "How long the slower calls took, where the benchmark records that. The tables of"
                    + " other measurements have the figures."),
            Optional.of(new Picture(
                prefix + "percentiles.svg",
                svg,
                "Latency over percentile for both arms; the tables of other measurements have the"
                    + " figures",
                "Geometric means of the forks, with their intervals. Each further nine has the same"
                    + " room; max is the slowest call.")),
            List.of()));
  }

  private Section savings() {
    Picture picture = new Picture(
        prefix + "forest.svg",
        ForestPlot.svg(prefix + "forest", verdict),
        "Forest plot of the savings; the table has its figures",
        "One row per cell: the point is the saving, the line its interval, the shaded band the"
            + " target. Circle: within the target, or no target; triangle up: above; triangle down:"
            + " below; open diamond: inconclusive; cross: void." + cut());
    int names = CellColumns.count(study);
    List<Table<?>> tables = new ArrayList<>();
    tables.add(CellColumns.cells(verdict).withoutConstants(names));
    CellColumns.work(verdict).map(table -> table.withoutConstants(names)).ifPresent(tables::add);
    return new Section(
        "Savings",
        List.of((study.design().benchmarks().values().stream()
                    .allMatch(b -> b.metric().isEmpty())
                ? "Times are those of one operation; in single-shot mode, of the whole batch. "
                : "The study compares " + study.compared() + ". ")
            + verdict.differences()
            + " p tests the hypothesis that the arms are the same, corrected over all cells. The"
            + " detectable saving is the smallest one that this many forks with this spread detect"
            + " with 80 % power."),
        Optional.of(picture),
        tables);
  }

  private Section forks() {
    Picture picture = new Picture(
        prefix + "forks.svg",
        ForkDots.svg(prefix + "forks", study, results),
        "Dots of single forks; the table below has their values",
        "One mark per fork. Zero is the geometric mean of the arm's forks; the spread is the"
            + " standard deviation of their logarithms, "
            + study.design().arms().baseline().value() + " first." + cut());
    List<String> columns = cellColumns();
    columns.add("arm");
    IntStream.rangeClosed(1, study.design().rounds())
        .forEach(round -> columns.add("round " + round + ", ms"));
    return new Section(
        "Single forks",
        List.of(
            "The value of a fork is the mean of its measured iterations. Two clusters, or a fork"
                + " far from the others, widen the interval; look for the cause."),
        Optional.of(picture),
        List.of(armTable("Values of single forks", columns, armRows(this::forkValues))));
  }

  private Optional<Section> iterations() {
    return IterationSeries.svg(prefix + "iterations", study, results).map(svg -> {
      int warmUp = longest(Series::warmUp);
      int measured = longest(series -> series.millis().size() - series.warmUp());
      Picture picture = new Picture(
          prefix + "iterations.svg",
          svg,
          "Iterations of every fork; the table below has their medians",
          "One curve per fork; the line in the middle is the geometric mean of the arm's forks."
              + (warmUp > 0
                  ? " Warm-up iterations are shaded."
                  : " The run did not record its warm-up iterations.")
              + " Values beyond the scale run along its edge." + cut());
      List<String> columns = cellColumns();
      columns.add("arm");
      IntStream.rangeClosed(1, warmUp).forEach(i -> columns.add("warm-up " + i + ", ms"));
      IntStream.rangeClosed(1, measured).forEach(i -> columns.add("measured " + i + ", ms"));
      return new Section(
          "Iterations",
          List.of("A series that still falls while it is measured was not warm. The table gives the"
              + " median over the forks; forks.csv has every iteration of every fork."),
          Optional.of(picture),
          List.of(armTable(
              "Medians of the iterations",
              columns,
              armRows((cell, arm) -> medians(cell, arm, warmUp, measured)))));
    });
  }

  private Optional<Section> time() {
    Collection<Course> courses = results.courses().values();
    if (courses.isEmpty()) {
      return Optional.empty();
    }
    double total = sum(courses, Course::totalMillis);
    double work = sum(courses, Course::workMillis);
    double serverWarmUp = sum(courses, course -> course.serverWarmUpMillis().orElse(0L));
    List<List<String>> rows = new ArrayList<>();
    rows.add(part(
        "before each fork: between two of them, and the server's start"
            + (serverWarmUp > 0 ? "" : " and warm-up") + " before the first",
        sum(courses, Course::beforeMillis) - serverWarmUp,
        total));
    if (serverWarmUp > 0) {
      rows.add(part("warm-up of the server, before the first fork", serverWarmUp, total));
    }
    rows.add(
        part("start of JMH's JVM and of the fork's", sum(courses, Course::startMillis), total));
    rows.add(part(
        "first iteration, with the benchmark's set-up and warm-up of its own",
        sum(courses, Course::firstMillis),
        total));
    rows.add(part("the other iterations", sum(courses, Course::restMillis), total));
    rows.add(part("end of the JVMs", sum(courses, Course::endMillis), total));
    rows.add(part("all", total, total));
    String known = courses.size() == results.forks().size()
        ? ""
        : " Known of %d of %d forks.".formatted(courses.size(), results.forks().size());
    return Optional.of(Section.of(
        "Where the time went",
        Text.decimal(100 * work / total, 0) + " % of the wall time was spent in iterations,"
            + " warm-up and set-up included"
            + (serverWarmUp > 0
                ? "; "
                    + Text.decimal(100 * (work + serverWarmUp) / total, 0)
                    + " % with the server's warm-up."
                : ".")
            + known,
        Table.ofWords("Wall time", List.of("part", "seconds", "share"), 1, rows)));
  }

  private static List<String> part(String name, double millis, double totalMillis) {
    return List.of(
        name,
        Text.decimal(millis / 1e3, 1) + " s",
        Text.decimal(100 * millis / totalMillis, 1) + " %");
  }

  private static double sum(Collection<Course> courses, ToLongFunction<Course> part) {
    return courses.stream().mapToLong(part).sum();
  }

  private Optional<Section> load() {
    Map<Integer, List<Course>> rounds = new TreeMap<>();
    for (List<Fork> round : study.design().plan()) {
      for (Fork fork : round) {
        Course course = results.courses().get(fork);
        if (course != null && course.otherCores().isPresent()) {
          rounds.computeIfAbsent(fork.round(), number -> new ArrayList<>()).add(course);
        }
      }
    }
    if (rounds.isEmpty()) {
      return Optional.empty();
    }
    List<List<String>> rows = new ArrayList<>();
    rounds.forEach((round, courses) -> rows.add(List.of(
        String.valueOf(round),
        courses.get(0).began(),
        cores(courses, Course::otherCores, false),
        cores(courses, Course::otherCores, true),
        cores(courses, Course::stolenCores, true),
        Text.decimal(Course.meanStartMillis(courses), 0))));
    return Optional.of(Section.of(
        "Other load on the machine",
        "Cores that other processes kept busy while a fork ran: near 0 on a quiet machine. Starting"
            + " the JVMs of a fork is the same work in each round: where it took longer, the machine was"
            + " slower.",
        Table.ofWords(
            "Other load by round",
            List.of(
                "round",
                "first fork began",
                "others, mean cores",
                "others, maximum in a fork",
                "stolen by the hypervisor, maximum in a fork",
                "start of the JVMs, mean ms"),
            2,
            rows)));
  }

  private static String cores(
      List<Course> courses, Function<Course, Optional<Double>> cores, boolean most) {
    var statistics = courses.stream()
        .flatMap(course -> cores.apply(course).stream())
        .collect(Collectors.summarizingDouble(Double::doubleValue));
    if (statistics.getCount() == 0) {
      return "unknown";
    }
    return Text.decimal(most ? statistics.getMax() : statistics.getAverage(), 2);
  }

  /** Columns that name a row end with the arm; those that say the same in every row go to the caption. */
  private Table<List<String>> armTable(
      String caption, List<String> columns, List<List<String>> rows) {
    int names = CellColumns.count(study) + 1;
    return Table.ofWords(caption, columns, names, rows).withoutConstants(names);
  }

  private interface ArmValues {
    List<String> of(Cell cell, Arm arm);
  }

  private List<String> cellColumns() {
    List<String> columns = new ArrayList<>(List.of("scenario"));
    columns.addAll(study.design().axes().keySet());
    return columns;
  }

  private List<List<String>> armRows(ArmValues values) {
    List<List<String>> rows = new ArrayList<>();
    for (Cell cell : Axes.pictured(study)) {
      for (Arm arm : study.design().arms().both()) {
        List<String> row = new ArrayList<>(List.of(cell.scenario()));
        row.addAll(cell.parameters().values());
        row.add(arm.value());
        row.addAll(values.of(cell, arm));
        rows.add(row);
      }
    }
    return rows;
  }

  private List<String> forkValues(Cell cell, Arm arm) {
    Map<Integer, String> byRound = results.forksOf(cell, arm).stream()
        .collect(Collectors.toMap(
            Fork::round, fork -> Text.figures(results.forks().get(fork).millis())));
    return IntStream.rangeClosed(1, study.design().rounds())
        .mapToObj(round -> byRound.getOrDefault(round, Column.UNKNOWN))
        .toList();
  }

  private List<String> medians(Cell cell, Arm arm, int warmUp, int measured) {
    List<Series> all = IterationSeries.seriesOf(results, cell, arm);
    return IntStream.range(0, warmUp + measured)
        .mapToObj(place -> median(
            all.stream()
                .map(series -> place < warmUp ? place : place - warmUp + series.warmUp())
                .toList(),
            all,
            place < warmUp))
        .toList();
  }

  /** The median over the series, each at its own place; a dash where no series has one. */
  private static String median(List<Integer> places, List<Series> all, boolean warmUp) {
    double[] values = IntStream.range(0, all.size())
        .filter(i ->
            places.get(i) < (warmUp ? all.get(i).warmUp() : all.get(i).millis().size()))
        .mapToDouble(i -> all.get(i).millis().get(places.get(i)))
        .sorted()
        .toArray();
    if (values.length == 0) {
      return Column.UNKNOWN;
    }
    int middle = values.length / 2;
    return Text.figures(
        values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2);
  }

  private int longest(Function<Series, Integer> length) {
    return Axes.pictured(study).stream()
        .flatMap(cell -> study.design().arms().both().stream()
            .flatMap(arm -> IterationSeries.seriesOf(results, cell, arm).stream()))
        .mapToInt(length::apply)
        .max()
        .orElse(0);
  }

  private String cut() {
    int cells = study.design().cells().size();
    return cells <= Axes.MAX_CELLS
        ? ""
        : " Shown are the first %d of %d cells; cells.csv and forks.csv have all."
            .formatted(Axes.MAX_CELLS, cells);
  }
}

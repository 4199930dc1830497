package dev.poolmark.analysis.verdict;

import dev.poolmark.analysis.results.Json;
import dev.poolmark.analysis.table.Table;
import java.util.LinkedHashMap;
import java.util.Map;

/** A verdict as {@code verdict.json} and for the terminal. Figures have eight significant digits; an unknown one is null. */
public final class VerdictFile {

  private VerdictFile() {}

  /** {@code verdict.json}. */
  public static String format(Verdict verdict) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("study", verdict.study().name());
    fields.put("headline", verdict.headline());
    fields.put("claim", verdict.study().aim().finding() ? null : verdict.study().claimWords());
    fields.put("target", verdict.study().aim().target().orElse(null));
    fields.put("confidence", verdict.study().aim().confidence());
    fields.put("cells", CellColumns.cells(verdict).objects());
    fields.put("missing", verdict.missing());
    fields.put("verdict", verdict.verdict());
    fields.put("warnings", verdict.warnings().stream().map(Warning::note).toList());
    return Json.format(fields);
  }

  /** The answer, what it says of the claim, the tables, and what to know of them; lines end with a newline. */
  public static String text(Verdict verdict) {
    StringBuilder text = new StringBuilder();
    text.append(verdict.headline()).append(".\n").append(verdict.judgement()).append("\n\n");
    int names = CellColumns.count(verdict.study());
    Table<JudgedCell> cells = CellColumns.cells(verdict).withoutConstants(names);
    text.append(cells.caption()).append(":\n").append(cells.text());
    text.append(verdict.differences()).append('\n');
    CellColumns.work(verdict)
        .map(work -> work.withoutConstants(names))
        .ifPresent(
            work -> text.append('\n').append(work.caption()).append(":\n").append(work.text()));
    verdict.notes().forEach(note -> text.append("warning: ").append(note).append('\n'));
    verdict
        .missing()
        .forEach(missing -> text.append("missing: ").append(missing).append('\n'));
    return text.toString();
  }
}

package dev.poolmark.analysis.report;

import dev.poolmark.analysis.calibrate.CalibrationPage;
import dev.poolmark.analysis.table.Text;
import dev.poolmark.analysis.verdict.CellColumns;
import dev.poolmark.analysis.verdict.JudgedRun;
import dev.poolmark.analysis.verdict.VerdictFile;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Verdicts as files that can be published. The same input gives the same bytes. */
public final class Report {

  private Report() {}

  /**
   * The report of one run, to stand in its folder: {@code report.html}, {@code report.md}, the pictures, the tables
   * and {@code SHA256SUMS}, by file name.
   */
  public static Map<String, String> files(JudgedRun run) {
    return files(Map.of("", run));
  }

  /**
   * One report of several runs.
   *
   * @param runs by the names that tell them apart, which begin the names of their files; one name may be empty
   */
  public static Map<String, String> files(Map<String, JudgedRun> runs) {
    return files(runs, "");
  }

  /** {@code calibrate.html}, with the look of a report. */
  public static String html(CalibrationPage page) {
    StringOutput html = new StringOutput();
    JtecalibrateGenerated.render(new OwaspHtmlTemplateOutput(html), null, page);
    return html.toString();
  }

  /** The same with a link to a page over all runs, unless that is empty. */
  static Map<String, String> files(Map<String, JudgedRun> runs, String index) {
    List<Page> pages = new ArrayList<>();
    runs.forEach((name, run) -> pages.add(Page.of(name, run)));
    StringOutput html = new StringOutput();
    JtereportGenerated.render(new OwaspHtmlTemplateOutput(html), null, pages, index);
    StringOutput markdown = new StringOutput();
    JtereportmdGenerated.render(markdown, null, pages);
    Map<String, String> files = new LinkedHashMap<>();
    files.put("report.html", html.toString());
    files.put("report.md", Text.spaced(markdown.toString()));
    for (Page page : pages) {
      page.answers().forEach(picture -> files.put(picture.file(), picture.svg()));
      page.sections().stream()
          .flatMap(section -> section.picture().stream())
          .forEach(picture -> files.put(picture.file(), picture.svg()));
    }
    runs.forEach((name, run) -> {
      String prefix = name.isEmpty() ? "" : name + "-";
      files.put(prefix + "verdict.json", VerdictFile.format(run.verdict()));
      files.put(prefix + "cells.csv", CellColumns.cells(run.verdict()).csv());
      files.put(prefix + "forks.csv", Csv.forks(run.study(), run.results()));
      files.put(prefix + "SHA256SUMS", run.checksums());
    });
    return files;
  }
}

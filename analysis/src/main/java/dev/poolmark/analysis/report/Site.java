package dev.poolmark.analysis.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.poolmark.analysis.results.Json;
import dev.poolmark.analysis.verdict.JudgedRun;
import dev.poolmark.analysis.verdict.StudyVerdict;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One page over several runs, with a report of each. The same input gives the same bytes.
 *
 * @param runs the newest first
 */
public record Site(List<Entry> runs) {

  /** Where a report links to the page over all runs. */
  static final String INDEX = "../index.html";

  /**
   * A run on the page over all runs.
   *
   * @param name of its folder
   * @param answer the headline of its report
   * @param certainty what the answer means for the study's claim
   * @param verdict the word in {@code verdict.json}
   */
  public record Entry(
      String name,
      String question,
      String answer,
      String certainty,
      StudyVerdict verdict,
      String date,
      String machine,
      String jdk,
      int forks,
      String report,
      @JsonIgnore String picture) {

    static Entry of(String name, JudgedRun run, Page page) {
      return new Entry(
          name,
          run.study().question(),
          run.verdict().headline(),
          run.verdict().judgement(),
          run.verdict().verdict(),
          run.environment().date(),
          run.environment().cpu().cores() + " x " + run.environment().cpu().model(),
          run.environment().jdk().version(),
          run.results().forks().size(),
          name + "/report.html",
          name + "/" + page.answers().get(0).file());
    }
  }

  /**
   * The files of the site, by their paths.
   *
   * @param runs by the names of their folders, which must differ
   */
  public static Map<String, String> files(Map<String, JudgedRun> runs) {
    Map<String, String> files = new LinkedHashMap<>();
    runs.forEach((name, run) -> Report.files(Map.of("", run), INDEX)
        .forEach((file, text) -> files.put(name + "/" + file, text)));
    Site site = new Site(runs.entrySet().stream()
        .map(run -> Entry.of(run.getKey(), run.getValue(), Page.of("", run.getValue())))
        .sorted((one, other) -> other.date().compareTo(one.date()))
        .toList());
    StringOutput html = new StringOutput();
    JtesiteGenerated.render(new OwaspHtmlTemplateOutput(html), null, site);
    files.put("index.html", html.toString());
    files.put("index.json", Json.format(site.runs()));
    return files;
  }
}

package dev.poolmark.analysis.report;

import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.verdict.Verdict;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.util.LinkedHashMap;
import java.util.Map;

/** A verdict as files that can be published. The same input gives the same bytes. */
public final class Report {

  private final Page page;

  private Report(Page page) {
    this.page = page;
  }

  /** Makes the report. */
  public static Report of(Verdict verdict, Results results, Environment environment) {
    return new Report(Page.of(verdict, results, environment));
  }

  /** File names and contents: {@code report.html}, {@code report.md}, {@code forest.svg}. */
  public Map<String, String> files() {
    StringOutput html = new StringOutput();
    JtereportGenerated.render(new OwaspHtmlTemplateOutput(html), null, page);
    StringOutput markdown = new StringOutput();
    JtereportmdGenerated.render(markdown, null, page);
    Map<String, String> files = new LinkedHashMap<>();
    files.put("report.html", html.toString());
    files.put("report.md", markdown.toString());
    files.put("forest.svg", page.plot());
    return files;
  }
}

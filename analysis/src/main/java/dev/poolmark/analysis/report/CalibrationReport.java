package dev.poolmark.analysis.report;

import dev.poolmark.analysis.calibrate.CalibrationPage;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;

/** The calibration as a page with the look of a report. */
public final class CalibrationReport {

  private CalibrationReport() {}

  /** {@code calibrate.html}. */
  public static String html(CalibrationPage page) {
    StringOutput html = new StringOutput();
    JtecalibrateGenerated.render(new OwaspHtmlTemplateOutput(html), null, page);
    return html.toString();
  }
}

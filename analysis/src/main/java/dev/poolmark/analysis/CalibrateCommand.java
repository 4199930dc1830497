package dev.poolmark.analysis;

import dev.poolmark.analysis.calibrate.Calibration;
import dev.poolmark.analysis.calibrate.CalibrationPage;
import dev.poolmark.analysis.report.Report;
import dev.poolmark.analysis.results.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code poolmark calibrate}. */
@Command(
    name = "calibrate",
    description = "Tries the statistics on data whose truth is known; writes calibrate.html,"
        + " calibrate.md and calibrate.json.",
    footer = {"", "Exit status: 0 every promised bound holds, 1 one does not, 2 wrong usage."})
final class CalibrateCommand implements Callable<Integer> {

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "results/calibrate",
      description = "Where to write; default: ${DEFAULT-VALUE}.")
  private Path dir;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Files.createDirectories(dir);
    Calibration calibration = Calibration.run();
    CalibrationPage page = CalibrationPage.of(calibration);
    RunFolder.write(dir.resolve("calibrate.html"), Report.html(page));
    RunFolder.write(dir.resolve("calibrate.md"), page.markdown());
    RunFolder.write(dir.resolve("calibrate.json"), calibration.json());
    spec.commandLine().getOut().print(calibration.summary());
    spec.commandLine().getOut().println("Written: " + dir.resolve("calibrate.html"));
    return calibration.holds() ? Poolmark.HOLDS : Poolmark.DOES_NOT_HOLD;
  }
}

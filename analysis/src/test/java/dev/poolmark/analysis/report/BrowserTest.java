package dev.poolmark.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a real browser: Chromium where there is one, else skipped. */
@Timeout(120)
class BrowserTest {

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

  /** Tells what only a browser knows; the report itself has no scripts. */
  private static final String PROBE = """
      <script>
      addEventListener('load', () => {
        const page = document.documentElement;
        const plots = [...document.querySelectorAll('svg')];
        const wide = plots.filter(plot => plot.getBoundingClientRect().width > 300).length;
        let outside = 0, overlaps = 0;
        for (const plot of plots) {
          const box = plot.getBoundingClientRect();
          const texts = [...plot.querySelectorAll('text')].map(t => t.getBoundingClientRect());
          outside += texts.filter(t => t.left < box.left || t.right > box.right).length;
          overlaps += texts.filter((a, i) => texts.some((b, j) => i < j && a.left < b.right
              && b.left < a.right && a.top + 1 < b.bottom && b.top + 1 < a.bottom)).length;
        }
        const tables = [...document.querySelectorAll('.scroll')];
        const reached = tables.filter(t => { t.focus(); return document.activeElement === t; }).length;
        parent.postMessage('width=' + innerWidth + ' overflow=' + (page.scrollWidth - page.clientWidth)
            + ' plots=' + wide + ' tables=' + (reached === tables.length ? reached : 'unreachable')
            + ' marks=' + document.querySelectorAll('.fp-mark').length
            + ' outside=' + outside + ' overlaps=' + overlaps
            + ' requests=' + performance.getEntriesByType('resource').length, '*');
      });
      </script>
      """;

  /** A frame, because a window of the browser's own has a smallest width above that of a phone. */
  private static final String FRAME = """
      <script>onmessage = message => document.documentElement.setAttribute('probe', message.data)</script>
      <iframe src="page.html" style="border:0" width="%d" height="844"></iframe>
      """;

  @TempDir
  private Path dir;

  /** The page after loading, and what the browser logged. */
  private record Loaded(String dom, String log) {}

  @BeforeEach
  void needsChromium() {
    assumeTrue(Files.isExecutable(CHROMIUM), "skipped: there is no " + CHROMIUM);
  }

  @ParameterizedTest
  @ValueSource(ints = {390, 1200})
  void isWholeAndFitsTheScreen(int width) throws Exception {
    String html = GoldenTest.files().get("report.html");
    Loaded loaded = load(html.replace("</body>", PROBE + "</body>"), width);

    assertThat(loaded.dom())
        .contains("probe=\"width=" + width
            + " overflow=0 plots=3 tables=8 marks=8 outside=0 overlaps=0 requests=0\"");
    assertThat(loaded.log()).doesNotContain("CONSOLE");
  }

  @ParameterizedTest
  @ValueSource(ints = {390, 1200})
  void surfacesAreLegible(int width) throws Exception {
    String html = ModelReportTest.files(ModelReportTest.world()).get("report.html");
    Loaded loaded = load(html.replace("</body>", PROBE + "</body>"), width);

    assertThat(loaded.dom())
        .contains("probe=\"width=" + width
            + " overflow=0 plots=7 tables=8 marks=115 outside=0 overlaps=0 requests=0\"");
    assertThat(loaded.log()).doesNotContain("CONSOLE");
  }

  @ParameterizedTest
  @ValueSource(ints = {390, 1200})
  void theCalibrationFitsTheScreen(int width) throws Exception {
    String html = Files.readString(Path.of("published", "calibrate", "calibrate.html"));
    Loaded loaded = load(html.replace("</body>", PROBE + "</body>"), width);

    assertThat(loaded.dom())
        .contains("probe=\"width=" + width + " overflow=0 plots=0 tables=9 ", " requests=0\"");
    assertThat(loaded.log()).doesNotContain("CONSOLE");
  }

  /** The most columns that a picture has, with figures as long as they may be. */
  @Test
  void sevenColumnsDoNotOverlap() throws Exception {
    String html = ModelReportTest.files(ModelReportTest.columns(7)).get("report.html");
    Loaded loaded = load(html.replace("</body>", PROBE + "</body>"), 390);

    assertThat(loaded.dom()).contains(" overflow=0 plots=4 ", " outside=0 overlaps=0 ");
  }

  @Test
  void wouldNoticeWhatIsWrong() throws Exception {
    Loaded loaded = load(
        "<body><div class='scroll' style='width:2000px'>x</div><img src='http://127.0.0.1:9/x.png'>"
            + "<svg width='400' height='400'><text y='9'>one</text><text y='9' x='399'>two</text>"
            + "<text y='9' x='2'>three</text></svg>"
            + "<script>console.error('bad')</script>" + PROBE + "</body>",
        390);

    assertThat(loaded.dom())
        .containsPattern(
            "overflow=1\\d\\d\\d plots=1 tables=unreachable marks=0 outside=1 overlaps=1 requests=1");
    assertThat(loaded.log()).contains("CONSOLE", "bad");
  }

  private Loaded load(String html, int width) throws IOException, InterruptedException {
    Files.writeString(dir.resolve("page.html"), html);
    Path frame = dir.resolve("frame.html");
    Files.writeString(frame, FRAME.formatted(width));
    Path log = dir.resolve("log");
    Process process = new ProcessBuilder(
            CHROMIUM.toString(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--enable-logging=stderr",
            "--user-data-dir=" + Files.createTempDirectory(dir, "profile"),
            "--window-size=1400,900",
            "--dump-dom",
            frame.toUri().toString())
        .redirectError(log.toFile())
        .start();
    try (InputStream in = process.getInputStream()) {
      String dom = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).isZero();
      return new Loaded(dom, Files.readString(log));
    }
  }
}

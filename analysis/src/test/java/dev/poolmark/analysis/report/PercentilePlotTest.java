package dev.poolmark.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.verdict.JudgedRun;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PercentilePlotTest {

  @Test
  void everyCellHasAPanelAndEveryPercentileAPlace() throws Exception {
    String svg = plot("open-loop").orElseThrow();

    for (String rate : new String[] {"50", "200", "350", "500", "650"}) {
      assertThat(svg).containsOnlyOnce(">rate " + rate + "</text>");
    }
    for (String tick : new String[] {"p50", "p90", "p99", "max"}) {
      assertThat(svg.split(">" + tick + "</text>", -1)).hasSize(1 + 5);
    }
    // A curve of each arm in each panel, and the legend.
    assertThat(svg.split("class=\"fp-curve fp-base\" d=\"M[^L\"]+L", -1)).hasSize(1 + 5);
    assertThat(svg.split("class=\"fp-curve fp-cand\" d=\"M[^L\"]+L", -1)).hasSize(1 + 5);
    assertThat(svg).doesNotContain("NaN", "Infinity");
  }

  @Test
  void thereIsNoneWithoutPercentilesOrForTooManyCells() throws Exception {
    assertThat(plot("quick")).isEmpty();
    assertThat(plot("stale")).isEmpty();
  }

  private static Optional<String> plot(String run) throws Exception {
    JudgedRun judged = JudgedRun.read(new RunFolder(Path.of("published", run)));
    return PercentilePlot.svg("p", judged.study(), judged.results());
  }
}

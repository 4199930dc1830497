package dev.poolmark.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.analysis.results.Capabilities;
import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.Environment.Commit;
import dev.poolmark.analysis.results.Environment.Conditions;
import dev.poolmark.analysis.results.Environment.Cpu;
import dev.poolmark.analysis.results.Environment.Jar;
import dev.poolmark.analysis.results.Environment.Jdk;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.study.StudyFile;
import dev.poolmark.analysis.verdict.Judge;
import dev.poolmark.analysis.verdict.JudgedRun;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** Whatever a study or a machine is called, it stays text. */
class EscapeTest {

  private static final String HOSTILE = "<img src=x onerror=alert(1)>&\"a|b`*_[c](d)";

  @Test
  void textStaysText() throws Exception {
    Study study = StudyFile.parse("f", """
        name: hostile
        question: '%1$s'
        benchmarks: {a: {benchmark: x.A, parameters: {size: '%1$s'}, jmh: ['%1$s']}}
        parameters: {client: ['%1$s', other]}
        arms: {parameter: reuse, baseline: {value: '%1$s'}, candidate: {value: '%1$s on'}}
        rounds: 2
        seed: 1
        target: {minPercent: 30, maxPercent: 50}
        confidence: 0.95
        method: ['%1$s']
        limits: ['%1$s']
        """.formatted(HOSTILE));
    Results results = new Results(Map.of(), List.of(HOSTILE));
    Environment environment = new Environment(
        HOSTILE,
        HOSTILE,
        new Jar(HOSTILE, HOSTILE),
        new Cpu(HOSTILE, 1),
        1,
        HOSTILE,
        HOSTILE,
        new Jdk(HOSTILE, HOSTILE, HOSTILE),
        Map.of(HOSTILE, HOSTILE),
        -1,
        Map.of(HOSTILE, new Jdk(HOSTILE, HOSTILE, HOSTILE)),
        new Conditions(
            Optional.of(HOSTILE),
            Optional.of(true),
            Optional.of(1.5),
            Optional.of(1L),
            Map.of(HOSTILE, HOSTILE)),
        Optional.of(new Commit(HOSTILE, true)));
    Map<String, String> files = Report.files(new JudgedRun(
        Judge.judge(study, results, environment),
        results,
        environment,
        Optional.of(new Capabilities(Map.of(HOSTILE, Map.of(HOSTILE, HOSTILE)))),
        HOSTILE));

    assertThat(files.get("report.html")).contains("&lt;img src=x").doesNotContain("<img");
    assertThat(files.get("report.md"))
        .contains("&lt;img src=x onerror=alert(1)&gt;&amp;\"a\\|b\\`\\*\\_\\[c\\](d)")
        .doesNotContain("<img");
    String svg = files.get("forest.svg");
    assertThat(svg).contains("&lt;img").doesNotContain("<img");
    assertThat(DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)))
            .getElementsByTagName("text")
            .getLength())
        .isPositive();
  }
}

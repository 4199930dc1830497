package dev.poolmark.analysis.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.analysis.results.Course;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On what JMH 1.37 prints. */
class JmhOutputTest {

  private static final List<String> PARTS = List.of(
      "# JMH version: 1.37\n# Warmup: 2 iterations, single-shot each\n",
      "# Fork: 1 of 1\n",
      "# Warmup Iteration   1: ",
      "# Driven without delays for 1.0 s: 3 batches, at best 3.0/s, not settled\n",
      "232.655 ms/op\n# Warmup Iteration   2: ",
      "91,5 ms/op\nIteration   1: ",
      "95.042 ms/op\n                 connections:  1.000 #\n\n",
      "Iteration   2: ",
      "181.204 ms/op\n",
      "Benchmark result is saved to x.json\n");

  private static final long SECOND = 1_000_000_000L;

  @Test
  void tellsWhenIterationsBeganAndTheLastEnded() throws Exception {
    assertThat(read(PARTS).iterationNanos())
        .containsExactly(3 * SECOND, 5 * SECOND, 6 * SECOND, 8 * SECOND, 9 * SECOND);
  }

  @Test
  void tellsWhatWarmUpIterationsTook() throws Exception {
    assertThat(read(PARTS).warmUpMillis()).containsExactly(232.655, 91.5);
  }

  @Test
  void readsOtherUnitsAndSampleMode() throws Exception {
    List<Double> millis = read(List.of(
            "# Warmup Iteration   1: 250.000 ops/s\n",
            "# Warmup Iteration   2: n = 10, mean = 7 us/op, p0.00 = 3.5 us/op\n",
            "# Warmup Iteration   3: 1.5 s/op\n"))
        .warmUpMillis();

    // The second has no decimals, which JMH never prints: rather nothing than a wrong series.
    assertThat(millis).isEmpty();
    assertThat(read(List.of(
                "# Warmup Iteration   1: 250.000 ops/s\n",
                "# Warmup Iteration   2: n = 10, mean = 7.250 us/op, p0.00 = 3.500 us/op\n",
                "# Warmup Iteration   3: 1.500 s/op\n"))
            .warmUpMillis())
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-9 ? 0 : Double.compare(a, b))
        .containsExactly(4.0, 0.00725, 1500.0);
  }

  /** A warm-up iteration has its score; what follows a measured one are percentiles. */
  @ParameterizedTest
  @ValueSource(strings = {"\u00b1", "?", "\ufffd\ufffd"})
  void readsTheScoreOfSampleModeAndNotItsErrorOrPercentiles(String sign) throws Exception {
    JmhOutput output = read(List.of(
        "# Warmup Iteration   1: ",
        "3.815 " + sign + "(99.9%) 0.572 ms/op\n# Warmup Iteration   2: ",
        "3,997 " + sign + "(99,9%) 1,115 ms/op\nIteration   1: ",
        "4.172 " + sign + "(99.9%) 1.096 ms/op\n                 p0.00:   3.072 ms/op\n",
        "                 p1.00:   29.622 ms/op\n"));

    assertThat(output.warmUpMillis()).containsExactly(3.815, 3.997);
    assertThat(output.iterationNanos()).containsExactly(SECOND, 2 * SECOND, 3 * SECOND, 4 * SECOND);
  }

  @Test
  void whatIsNotPrintedIsNotKnown() throws Exception {
    JmhOutput output = read(List.of("# Warmup Iteration   1: ≈ 10⁻³ ms/op\nIteration   1: "));
    assertThat(output.warmUpMillis()).isEmpty();
    assertThat(read(List.of("connection refused\n")).iterationNanos()).isEmpty();
  }

  @Test
  void theTimesOfACourseLeaveNoGap() throws Exception {
    Course course = Forks.course(
        read(PARTS),
        Instant.parse("2026-11-25T10:00:00.7Z"),
        List.of(-2 * SECOND, SECOND / 2, 12 * SECOND),
        Optional.of(1500L),
        Optional.of(0.12345),
        Optional.empty());

    assertThat(course)
        .isEqualTo(new Course(
            "2026-11-25T10:00:00Z",
            2500,
            Optional.of(1500L),
            2500,
            2000,
            4000,
            3000,
            List.of(232.655, 91.5),
            Optional.of(0.123),
            Optional.empty()));
    assertThat(course.totalMillis()).isEqualTo(14_000);
    assertThat(course.workMillis()).isEqualTo(6_000);
  }

  @Test
  void withoutIterationsAllTheTimeWentIntoTheStart() throws Exception {
    Course course = Forks.course(
        read(List.of("connection refused\n")),
        Instant.EPOCH,
        List.of(0L, SECOND, 3 * SECOND),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());

    assertThat(course.startMillis()).isEqualTo(2000);
    assertThat(course.workMillis() + course.endMillis()).isZero();
  }

  /** The parts arrive one second after the other, the first after one. */
  private static JmhOutput read(List<String> parts) throws IOException {
    AtomicLong seconds = new AtomicLong(-1);
    return JmhOutput.read(new Pieces(parts), () -> seconds.incrementAndGet() * SECOND);
  }

  /** Gives one part at each read. */
  private static final class Pieces extends InputStream {

    private final List<String> parts;
    private int next;

    private Pieces(List<String> parts) {
      this.parts = parts;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return next == parts.size()
          ? -1
          : new ByteArrayInputStream(parts.get(next++).getBytes(StandardCharsets.UTF_8))
              .read(target, offset, length);
    }

    @Override
    public int available() {
      return 0;
    }
  }
}

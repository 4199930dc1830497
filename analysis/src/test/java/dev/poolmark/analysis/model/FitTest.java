package dev.poolmark.analysis.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.poolmark.analysis.model.ConnectionCost.Call;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Profile;
import dev.poolmark.analysis.study.Profile.Tls;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fit, in worlds whose truth is known. */
class FitTest {

  private static final String TLS_1_2 = "+tls=1.2";
  private static final String TLS_1_3 = "+tls=1.3";
  private static final double NOISE = 0.02;

  @Test
  void withoutNoiseItFindsTheTruth() throws InputException {
    Fit fit =
        ModelWorld.grid(0, 1, "", TLS_1_2, TLS_1_3, "+tls=1.3+resumption=on").fit();

    ConnectionCost cost = fit.cost().orElseThrow();
    assertThat(cost.callMillis()).isCloseTo(0.4, within(1e-9));
    assertThat(cost.setUpMillis()).hasSize(4);
    cost.setUpMillis()
        .forEach((tls, millis) -> assertThat(millis)
            .as(tls.word())
            .isCloseTo(ModelWorld.TRUTH.setUpMillis().get(tls), within(1e-9)));
    assertThat(fit.largestErrorPoints()).isLessThan(1e-9);
    assertThat(fit.outliers()).isEmpty();
  }

  /** RTT 8 ms, S 5 ms, two round trips of the handshake: 13.4 ms and 24 + 2.6 ms more, by hand. */
  @Test
  void theFormulaIsAsWritten() {
    Profile profile = new Profile(8, 5, Tls.TLS_1_2);

    assertThat(ModelWorld.TRUTH.pooledMillis(profile)).isCloseTo(13.4, within(1e-9));
    assertThat(ModelWorld.TRUTH.connectingMillis(profile)).isCloseTo(40, within(1e-9));
    assertThat(ModelWorld.TRUTH.savingPercent(profile)).isCloseTo(66.5, within(1e-9));
    assertThat(ModelWorld.TRUTH.connectingMillis(new Profile(8, 5, Tls.PLAIN)))
        .isCloseTo(21.7, within(1e-9));
    assertThat(Stream.of(Tls.values()).map(Tls::roundTrips)).containsExactly(0, 2, 1, 1, 1);
  }

  /**
   * The noise of a cell's arm is relative: sigma = noise / sqrt(rounds). The weighted median of the rests then has the
   * standard error sqrt(pi / 2) x sigma / sqrt(sum of 1 / t^2), and four of them bound it in all of these seeds.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void recoversTheTruthWithinTheNoise(long seed) throws InputException {
    ModelWorld world = ModelWorld.grid(NOISE, seed, TLS_1_2, TLS_1_3);
    Fit fit = world.fit();

    double error = standardError(fit, Optional.empty());
    ConnectionCost cost = fit.cost().orElseThrow();
    assertThat(error).isBetween(0.001, 0.04);
    assertThat(cost.callMillis()).isCloseTo(ModelWorld.TRUTH.callMillis(), within(4 * error));
    for (Tls tls : List.of(Tls.TLS_1_2, Tls.TLS_1_3)) {
      double both = Math.hypot(error, standardError(fit, Optional.of(tls)));
      assertThat(both).isBetween(0.01, 0.2);
      assertThat(cost.setUpMillis().get(tls))
          .isCloseTo(ModelWorld.TRUTH.setUpMillis().get(tls), within(4 * both));
    }
    // A saving of s is off by (1 - s) x sqrt(2) x sigma; the largest of 36 by some three of these.
    double points = 100 * Math.sqrt(2) * NOISE / Math.sqrt(ModelWorld.ROUNDS);
    assertThat(fit.medianErrorPoints()).isBetween(0.05, points);
    assertThat(fit.largestErrorPoints()).isBetween(fit.medianErrorPoints(), 4 * points);
    assertThat(fit.outliers()).isEmpty();
  }

  private static double standardError(Fit fit, Optional<Tls> kind) {
    double weights = 0;
    for (ModelledCell cell : fit.cells()) {
      boolean counts = kind.isEmpty() || fit.model().profileOf(cell.cell()).tls() == kind.get();
      if (cell.calibrates() && counts) {
        var arm = kind.isEmpty() ? cell.candidate() : cell.baseline();
        weights += Math.pow(5 / arm.millis(), 2);
      }
    }
    return Math.sqrt(Math.PI / 2) * NOISE / Math.sqrt(ModelWorld.ROUNDS) / Math.sqrt(weights);
  }

  /** Every cell once, be it among those that calibrate or not; each time it, and only it, is named. */
  @Test
  void namesTheInjectedOutlierAndOnlyIt() throws InputException {
    ModelWorld world = ModelWorld.grid(NOISE, 11, TLS_1_2, TLS_1_3);
    Set<Boolean> uses = new HashSet<>();
    for (Cell wrong : world.study().design().cells()) {
      for (String arm : List.of("connection-per-request", "pooled")) {
        Fit fit = world
            .withOff((cell, of) -> cell.equals(wrong) && of.equals(arm) ? 1.3 : 1)
            .fit();

        assertThat(fit.outliers()).as(wrong.label() + " " + arm).hasSize(1);
        Outlier outlier = fit.outliers().get(0);
        assertThat(outlier.label()).isEqualTo(wrong.parameters().get("client"));
        assertThat(outlier.arm()).isEqualTo(arm);
        assertThat(outlier.profiles()).containsExactly(wrong.parameters().get("profile"));
        assertThat(outlier.percents().get(0)).isBetween(24.0, 36.0);
        fit.cells().stream()
            .filter(cell -> cell.cell().equals(wrong))
            .forEach(cell -> uses.add(cell.calibrates()));
      }
    }
    assertThat(uses).containsExactlyInAnyOrder(true, false);
  }

  @Test
  void namesAClientInOneSentence() throws InputException {
    ModelWorld world = ModelWorld.grid(NOISE, 3, TLS_1_2).withClients("a", "b", "c", "d");

    assertThat(world
            .withOff(
                (cell, arm) -> isOff(cell, "b") && arm.equals("connection-per-request") ? 1.5 : 1)
            .fit()
            .outliers())
        .extracting(Outlier::sentence)
        .singleElement()
        .asString()
        .matches(
            "b connection-per-request costs 4\\d to 5\\d % more than the model in all 12 cells");
    assertThat(world.withOff((cell, arm) -> isOff(cell, "b") ? 0.7 : 1).fit().outliers())
        .extracting(Outlier::sentence)
        .hasSize(2)
        .allMatch(text ->
            text.matches("b .* costs [23]\\d to 3\\d % less than the model in all 12 cells"));
  }

  private static boolean isOff(Cell cell, String client) {
    return cell.parameters().get("client").equals(client);
  }

  /** Far off the model, but so scattered that the model may be right. */
  @Test
  void whatChanceExplainsIsNoOutlier() throws InputException {
    Fit noisy = ModelWorld.grid(0.5, 1, TLS_1_2).fit();

    List<ModelledCell.Arm> off = noisy.cells().stream()
        .flatMap(cell -> cell.arms().stream())
        .filter(arm -> Math.abs(arm.deviationPercent()) > Fit.OUTLIER_PERCENT)
        .toList();
    assertThat(off).hasSizeGreaterThan(20);
    assertThat(off.stream().filter(ModelledCell.Arm::isOutlier).count()).isLessThan(off.size() / 3);
  }

  @Test
  void drawsAQuarterOfEveryKindWithTheStudysSeed() throws InputException {
    ModelWorld world = ModelWorld.grid(NOISE, 5, TLS_1_2, TLS_1_3);
    Fit fit = world.fit();

    assertThat(fit.cells()).hasSize(48);
    assertThat(calibrating(fit, Tls.TLS_1_2)).hasSize(6);
    assertThat(calibrating(fit, Tls.TLS_1_3)).hasSize(6);
    assertThat(calibrating(world.fit(), Tls.TLS_1_2)).isEqualTo(calibrating(fit, Tls.TLS_1_2));
    assertThat(calibrating(ModelWorld.grid(NOISE, 6, TLS_1_2, TLS_1_3).fit(), Tls.TLS_1_2))
        .isNotEqualTo(calibrating(fit, Tls.TLS_1_2));
  }

  private static List<Cell> calibrating(Fit fit, Tls tls) {
    return fit.cells().stream()
        .filter(ModelledCell::calibrates)
        .map(ModelledCell::cell)
        .filter(cell -> fit.model().profileOf(cell).tls() == tls)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"5, 0", "6, 3", "12, 3", "13, 4", "16, 4"})
  void aKindNeedsSixCellsAndThreeCalibrate(int cells, int calibrate) throws InputException {
    List<String> few = Stream.iterate(1, i -> i <= cells, i -> i + 1)
        .map(i -> "service-time=" + i + "ms")
        .toList();
    ModelWorld grid = ModelWorld.grid(NOISE, 1, TLS_1_3).withClients("one");
    Fit fit = new ModelWorld(
            Stream.concat(grid.profiles().stream(), few.stream()).toList(),
            grid.clients(),
            NOISE,
            1,
            grid.off())
        .fit();

    assertThat(calibrating(fit, Tls.PLAIN)).hasSize(calibrate);
    assertThat(calibrating(fit, Tls.TLS_1_3)).hasSize(3);
    assertThat(fit.tooFew()).isEqualTo(calibrate == 0 ? Map.of(Tls.PLAIN, cells) : Map.of());
    assertThat(fit.cells()).hasSize(12 + (calibrate == 0 ? 0 : cells));
    assertThat(fit.cost().orElseThrow().knows(Tls.PLAIN)).isEqualTo(calibrate > 0);
  }

  @Test
  void voidAndUnmeasuredCellsTakeNoPart() throws InputException {
    ModelWorld world = ModelWorld.grid(NOISE, 1, TLS_1_2);
    // Below 0: the pool opened connections, so the cell is void. 0: there are no forks.
    Fit fit = world
        .withOff((cell, arm) -> !arm.equals("pooled")
            ? 1
            : cell.label().contains("service-time=25ms")
                ? -100
                : cell.label().contains("jdk") ? 0 : 1)
        .fit();

    assertThat(fit.leftOut()).isEqualTo(16);
    assertThat(fit.cells()).hasSize(8).noneMatch(cell -> cell.cell().label().contains("jdk"));
    assertThat(fit.cost().orElseThrow().callMillis()).isCloseTo(0.4, within(0.1));

    Fit nothing = world.withOff((cell, arm) -> 0).fit();
    assertThat(nothing.cost()).isEmpty();
    assertThat(nothing.leftOut()).isEqualTo(24);
  }

  @Test
  void surfacesAreOfOneKindAndOneClient() throws InputException {
    ModelWorld world = ModelWorld.grid(NOISE, 1, TLS_1_2, TLS_1_3);
    List<Surface> surfaces = Surface.of(world.verdict(), world.fit());

    assertThat(surfaces)
        .extracting(surface -> surface.label() + " " + surface.tls().word())
        .containsExactly("okhttp TLS 1.2", "jdk TLS 1.2", "okhttp TLS 1.3", "jdk TLS 1.3");
    assertThat(surfaces.get(0).roundTrips()).containsExactly(0.5, 2.0, 8.0, 32.0);
    assertThat(surfaces.get(0).services()).containsExactly(1.0, 5.0, 25.0);
    assertThat(surfaces.get(0).points())
        .hasSize(12)
        .isSortedAccordingTo(Comparator.comparingDouble(
            point -> 1000 * point.profile().roundTripMillis() + point.profile().serviceMillis()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rtt=1ms+service-time=1ms rtt=2ms+service-time=1ms rtt=1ms+service-time=2ms rtt=2ms+service-time=2ms | 1",
        "rtt=1ms+service-time=1ms rtt=2ms+service-time=1ms rtt=1ms+service-time=2ms | 0",
        "rtt=1ms+service-time=1ms rtt=2ms+service-time=1ms rtt=3ms+service-time=1ms rtt=4ms+service-time=1ms | 0",
        "rtt=1ms+service-time=1ms rtt=1ms+service-time=2ms rtt=1ms+service-time=3ms rtt=1ms+service-time=4ms | 0",
      })
  void aSurfaceNeedsFourPointsInTwoDirections(String profiles, int surfaces) throws InputException {
    ModelWorld world =
        new ModelWorld(List.of(profiles.split(" ")), List.of("one"), NOISE, 1, (cell, arm) -> 1);

    assertThat(Surface.of(world.verdict(), world.fit())).hasSize(surfaces);
    assertThat(Surface.of(world.verdict(), world.fit()))
        .allMatch(surface ->
            surface.points().stream().allMatch(point -> point.modelPercent().isEmpty()));
  }

  /** One short call outweighs two long ones. */
  @Test
  void theMedianIsThatOfRelativeDeviations() {
    Profile near = new Profile(0, 1, Tls.PLAIN);
    Profile far = new Profile(0, 100, Tls.PLAIN);

    assertThat(ConnectionCost.calibrate(List.of(
                new Call(far, false, 101), new Call(far, false, 102), new Call(near, false, 1.5)))
            .callMillis())
        .isCloseTo(0.5, within(1e-9));
    assertThat(ConnectionCost.calibrate(List.of(new Call(near, false, 2), new Call(near, false, 2)))
            .callMillis())
        .isCloseTo(1, within(1e-9));
  }
}

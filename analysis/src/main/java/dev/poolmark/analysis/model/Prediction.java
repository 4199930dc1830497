package dev.poolmark.analysis.model;

import dev.poolmark.analysis.model.FittedCost.Accuracy;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Profile;
import dev.poolmark.analysis.table.Table;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the model says of a network and a service that nobody has measured. Immutable. */
public record Prediction(Profile profile, FittedCost fitted) {

  /**
   * Checks that the model can say it.
   *
   * @throws IllegalArgumentException if its run had no connections of that kind
   */
  public Prediction {
    if (!fitted.cost().knows(profile.tls())) {
      throw new IllegalArgumentException("--tls and --resumption must be as in the run "
          + fitted.run() + ", which has "
          + fitted.cost().setUpMillis().keySet().stream()
              .map(Profile.Tls::word)
              .collect(Collectors.joining(", "))
          + ": " + profile.tls().word());
    }
  }

  /** What pooling saves of the time of a call. */
  public double savingPercent() {
    return fitted.cost().savingPercent(profile);
  }

  /** For people: the saving, a table of where the time goes, and how far off it may be. */
  public String text() {
    ConnectionCost cost = fitted.cost();
    double pooled = cost.pooledMillis(profile);
    double connecting = cost.connectingMillis(profile);
    double roundTrip = profile.roundTripMillis();
    double service = profile.serviceMillis();
    double setUp = ConnectionCost.setUpRoundTripsMillis(profile);
    double processor = connecting - pooled - setUp;
    return String.format(
            Locale.ROOT,
            "By the model, pooling cuts the time of a call by %.1f %%: %.1f ms on an open connection,"
                + " %.1f ms with a new one.%n%n",
            savingPercent(),
            pooled,
            connecting)
        + Table.ofWords(
                "Where the time goes",
                List.of("of a call", "time", "network", "service", "processor"),
                1,
                List.of(
                    row("pooled, ms", pooled, roundTrip, service, cost.callMillis()),
                    row(
                        "new connection, ms",
                        connecting,
                        roundTrip + setUp,
                        service,
                        cost.callMillis() + processor),
                    row("saved, ms", connecting - pooled, setUp, 0, processor),
                    row(
                        "saved, %",
                        savingPercent(),
                        100 * setUp / connecting,
                        0,
                        100 * processor / connecting)))
            .text()
        + "\n" + trust();
  }

  private static List<String> row(String name, double... values) {
    return Stream.concat(
            Stream.of(name),
            Arrays.stream(values)
                .mapToObj(value -> String.format(Locale.ROOT, "%.1f", value))
                .map(text -> text.equals("-0.0") ? "0.0" : text))
        .toList();
  }

  private static String number(double millis) {
    return BigDecimal.valueOf(millis)
        .round(new MathContext(3))
        .stripTrailingZeros()
        .toPlainString();
  }

  private String trust() {
    Accuracy accuracy = fitted.accuracy().get(profile.tls());
    return String.format(
            Locale.ROOT,
            "The processor times are those of the run %s (%s, %s, %s). There the model predicted the"
                + " saving of %d other cells (%s) within %.1f points at the median, and %.1f at"
                + " worst.%n",
            fitted.run(),
            fitted.date().replaceFirst("T.*", ""),
            String.join(", ", fitted.cells()),
            fitted.machine(),
            accuracy.cells(),
            profile.tls().word(),
            accuracy.medianPoints(),
            accuracy.largestPoints())
        + outside("round trip", fitted.roundTripMillis(), profile.roundTripMillis())
        + outside("service time", fitted.serviceMillis(), profile.serviceMillis());
  }

  private static String outside(String name, Interval measured, double millis) {
    return millis >= measured.low() && millis <= measured.high()
        ? ""
        : String.format(
            Locale.ROOT,
            "That run had %ss of %s to %s ms; beyond them, at %s ms, nobody has checked the model.%n",
            name,
            number(measured.low()),
            number(measured.high()),
            number(millis));
  }
}

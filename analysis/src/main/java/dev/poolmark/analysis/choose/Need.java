package dev.poolmark.analysis.choose;

import dev.poolmark.analysis.choose.Contender.Level;
import dev.poolmark.analysis.results.Capabilities;
import dev.poolmark.analysis.stats.GeometricMean;
import dev.poolmark.analysis.stats.Interval;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Something that a client must do or keep to. Immutable. */
public sealed interface Need {

  /** As it is given on the command line. */
  String option();

  /** Why the client does not meet it, for people; empty if it does. The client must be free of flaws. */
  List<String> unmetBy(Contender contender);

  /**
   * A limit on the mean time of an operation. The upper end of the interval must keep it in every cell.
   *
   * @param millis > 0
   */
  record MaxMillis(double millis) implements Need {

    /** Checks the value. */
    public MaxMillis {
      check("--max-millis", millis);
    }

    @Override
    public String option() {
      return "--max-millis " + plain(millis);
    }

    @Override
    public List<String> unmetBy(Contender contender) {
      return above(contender, level -> Optional.of(level.millis()), millis, "ms");
    }
  }

  /**
   * A limit on a percentile of the time of an operation. The upper end of the interval must keep it in every cell.
   *
   * @param percent > 0 and < 100
   * @param millis > 0
   */
  record MaxPercentile(double percent, double millis) implements Need {

    /** Checks the values. */
    public MaxPercentile {
      if (!(percent > 0 && percent < 100)) {
        throw new IllegalArgumentException(
            "--max-percentile must name a percentile > 0 and < 100: " + percent);
      }
      check("--max-percentile " + plain(percent), millis);
    }

    @Override
    public String option() {
      return "--max-percentile " + plain(percent) + "=" + plain(millis);
    }

    @Override
    public List<String> unmetBy(Contender contender) {
      return above(
          contender,
          level -> level.percentile(percent),
          millis,
          "ms at percentile " + plain(percent));
    }
  }

  /**
   * A limit on what an operation allocates. The upper end of the interval must keep it in every cell.
   *
   * @param bytes > 0
   */
  record MaxBytes(double bytes) implements Need {

    /** Checks the value. */
    public MaxBytes {
      check("--max-bytes", bytes);
    }

    @Override
    public String option() {
      return "--max-bytes " + plain(bytes);
    }

    @Override
    public List<String> unmetBy(Contender contender) {
      return above(contender, Level::bytes, bytes, "bytes");
    }
  }

  /**
   * A limit on the processor time of a request, all threads of the client's JVM together. The upper end of the interval
   * must keep it in every cell.
   *
   * @param micros > 0
   */
  record MaxCpu(double micros) implements Need {

    /** Checks the value. */
    public MaxCpu {
      check("--max-cpu-micros", micros);
    }

    @Override
    public String option() {
      return "--max-cpu-micros " + plain(micros);
    }

    @Override
    public List<String> unmetBy(Contender contender) {
      return above(contender, Level::cpuMicros, micros, "us of processor time a request");
    }
  }

  /**
   * A setting that the client must honour, by the library itself or by its adapter.
   *
   * @param setting its name in the jar's table
   */
  record Capability(String setting) implements Need {
    @Override
    public String option() {
      return "--needs " + setting;
    }

    @Override
    public List<String> unmetBy(Contender contender) {
      String support = contender.capabilities().get(setting);
      if (support == null) {
        return List.of("the jar does not say whether it has " + setting);
      }
      return support.equals(Capabilities.UNSUPPORTED)
          ? List.of(setting + " is " + support)
          : List.of();
    }
  }

  private static void check(String option, double limit) {
    if (!(limit > 0 && Double.isFinite(limit))) {
      throw new IllegalArgumentException(option + " must be finite and > 0: " + limit);
    }
  }

  private static List<String> above(
      Contender contender,
      Function<Level, Optional<GeometricMean>> figure,
      double limit,
      String unit) {
    return contender.levels().stream()
        .filter(level -> high(figure.apply(level).orElseThrow()) > limit)
        .map(level -> String.format(
            Locale.ROOT,
            "%s takes up to %.1f %s, and %s is the limit",
            level.cell().label(),
            high(figure.apply(level).orElseThrow()),
            unit,
            plain(limit)))
        .toList();
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static double high(GeometricMean mean) {
    return mean.interval().map(Interval::high).orElse(Double.POSITIVE_INFINITY);
  }
}

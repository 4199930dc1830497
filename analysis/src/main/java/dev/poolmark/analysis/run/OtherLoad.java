package dev.poolmark.analysis.run;

import dev.poolmark.analysis.study.InputException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether others use the machine, so that what is measured would be theirs as well. */
final class OtherLoad {

  /** Of all cores. A desktop at rest stays below it. */
  private static final double MAX_SHARE = 0.1;
  /** The end of a build before the run is no load during it: one quiet sample is enough. */
  private static final int SAMPLES = 5;

  private static final int SAMPLE_MILLIS = 1000;

  private OtherLoad() {}

  /**
   * Returns as soon as the machine was quiet for a second, and where the system does not tell.
   *
   * @throws InputException if it was busy for five
   */
  static void check() throws InputException, InterruptedException {
    check(
        () -> Processors.now(Optional.empty()),
        Runtime.getRuntime().availableProcessors(),
        SAMPLE_MILLIS);
  }

  static void check(Supplier<Optional<Processors>> processors, int cores, int sampleMillis)
      throws InputException, InterruptedException {
    double least = Double.POSITIVE_INFINITY;
    Optional<Processors> before = processors.get();
    for (int sample = 0; sample < SAMPLES; sample++) {
      long start = System.nanoTime();
      Thread.sleep(sampleMillis);
      double millis = (System.nanoTime() - start) / 1e6;
      Optional<Processors> after = processors.get();
      if (before.isEmpty() || after.isEmpty()) {
        return;
      }
      double others = after.get().otherCoresSince(before.get(), millis)
          + after.get().stolenCoresSince(before.get(), millis);
      if (others <= MAX_SHARE * cores) {
        return;
      }
      least = Math.min(least, others);
      before = after;
    }
    throw new InputException(String.format(
        Locale.ROOT,
        "the machine must be quiet, with at most %.1f of %d cores in use by others: %.1f; stop"
            + " them, or measure all the same with --busy",
        MAX_SHARE * cores,
        cores,
        least));
  }
}

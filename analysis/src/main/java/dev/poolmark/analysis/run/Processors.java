package dev.poolmark.analysis.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long the processors have been busy, from Linux's {@code /proc}. In a container it is those of the whole machine,
 * which is what disturbs a measurement.
 *
 * @param busyTicks of all cores together, for anybody
 * @param ownTicks of them for this process, its children that have ended, and one other
 * @param stolenTicks taken by the hypervisor
 */
record Processors(long busyTicks, long ownTicks, long stolenTicks) {

  /** The kernel counts in hundredths of a second wherever a JVM runs. */
  private static final double TICKS_PER_MILLI = 0.1;

  private static final Path PROC = Path.of("/proc");

  /**
   * As of now.
   *
   * @param server a process that belongs to the run; empty if there is none
   * @return empty where the system does not tell
   */
  static Optional<Processors> now(Optional<ProcessHandle> server) {
    return now(PROC, server.map(ProcessHandle::pid));
  }

  static Optional<Processors> now(Path proc, Optional<Long> server) {
    try {
      // user nice system idle iowait irq softirq steal; guests are counted in user already.
      long[] all =
          numbers(Files.readAllLines(proc.resolve("stat")).get(0).replaceFirst("cpu +", ""));
      long own = ticksOf(proc.resolve("self"), 4);
      if (server.isPresent()) {
        own += ticksOf(proc.resolve(server.get().toString()), 2);
      }
      return Optional.of(new Processors(all[0] + all[1] + all[2] + all[5] + all[6], own, all[7]));
    } catch (IOException | RuntimeException e) {
      // No Linux, or a stranger one than we know: the record says that nothing is known.
      return Optional.empty();
    }
  }

  /** User and system time of a process, then those of its children that have ended: that many of the four. */
  private static long ticksOf(Path process, int fields) throws IOException {
    String stat = Files.readString(process.resolve("stat"));
    // The second field is a name in brackets, which may hold anything.
    long[] numbers = numbers(stat.substring(stat.lastIndexOf(')') + 4));
    return Arrays.stream(numbers, 10, 10 + fields).sum();
  }

  private static long[] numbers(String line) {
    // What follows the times may be too large for a long.
    return Stream.of(line.strip().split(" +"))
        .limit(14)
        .mapToLong(Long::parseLong)
        .toArray();
  }

  /** Mean number of cores that others kept busy since then. */
  double otherCoresSince(Processors then, double millis) {
    long others = busyTicks - then.busyTicks - (ownTicks - then.ownTicks);
    return Math.max(0, others / (TICKS_PER_MILLI * millis));
  }

  /** Mean number of cores that the hypervisor took since then. */
  double stolenCoresSince(Processors then, double millis) {
    return (stolenTicks - then.stolenTicks) / (TICKS_PER_MILLI * millis);
  }
}

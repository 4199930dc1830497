package dev.poolmark.jmh;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * What the fork's JVM holds. That is the client's share alone only if the server is a process of its own, as in the
 * studies.
 *
 * @param files open file descriptors; 0 where the operating system does not report them
 * @param bytes live heap and direct buffers
 */
record Footprint(long files, long bytes) {
  /** The footprint now, after a collection that drops dead objects. */
  static Footprint now() {
    System.gc();
    long bytes = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      bytes += pool.getMemoryUsed();
    }
    return new Footprint(
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getOpenFileDescriptorCount()
            : 0,
        bytes);
  }

  /**
   * Records what is held beyond an earlier footprint as the gauges {@code filesInFlight} and {@code bytesInFlight}, or
   * the like.
   *
   * @param moment what the gauges' names end with
   */
  void record(String moment, Footprint before) {
    GaugeProfiler.mean("files" + moment, files - before.files, "#");
    GaugeProfiler.mean("bytes" + moment, bytes - before.bytes, "B");
  }
}

package dev.poolmark.jmh;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What an iteration's calls have held in the fork's JVM beyond what was held before the first, as JMH's secondary
 * results. It is the client's alone only if the server is in a process of its own, as in the studies. JMH sums over
 * iterations, so measure one.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Footprint {
  /** How long it took, in milliseconds, until the server had all of the calls. */
  public double underWayMillis;

  /** File descriptors while all calls waited for their responses; 0 where the system does not tell. */
  public long filesInFlight;

  /** Live heap and direct buffers while all calls waited for their responses, in bytes. */
  public long bytesInFlight;

  /** File descriptors after the last response. */
  public long filesAtRest;

  /** Live heap and direct buffers after the last response, in bytes. */
  public long bytesAtRest;

  /** What the JVM holds. */
  record Held(long files, long bytes) {
    /** After a collection, so that what is dead does not count. */
    static Held now() {
      System.gc();
      long bytes = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
        bytes += pool.getMemoryUsed();
      }
      return new Held(
          ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
              ? unix.getOpenFileDescriptorCount()
              : 0,
          bytes);
    }

    Held beyond(Held before) {
      return new Held(files - before.files, bytes - before.bytes);
    }
  }

  void inFlight(Held held) {
    filesInFlight += held.files();
    bytesInFlight += held.bytes();
  }

  void atRest(Held held) {
    filesAtRest += held.files();
    bytesAtRest += held.bytes();
  }
}

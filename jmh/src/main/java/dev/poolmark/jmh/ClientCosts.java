package dev.poolmark.jmh;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * What an iteration cost the fork's JVM, as JMH's secondary results. It is the client's cost only if the server is in a
 * process of its own, as in the studies; the compiler and the collector are part of it. One of the benchmark's threads counts for all.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class ClientCosts {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private static final Path STATUS = Path.of("/proc/self/status");

  /** Processor time in microseconds, of all threads; the system counts it in steps of up to 10 ms. */
  public long cpuMicros;

  /** File descriptors open at the end of the iteration; 0 where the system does not tell. */
  public long openFiles;

  /** Resident memory at the end of the iteration, in bytes; 0 where the system does not tell (only Linux does). */
  public long residentBytes;

  /** How long the calls waited for a connection, all together, in microseconds; 0 where no adapter counts it. */
  public double acquireMicros;

  private boolean counts;
  private long startNanos;
  private double startAcquireMicros;
  private List<Service> services = List.of();

  /** Starts to count afresh. */
  @Setup(Level.Iteration)
  public void reset(ThreadParams thread, ClientState state) {
    counts = thread.getThreadIndex() == 0;
    services = state.services();
    startAcquireMicros = totalAcquireMicros();
    startNanos = SYSTEM.getProcessCpuTime();
  }

  /** Takes the counts over. */
  @TearDown(Level.Iteration)
  public void read() throws IOException {
    if (!counts) {
      return;
    }
    cpuMicros += (SYSTEM.getProcessCpuTime() - startNanos) / 1000;
    if (SYSTEM instanceof UnixOperatingSystemMXBean unix) {
      openFiles += unix.getOpenFileDescriptorCount();
    }
    residentBytes += residentNow();
    acquireMicros += totalAcquireMicros() - startAcquireMicros;
  }

  private static long residentNow() throws IOException {
    if (!Files.exists(STATUS)) {
      return 0;
    }
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith("VmRSS:")) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return 0;
  }

  private double totalAcquireMicros() {
    return services.stream().mapToDouble(Service::acquireMicros).sum();
  }
}

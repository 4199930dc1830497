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
 * The services that a benchmark calls, and what an iteration costs the fork's JVM besides {@link ServerCounts}, which a
 * benchmark with this argument reports too. It is the client's cost only if the server is a process of its own, as in
 * the studies; the compiler and the collector are included. The gauges are {@code openFiles}, file descriptors, and
 * {@code residentBytes}, both at the end of the iteration and only where the operating system reports them (resident
 * memory: Linux). One of the benchmark's threads reports for all.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class ClientCosts {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  /** Processor time of all threads, in microseconds; the operating system counts it in steps of up to 10 ms. */
  public long cpuMicros;

  /** Time that all calls together waited for a connection, in microseconds; 0 where no adapter counts it. */
  public double acquireMicros;

  private boolean reports;
  private long startNanos;
  private double startAcquireMicros;
  private List<Service> services = List.of();

  /** Starts the count. */
  @Setup(Level.Iteration)
  public void reset(ThreadParams thread, ServerCounts counts) {
    reports = thread.getThreadIndex() == 0;
    services = counts.services();
    startAcquireMicros = totalAcquireMicros();
    startNanos = SYSTEM.getProcessCpuTime();
  }

  /** The services to call. */
  List<Service> services() {
    return services;
  }

  /** Ends the count. */
  @TearDown(Level.Iteration)
  public void read() throws IOException {
    if (!reports) {
      return;
    }
    cpuMicros += (SYSTEM.getProcessCpuTime() - startNanos) / 1000;
    acquireMicros += totalAcquireMicros() - startAcquireMicros;
    if (SYSTEM instanceof UnixOperatingSystemMXBean unix) {
      GaugeProfiler.mean("openFiles", unix.getOpenFileDescriptorCount(), "#");
    }
    if (Files.exists(STATUS)) {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(RESIDENT)) {
          long kibibytes = Long.parseLong(line.replaceAll("\\D", ""));
          GaugeProfiler.mean("residentBytes", 1024 * kibibytes, "B");
        }
      }
    }
  }

  private double totalAcquireMicros() {
    return services.stream().mapToDouble(Service::acquireMicros).sum();
  }
}

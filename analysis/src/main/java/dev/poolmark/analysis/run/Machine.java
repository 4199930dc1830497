package dev.poolmark.analysis.run;

import com.sun.management.OperatingSystemMXBean;
import dev.poolmark.analysis.results.Digest;
import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.Environment.Cpu;
import dev.poolmark.analysis.results.Environment.Jar;
import dev.poolmark.analysis.results.Environment.Jdk;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/** The machine at hand, as far as Java and the files of Linux tell. */
final class Machine {

  private static final String LIBRARIES = "META-INF/benchmark-libraries.properties";

  private Machine() {}

  static Environment describe(String poolmark, Path jar) throws IOException {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Environment(
        poolmark,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        new Jar(jar.toString().replace('\\', '/'), Digest.of(jar)),
        new Cpu(cpuModel(), Runtime.getRuntime().availableProcessors()),
        system.getTotalMemorySize(),
        firstValue(Path.of("/etc/os-release"), "PRETTY_NAME=")
            .map(name -> name.replace("\"", ""))
            .orElse(System.getProperty("os.name")),
        System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
            + System.getProperty("os.arch"),
        new Jdk(
            System.getProperty("java.runtime.version"),
            System.getProperty("java.vendor"),
            System.getProperty("java.vm.name")),
        libraries(jar),
        system.getSystemLoadAverage());
  }

  private static String cpuModel() {
    return firstValue(Path.of("/proc/cpuinfo"), "model name")
        .map(value -> value.replaceFirst("^\\s*:\\s*", ""))
        .orElse("unknown " + System.getProperty("os.arch"));
  }

  /** What follows the prefix on the first line that has it; empty where there is no such file. */
  private static Optional<String> firstValue(Path file, String prefix) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(prefix))
          .map(line -> line.substring(prefix.length()).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Map<String, String> libraries(Path jar) throws IOException {
    Map<String, String> libraries = new TreeMap<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      ZipEntry entry = file.getEntry(LIBRARIES);
      if (entry != null) {
        Properties properties = new Properties();
        try (InputStream in = file.getInputStream(entry)) {
          properties.load(in);
        }
        properties
            .stringPropertyNames()
            .forEach(name -> libraries.put(name, properties.getProperty(name)));
      }
    }
    return libraries;
  }
}

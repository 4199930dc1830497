package dev.poolmark.analysis.run;

import com.sun.management.OperatingSystemMXBean;
import dev.poolmark.analysis.results.Capabilities;
import dev.poolmark.analysis.results.Digest;
import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.Environment.Commit;
import dev.poolmark.analysis.results.Environment.Conditions;
import dev.poolmark.analysis.results.Environment.Cpu;
import dev.poolmark.analysis.results.Environment.Jar;
import dev.poolmark.analysis.results.Environment.Jdk;
import dev.poolmark.analysis.study.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/** The machine at hand, as far as Java and the files of Linux tell. */
final class Machine {

  private static final String LIBRARIES = "META-INF/benchmark-libraries.properties";
  private static final String PARAMETERS = "META-INF/poolmark/parameters.properties";

  private Machine() {}

  /**
   * Describes it.
   *
   * @param jvms commands of the JDKs that a study compares, by their names
   * @throws InputException if one of them does not run
   */
  static Environment describe(String poolmark, Path jar, Map<String, String> jvms)
      throws InputException, IOException {
    Map<String, Jdk> jdks = new LinkedHashMap<>();
    for (Map.Entry<String, String> jvm : jvms.entrySet()) {
      jdks.put(jvm.getKey(), jdkOf(jvm.getKey(), jvm.getValue()));
    }
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
        system.getSystemLoadAverage(),
        jdks,
        conditions(Path.of("/")),
        commitOf(jar.toAbsolutePath().getParent()));
  }

  /** Asks a JDK what it is. */
  private static Jdk jdkOf(String name, String java) throws InputException {
    Map<String, String> settings = new HashMap<>();
    output(List.of(java, "-XshowSettings:properties", "-version"))
        .ifPresent(text -> text.lines().forEach(line -> {
          String[] setting = line.strip().split(" = ", 2);
          if (setting.length == 2) {
            settings.put(setting[0], setting[1]);
          }
        }));
    if (!settings.containsKey("java.runtime.version")) {
      throw new InputException("jvms." + name + " must be the java command of a JDK: " + java);
    }
    return new Jdk(
        settings.get("java.runtime.version"),
        settings.getOrDefault("java.vendor", "unknown"),
        settings.getOrDefault("java.vm.name", "unknown"));
  }

  /**
   * Reads what Linux says of itself.
   *
   * @param root of the file system
   */
  static Conditions conditions(Path root) {
    Path cpu = root.resolve("sys/devices/system/cpu");
    Path groups = root.resolve("sys/fs/cgroup");
    Map<String, String> options = new TreeMap<>();
    for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")) {
      Optional.ofNullable(System.getenv(variable)).ifPresent(value -> options.put(variable, value));
    }
    return new Conditions(
        line(cpu.resolve("cpu0/cpufreq/scaling_governor")),
        line(cpu.resolve("smt/active")).map(active -> active.equals("1")),
        line(groups.resolve("cpu.max"))
            .map(max -> max.split(" "))
            .filter(max -> max.length == 2 && !max[0].equals("max"))
            .map(max -> Double.parseDouble(max[0]) / Double.parseDouble(max[1])),
        line(groups.resolve("memory.max")).filter(max -> !max.equals("max")).map(Long::parseLong),
        options);
  }

  private static Optional<Commit> commitOf(Path folder) {
    String git = folder.toString();
    return output(List.of("git", "-C", git, "rev-parse", "HEAD"))
        .flatMap(id -> output(List.of("git", "-C", git, "status", "--porcelain"))
            .map(changes -> new Commit(id.strip(), !changes.isBlank())));
  }

  /** What a command prints; empty if there is no such command, or if it fails. */
  private static Optional<String> output(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (InputStream in = process.getInputStream()) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? Optional.of(text) : Optional.empty();
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static Optional<String> line(Path file) {
    return firstValue(file, "").filter(value -> !value.isEmpty());
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

  /** What the jar says of its libraries, or else what Maven left in it. */
  static Map<String, String> libraries(Path jar) throws IOException {
    Map<String, String> libraries = new TreeMap<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      ZipEntry own = file.getEntry(LIBRARIES);
      if (own != null) {
        Properties versions = properties(file, own);
        versions
            .stringPropertyNames()
            .forEach(name -> libraries.put(name, versions.getProperty(name)));
        return libraries;
      }
      for (JarEntry entry : Collections.list(file.entries())) {
        if (entry.getName().matches("META-INF/maven/[^/]+/[^/]+/pom.properties")) {
          Properties pom = properties(file, entry);
          libraries.put(
              pom.getProperty("artifactId", entry.getName()),
              pom.getProperty("version", "unknown"));
        }
      }
    }
    return libraries;
  }

  /** What the jar says that its clients can do, as it is; empty if it does not say. */
  static Optional<String> capabilities(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      ZipEntry entry = file.getEntry(Capabilities.ENTRY);
      if (entry == null) {
        return Optional.empty();
      }
      try (InputStream in = file.getInputStream(entry)) {
        return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
  }

  /** Values of parameters that the jar takes in addition to the defaults, which JMH lists. */
  static Map<String, List<String>> parameterValues(Path jar) throws IOException {
    Map<String, List<String>> values = new TreeMap<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      ZipEntry entry = file.getEntry(PARAMETERS);
      if (entry != null) {
        Properties parameters = properties(file, entry);
        for (String name : parameters.stringPropertyNames()) {
          values.put(name, List.of(parameters.getProperty(name).split(" *, *")));
        }
      }
    }
    return values;
  }

  private static Properties properties(JarFile file, ZipEntry entry) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = file.getInputStream(entry)) {
      properties.load(in);
    }
    return properties;
  }
}

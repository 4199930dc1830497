package dev.poolmark.analysis.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** A jar whose main class is {@link FakeJmh}, in a folder of its own. */
public record FakeJar(Path path) {

  /** What it says of its clients. */
  public static final String CAPABILITIES =
      "{\"fast\": {\"maxLifetime\": \"native\"}, \"slow\": {\"maxLifetime\": \"unsupported\"}}";

  /** Packs the jar. */
  public static FakeJar in(Path dir) throws IOException {
    return pack(dir.resolve("fake.jar"), "1");
  }

  /** Packs another build of it in the same place. */
  public void rebuild() throws IOException {
    pack(path, "2");
  }

  /** From now on, forks with these parameter values misbehave in that way. */
  public void misbehave(String how, String... values) throws IOException {
    Files.writeString(path.resolveSibling("misbehave"), how + " " + String.join(" ", values));
  }

  /** From now on, {@link FakeServer} misbehaves in that way. */
  public void misbehaveServer(String how) throws IOException {
    Files.writeString(path.resolveSibling("misbehave-server"), how);
  }

  /** From now on, all is well. */
  public void behave() throws IOException {
    Files.deleteIfExists(path.resolveSibling("misbehave-server"));
    Files.deleteIfExists(path.resolveSibling("misbehave"));
  }

  /** A process that keeps every core busy. */
  public Process spin() throws IOException {
    return new ProcessBuilder(JmhJar.java(), "-cp", path.toString(), FakeJmh.Spin.class.getName())
        .start();
  }

  /** The command lines of the forks so far; at the end of each, the address of the server if there is one. */
  public List<String> calls() throws IOException {
    Path calls = path.resolveSibling("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  /** The processes of a fork that hangs; empty as long as there is none. */
  public List<Long> hangingPids() throws IOException {
    Path pids = path.resolveSibling("pids");
    String text = Files.exists(pids) ? Files.readString(pids) : "";
    return text.endsWith("\n")
        ? List.of(text.strip().split(" ")).stream().map(Long::valueOf).toList()
        : List.of();
  }

  private static FakeJar pack(Path path, String build) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, FakeJmh.class.getName());
    try (OutputStream file = Files.newOutputStream(path);
        JarOutputStream jar = new JarOutputStream(file, manifest)) {
      for (Class<?> type :
          List.of(FakeJmh.class, FakeJmh.Sleep.class, FakeJmh.Spin.class, FakeServer.class)) {
        String name = type.getName().replace('.', '/') + ".class";
        jar.putNextEntry(new ZipEntry(name));
        try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
          in.transferTo(jar);
        }
      }
      jar.putNextEntry(new ZipEntry("META-INF/benchmark-libraries.properties"));
      jar.write(("echo=" + build + ".0\n").getBytes(StandardCharsets.UTF_8));
      jar.putNextEntry(new ZipEntry("META-INF/poolmark/parameters.properties"));
      jar.write("client = odd, strange\n".getBytes(StandardCharsets.UTF_8));
      jar.putNextEntry(new ZipEntry("META-INF/poolmark/capabilities.json"));
      jar.write(CAPABILITIES.getBytes(StandardCharsets.UTF_8));
    }
    return new FakeJar(path);
  }
}

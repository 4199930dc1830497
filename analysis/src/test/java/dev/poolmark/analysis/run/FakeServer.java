package dev.poolmark.analysis.run;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Stands in for a study's server: serves nobody, but says that it does. A file beside the jar tells it to misbehave. */
public final class FakeServer {

  private FakeServer() {}

  /** Ends with its input, or as it is told to. */
  public static void main(String[] args) throws Exception {
    Path jar = Path.of(
        FakeServer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path order = jar.resolveSibling("misbehave-server");
    switch (Files.exists(order) ? Files.readString(order) : "") {
      case "fail" -> {
        System.err.println("no port left");
        System.exit(3);
      }
      case "mumble" -> System.out.println("ready");
      case "die" -> {
        System.out.println("{\"address\": \"fake:1\"}");
        System.exit(4);
      }
      default -> System.out.println("{\"address\": \"fake:1\"}");
    }
    System.in.transferTo(OutputStream.nullOutputStream());
  }
}

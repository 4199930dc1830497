package dev.poolmark.fidelity;

import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares the stub's requests per second with those of Jetty and a trivial handler. The load comes from wrk if it is
 * installed, else from {@link LoadGenerator} in a process of its own. The two servers take turns. The generator shares
 * the machine's cores with them, so only the ratio counts, not the rates.
 */
record Throughput(boolean quick) implements FidelityCheck {
  private static final String NAME = "ceiling";
  private static final double MIN_SHARE = 0.9;
  private static final int BODY_BYTES = 2048;
  private static final int CONNECTIONS = 50;
  private static final int TURNS = 7;
  private static final Pattern WRK_RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");

  @Override
  public List<Finding> measure() throws Exception {
    int turns = quick ? 1 : TURNS;
    double[] stubRates = new double[turns];
    double[] bareRates = new double[turns];
    double[] shares = new double[turns];
    try (StubServer stub = StubServer.start(StubConfig.defaults().withBodyBytes(BODY_BYTES));
        BareJetty bare = new BareJetty(BODY_BYTES)) {
      for (int turn = -1; turn < turns; turn++) { // the first turn warms up
        boolean stubFirst = turn % 2 == 0;
        double first = rate(stubFirst ? stub.httpUri() : bare.uri());
        double second = rate(stubFirst ? bare.uri() : stub.httpUri());
        if (turn >= 0) {
          stubRates[turn] = stubFirst ? first : second;
          bareRates[turn] = stubFirst ? second : first;
          shares[turn] = stubRates[turn] / bareRates[turn];
        }
      }
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(new Finding(
        NAME,
        "share of bare Jetty's requests per second, " + generator() + " (medians "
            + Math.round(Samples.median(stubRates)) + " and "
            + Math.round(Samples.median(bareRates)) + ", the share is each turn's)",
        Samples.median(shares),
        MIN_SHARE,
        Double.POSITIVE_INFINITY,
        ""));
    return findings;
  }

  private static String generator() {
    return wrk().isPresent() ? "wrk" : "own generator";
  }

  private static Optional<String> wrk() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, "wrk"))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  private double rate(URI uri) throws IOException, InterruptedException {
    int seconds = quick ? 1 : 3;
    if (wrk().isPresent()) {
      Matcher rate = WRK_RATE.matcher(
          output(wrk().get(), "-t1", "-c" + CONNECTIONS, "-d" + seconds + "s", uri.toString()));
      if (!rate.find()) {
        throw new IOException("wrk must print its Requests/sec");
      }
      return Double.parseDouble(rate.group(1));
    }
    return Double.parseDouble(output(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        LoadGenerator.class.getName(),
        uri.toString(),
        String.valueOf(CONNECTIONS),
        String.valueOf(seconds)));
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command[0] + " ended with status " + process.exitValue());
    }
    return output.trim();
  }
}

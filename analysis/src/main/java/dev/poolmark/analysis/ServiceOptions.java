package dev.poolmark.analysis;

import dev.poolmark.analysis.draft.Workload;
import dev.poolmark.analysis.study.DidYouMean;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Studies;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Option;

/** The options that describe a service and the calls to it. */
final class ServiceOptions {

  private static final String DEFAULT_STUDY = "quick";

  @Option(
      names = "--rtt",
      required = true,
      paramLabel = "TIME",
      description = "Round trip between client and server, such as 12ms.")
  private String rtt;

  @Option(
      names = "--service-time",
      required = true,
      paramLabel = "TIME",
      description = "How long the server works on a call: TIME, lognormal:MEDIAN:SIGMA or"
          + " bimodal:FAST:SLOW:SHARE, such as lognormal:40ms:0.5.")
  private String serviceTime;

  @Option(names = "--tls", paramLabel = "VERSION", description = "none, 1.2 or 1.3; default: 1.3.")
  private String tls;

  @Option(
      names = "--resumption",
      paramLabel = "on|off",
      description = "Whether the server lets clients resume TLS sessions; default: off.")
  private String resumption;

  @Option(
      names = "--body",
      paramLabel = "SIZE",
      description = "Length of a response's body, such as 8KiB; default: 2KiB.")
  private String body;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description = "Calls at once at a busy time; default: 1.")
  private Integer concurrency;

  @Option(
      names = "--clients",
      paramLabel = "NAME",
      split = ",",
      description = "Clients, separated by commas; default: those of the study quick.")
  private List<String> clients;

  /** What the options describe, checked. */
  Workload workload() throws InputException {
    try {
      return Workload.parse(
          rtt,
          serviceTime,
          Objects.requireNonNullElse(tls, "1.3"),
          Objects.requireNonNullElse(resumption, "off"),
          Objects.requireNonNullElse(body, "2KiB"),
          Objects.requireNonNullElse(concurrency, 1),
          clients == null ? defaultClients() : checked(clients));
    } catch (IllegalArgumentException e) {
      throw new InputException(e.getMessage());
    }
  }

  /** What no option says, a line each. */
  List<String> assumptions() throws InputException {
    List<String> lines = new ArrayList<>();
    if (tls == null) {
      lines.add("--tls 1.3");
    }
    if (resumption == null && !"none".equals(tls)) {
      lines.add(
          "--resumption off: a new connection makes a full handshake. Many servers let clients"
              + " resume sessions.");
    }
    if (body == null) {
      lines.add("--body 2KiB");
    }
    if (concurrency == null) {
      lines.add("--concurrency 1: calls one after another.");
    }
    if (clients == null) {
      lines.add("--clients " + String.join(",", defaultClients()));
    }
    return lines;
  }

  private static List<String> defaultClients() throws InputException {
    return Studies.open(DEFAULT_STUDY).design().parameters().get("client");
  }

  /** The clients that the built-in studies know are those of Poolmark's jar. */
  private static List<String> checked(List<String> names) throws InputException {
    List<String> known = Studies.builtIn().stream()
        .flatMap(study -> study.design().parameters().getOrDefault("client", List.of()).stream())
        .distinct()
        .toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new InputException("--clients must be of " + String.join(", ", known) + ": " + name
            + DidYouMean.hint(name, known));
      }
    }
    return names;
  }
}

package dev.poolmark.fidelity;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes the findings of a run as JSON and as Markdown.
 *
 * @param command the command that was run
 * @param notes what was left out
 */
record FidelityReport(String command, List<Finding> findings, List<String> notes) {
  long failures() {
    return findings.stream().filter(finding -> !finding.holds()).count();
  }

  private static Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    environment.put("java", System.getProperty("java.vendor") + " " + Runtime.version());
    environment.put(
        "os",
        System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
            + System.getProperty("os.arch"));
    environment.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return environment;
  }

  /** Writes {@code fidelity.json} and {@code fidelity.md} into this folder. */
  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Map<String, String> environment = environment();
    Files.writeString(folder.resolve("fidelity.json"), json(environment));
    Files.writeString(folder.resolve("fidelity.md"), page(environment));
  }

  private String json(Map<String, String> environment) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("command", command);
      json.writeName("environment");
      json.writeStartObject();
      environment.forEach(json::writeStringProperty);
      json.writeEndObject();
      json.writeName("findings");
      json.writeStartArray();
      findings.forEach(finding -> write(json, finding));
      json.writeEndArray();
      json.writeName("notes");
      json.writeStartArray();
      notes.forEach(json::writeString);
      json.writeEndArray();
      json.writeNumberProperty("failures", failures());
      json.writeEndObject();
    }
    return out.append('\n').toString();
  }

  private static void write(JsonGenerator json, Finding finding) {
    json.writeStartObject();
    json.writeStringProperty("study", finding.study());
    json.writeStringProperty("what", finding.what());
    json.writeNumberProperty("measured", finding.measured());
    json.writeNumberProperty("low", finding.low());
    if (Double.isFinite(finding.high())) {
      json.writeNumberProperty("high", finding.high());
    }
    json.writeStringProperty("unit", finding.unit());
    json.writeBooleanProperty("holds", finding.holds());
    json.writeEndObject();
  }

  private String page(Map<String, String> environment) {
    StringBuilder page = new StringBuilder("# Fidelity of the stub\n\n");
    page.append(
        failures() == 0
            ? "All " + findings.size() + " bounds hold."
            : failures() + " of " + findings.size() + " bounds do not hold.");
    page.append(" Measured by\n\n```\n").append(command).append("\n```\n\non ");
    page.append(environment.get("cores")).append(" cores, ");
    page.append(environment.get("java")).append(", ").append(environment.get("os"));
    page.append(", ").append(environment.get("time")).append(".\n");
    notes.forEach(note -> page.append("\n").append(note).append("\n"));
    String study = "";
    for (Finding finding : findings) {
      if (!finding.study().equals(study)) {
        study = finding.study();
        page.append("\n## ").append(study.substring(0, 1).toUpperCase(Locale.ROOT));
        page.append(study.substring(1)).append("\n\n");
        page.append("| | measured | from | to | unit | holds |\n|---|---|---|---|---|---|\n");
      }
      page.append(String.format(
          Locale.ROOT,
          "| %s | %s | %s | %s | %s | %s |%n",
          finding.what(),
          Finding.number(finding.measured()),
          Finding.number(finding.low()),
          Finding.number(finding.high()),
          finding.unit(),
          finding.holds() ? "yes" : "**no**"));
    }
    return page.toString();
  }
}

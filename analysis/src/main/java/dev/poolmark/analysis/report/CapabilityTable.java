package dev.poolmark.analysis.report;

import dev.poolmark.analysis.choose.Choice;
import dev.poolmark.analysis.results.Capabilities;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.table.Column;
import dev.poolmark.analysis.table.Section;
import dev.poolmark.analysis.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the measured clients can do, as a section. */
final class CapabilityTable {

  private CapabilityTable() {}

  /** A row a setting, a column a client of the study; empty if the jar speaks of none of them. */
  static Optional<Section> section(Study study, Capabilities capabilities) {
    List<String> clients = study.design().axes().getOrDefault(Choice.CLIENT, List.of()).stream()
        .filter(capabilities.clients()::containsKey)
        .toList();
    if (clients.isEmpty()) {
      return Optional.empty();
    }
    List<String> columns = new ArrayList<>(List.of("setting"));
    columns.addAll(clients);
    List<List<String>> rows = new ArrayList<>();
    for (String setting : capabilities.settings()) {
      List<String> row = new ArrayList<>(List.of(setting));
      for (String client : clients) {
        Map<String, String> settings = capabilities.clients().get(client);
        row.add(settings.getOrDefault(setting, Column.UNKNOWN));
      }
      rows.add(row);
    }
    return Optional.of(Section.of(
        "What each client can do",
        "According to the measured jar. Native: the library has it. By adapter: the code around"
            + " the library supplies it. Unsupported: opening a client with it fails.",
        Table.ofWords("Settings by client", columns, columns.size(), rows)));
  }
}

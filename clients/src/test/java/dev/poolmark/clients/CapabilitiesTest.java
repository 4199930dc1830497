package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.spi.Capability;
import dev.poolmark.clients.spi.ClientProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What each client can do, as the providers say, stands in the README and, for programs, in a resource. */
final class CapabilitiesTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "."));
  private static final Path JSON = MODULE.resolve(
      Path.of("src", "main", "resources", "META-INF", "poolmark", "capabilities.json"));

  /** Without those of the tests. */
  private final List<ClientProvider> clients = ClientProvider.all().stream()
      .filter(client -> client.getClass().getPackageName().startsWith("dev.poolmark.clients."))
      .toList();

  @Test
  void theReadmeSaysWhatTheProvidersSay() throws IOException {
    ReadmeTable.check("capabilities", table());
  }

  @Test
  void theResourceSaysWhatTheProvidersSay() throws IOException {
    if (Boolean.getBoolean("readme.update")) {
      Files.createDirectories(JSON.getParent());
      Files.writeString(JSON, json());
      return;
    }
    assertThat(JSON)
        .as("out of date: to write it again, add -Dreadme.update=true")
        .hasContent(json());
  }

  private String table() {
    StringBuilder table = new StringBuilder("| setting |");
    clients.forEach(client -> table.append(' ').append(client.name()).append(" |"));
    table.append("\n|---|").append("---|".repeat(clients.size())).append('\n');
    for (Capability setting : Capability.values()) {
      table.append("| `").append(setting.label()).append("` |");
      clients.forEach(
          client -> table.append(' ').append(client.support(setting).label()).append(" |"));
      table.append('\n');
    }
    return table.toString();
  }

  private String json() {
    return clients.stream()
        .map(client -> "  \"" + client.name() + "\" : {\n"
            + List.of(Capability.values()).stream()
                .map(setting -> "    \"" + setting.label() + "\" : \""
                    + client.support(setting).label() + "\"")
                .collect(Collectors.joining(",\n"))
            + "\n  }")
        .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
  }
}

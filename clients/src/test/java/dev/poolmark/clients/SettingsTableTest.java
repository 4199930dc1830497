package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTableTest {
  private static String table() {
    ClientConfig defaults = ClientConfig.builder().build();
    return ConfigSetting.ALL.stream()
        .map(setting -> "| `%s` | %s | %s | %s |%n"
            .formatted(
                setting.name(),
                setting.variable().isEmpty()
                    ? "in code"
                    : "`HTTP_CLIENT_" + setting.variable() + "`",
                setting.text(defaults),
                setting.meaning()))
        .collect(Collectors.joining(
            "", "| setting | variable | default | meaning |\n|---|---|---|---|\n", ""))
        .replace("\r\n", "\n");
  }

  @Test
  void theReadmeListsTheSettings() throws IOException {
    ReadmeTable.check("settings", table());
  }

  @Test
  @DisabledIfSystemProperty(named = "readme.update", matches = "true")
  void aTableThatIsOutOfDateFailsAndSaysHowToWriteIt(@TempDir Path directory) throws IOException {
    Path readme = directory.resolve("README.md");
    String stale = "before\n<!-- settings -->\n| old |\n<!-- /settings -->\nafter\n";
    Files.writeString(readme, stale);
    assertThatThrownBy(() -> ReadmeTable.check(readme, "settings", table()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dreadme.update=true");
    assertThat(readme).hasContent(stale);
  }
}

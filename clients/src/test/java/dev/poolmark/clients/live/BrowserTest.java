package dev.poolmark.clients.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What headless Chromium shows of the page. Skipped where there is none. */
@Timeout(120)
final class BrowserTest {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Pattern SOCKET = Pattern.compile(
      "\"type\": \"page\".*?\"webSocketDebuggerUrl\": \"([^\"]+)\"", Pattern.DOTALL);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir
  private Path profile;

  /** Two calls that are not answered, and one that waits for them. */
  @Test
  void thePageShowsThePoolAsItIs() throws Exception {
    assumeTrue(Files.isExecutable(CHROMIUM), "skipped: there is no " + CHROMIUM);
    try (StubServer silent =
            StubServer.start(StubConfig.defaults().withServiceTime(Duration.ofMinutes(1)));
        PooledHttpClient client = PooledHttpClient.open(
            "okhttp", ClientConfig.builder().maxConnections(2).build());
        LivePage page = LivePage.start(client, 0, List.of(Control.button("Stop", () -> {})))) {
      Request request = Request.get(silent.httpUri());
      Stream.generate(() -> client.executeAsync(request)).limit(3).forEach(call -> {});
      Process browser = browse(page.uri());
      try {
        WebSocket devTools = devTools();
        StringBuilder shown = new StringBuilder();
        boolean isShown = Clients.within(PATIENCE, () -> {
          shown.setLength(0);
          shown.append(text(devTools));
          return shown.indexOf(request.endpoint()) >= 0;
        });
        assertThat(isShown).as("shown: %s", shown).isTrue();
        assertThat(shown.toString().replaceAll("(\\\\[nt]|\\s)+", " "))
            .contains("live", "Stop", "2 leased, of 2", "1 calls that wait")
            .contains(request.endpoint() + " 2 2 1");
      } finally {
        browser.descendants().forEach(ProcessHandle::destroyForcibly);
        browser.destroyForcibly().waitFor();
      }
    }
  }

  private Process browse(URI uri) throws IOException {
    return new ProcessBuilder(
            CHROMIUM.toString(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-port=0",
            "--user-data-dir=" + profile,
            uri.toString())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** The tools of the page. */
  private WebSocket devTools() throws Exception {
    AtomicReference<String> address = new AtomicReference<>();
    boolean isOpen = Clients.within(PATIENCE, () -> {
      Matcher socket = SOCKET.matcher(pages());
      if (socket.find()) {
        address.set(socket.group(1));
      }
      return address.get() != null;
    });
    assertThat(isOpen).as("the browser opens the page").isTrue();
    return HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .buildAsync(URI.create(address.get()), answers)
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** What the browser has open, as JSON; empty while it starts. It writes its port to its profile. */
  private String pages() {
    try {
      Path port = profile.resolve("DevToolsActivePort");
      if (!Files.exists(port) || Files.size(port) == 0) {
        return "";
      }
      URI pages = URI.create("http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json");
      try (InputStream in = pages.toURL().openStream()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException notYet) {
      return "";
    }
  }

  private final Answers answers = new Answers();

  /** The text of the page, as JSON writes it. */
  private String text(WebSocket devTools) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    answers.next = answer;
    devTools.sendText(
        "{\"id\":1,\"method\":\"Runtime.evaluate\","
            + "\"params\":{\"expression\":\"document.body.innerText\"}}",
        true);
    return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static final class Answers implements WebSocket.Listener {
    private final StringBuilder parts = new StringBuilder();
    private volatile CompletableFuture<String> next = new CompletableFuture<>();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      parts.append(part);
      if (last) {
        next.complete(parts.toString());
        parts.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }
}

package dev.poolmark.clients.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class LivePageTest {
  private static final Duration SERVICE_TIME = Duration.ofSeconds(1);

  /** That come in half a minute. */
  private static final int MAX_EVENTS = 60;

  private StubServer stub;
  private PooledHttpClient client;

  @BeforeEach
  void open() throws IOException {
    stub = StubServer.start(StubConfig.defaults().withServiceTime(SERVICE_TIME));
    client =
        PooledHttpClient.open("okhttp", ClientConfig.builder().maxConnections(2).build());
  }

  @AfterEach
  void close() {
    client.close();
    stub.close();
  }

  @Test
  void showsThePoolAsItFillsAndDrains() throws Exception {
    try (LivePage page = LivePage.start(client, 0);
        BufferedReader events = events(page)) {
      assertThat(nextEvent(events)).contains("\"max\":2,\"leased\":0,\"pending\":0");
      List<CompletableFuture<Response>> calls = Stream.generate(
              () -> client.executeAsync(Request.get(stub.httpUri())))
          .limit(3)
          .toList();
      String endpoint = "http://" + stub.httpUri().getAuthority();
      awaitEvent(
          events,
          "\"max\":2,\"leased\":2,\"pending\":1,",
          "\"endpoints\":{\"" + endpoint + "\":{\"leased\":2,\"max\":2,\"pending\":1}}");
      for (CompletableFuture<Response> call : calls) {
        call.get();
      }
      awaitEvent(events, "\"calls\":3,\"succeeded\":3,", "\"idle\":2,", "\"endpoints\":{}");
    }
  }

  @Test
  void countsFailuresByReason() throws Exception {
    try (LivePage page = LivePage.start(client, 0);
        BufferedReader events = events(page)) {
      client.executeAsync(Request.get(stub.httpUri())).cancel(true);
      awaitEvent(events, "\"failures\":{\"CANCELLED\":1}");
    }
  }

  @Test
  void thePageIsOneFile() throws Exception {
    try (LivePage page = LivePage.start(client, 0)) {
      String html = get(page.uri()).body();
      assertThat(html).startsWith("<!doctype html>").contains("for (const [index, control] of [].");
      assertThat(html).doesNotContain("src=", "href=", "http://", "https://");
      assertThat(get(page.uri().resolve("favicon.ico")).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void controlsAreSet() throws Exception {
    List<Integer> set = new ArrayList<>();
    List<Control> controls = List.of(
        new Control("callers", 0, 64, 4, set::add), Control.button("</script>", () -> set.add(-1)));
    try (LivePage page = LivePage.start(client, 0, controls)) {
      assertThat(get(page.uri()).body())
          .contains("{\"label\":\"callers\",\"min\":0,\"max\":64,\"value\":4}")
          .contains("\\u003c/script>");
      assertThat(post(page, "0=64", null)).isEqualTo(200);
      assertThat(post(page, "1=0", null)).isEqualTo(200);
      for (String wrong : List.of("0=65", "0=x", "2=0", "-1=0", "0", "=")) {
        assertThat(post(page, wrong, null)).as(wrong).isEqualTo(400);
      }
      assertThat(post(page, "0=1", "http://evil.example")).as("another site").isEqualTo(403);
      assertThat(set).containsExactly(64, -1);
      assertThat(get(page.uri()).body()).contains("\"max\":64,\"value\":64}");
    }
  }

  @Test
  void isForThisHostOnly() throws Exception {
    try (LivePage page = LivePage.start(client, 0)) {
      assertThat(statusLine(page, "Host: evil.example\r\n")).contains(" 403 ");
      assertThat(statusLine(page, "Host: localhost:" + page.uri().getPort() + "\r\n"))
          .contains(" 200 ");
      for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
        for (InetAddress address : network.inetAddresses().toList()) {
          if (!address.isLoopbackAddress()) {
            assertThatIOException()
                .isThrownBy(() -> new Socket(address, page.uri().getPort()).close());
          }
        }
      }
    }
  }

  @Test
  void moreViewersThanEightAreTurnedAway() throws Exception {
    List<BufferedReader> viewers = new ArrayList<>();
    try (LivePage page = LivePage.start(client, 0)) {
      for (int i = 0; i < 8; i++) {
        viewers.add(events(page));
        nextEvent(viewers.get(i));
      }
      assertThat(eventsStatus(page)).isEqualTo(503);
      viewers.remove(0).close();
      Clients.eventually("a place is free", () -> eventsStatus(page) == 200);
    } finally {
      for (BufferedReader viewer : viewers) {
        viewer.close();
      }
    }
  }

  @Test
  void aPortThatCannotBeOpenedIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatIOException()
          .isThrownBy(() -> LivePage.start(client, port))
          .withMessageStartingWith("port " + port + " cannot be opened: ");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LivePage.start(client, 65_536))
        .withMessage("port must be from 0 to 65535: 65536");
    Control twice = Control.button("twice", () -> {});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LivePage.start(client, 0, List.of(twice, twice)))
        .withMessage("label must occur once: twice");
  }

  @Test
  void aControlThatCannotBeSetIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Control("callers", 5, 4, 5, value -> {}))
        .withMessage("max must be at least min, 5: 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Control("callers", 0, 4, 5, value -> {}))
        .withMessage("initial must be from 0 to 4: 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Control.button(" ", () -> {}))
        .withMessage("label must not be blank: \" \"");
  }

  @Test
  void closingEndsItsThreads() throws Exception {
    LivePage page = LivePage.start(client, 0);
    BufferedReader events = events(page);
    nextEvent(events);
    page.close();
    Clients.eventually(
        "no thread is left",
        () -> Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("poolmark-live-page")));
    assertThat(client.execute(Request.get(stub.httpUri())).status()).isEqualTo(200);
  }

  private static HttpResponse<String> get(URI uri) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static int post(LivePage page, String query, String origin) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(page.uri().resolve("controls?" + query))
        .POST(HttpRequest.BodyPublishers.noBody());
    if (origin != null) {
      request.header("Origin", origin);
    }
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  /** Over a socket, because clients do not let a caller write the field. */
  private static String statusLine(LivePage page, String host) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), page.uri().getPort())) {
      socket
          .getOutputStream()
          .write(("GET / HTTP/1.1\r\n" + host + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
          .readLine();
    }
  }

  private static int eventsStatus(LivePage page) {
    try {
      HttpURLConnection events =
          (HttpURLConnection) page.uri().resolve("events").toURL().openConnection();
      int status = events.getResponseCode();
      events.disconnect();
      return status;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BufferedReader events(LivePage page) throws IOException {
    return new BufferedReader(new InputStreamReader(
        page.uri().resolve("events").toURL().openStream(), StandardCharsets.UTF_8));
  }

  private static String nextEvent(BufferedReader events) throws IOException {
    String line = events.readLine();
    return line.isEmpty() ? nextEvent(events) : line;
  }

  private static void awaitEvent(BufferedReader events, String... parts) throws IOException {
    String event = nextEvent(events);
    for (int i = 0; i < MAX_EVENTS && !Stream.of(parts).allMatch(event::contains); i++) {
      event = nextEvent(events);
    }
    assertThat(event).contains(parts);
  }
}

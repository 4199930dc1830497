package dev.poolmark.clients.live;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.poolmark.clients.PooledHttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A page that shows a client's pool as it fills and drains, at most a second behind: leases, waiters, connections opened
 * and closed, failures by reason, the circuit breaker. Served by the JDK's own HTTP server (module {@code
 * jdk.httpserver}) on the loopback interface only, as one file without references to other hosts; it follows the metrics
 * through server-sent events. It reads {@link PooledHttpClient#metrics()} twice a second for each viewer, and not at all
 * without one. Thread-safe.
 */
public final class LivePage implements AutoCloseable {
  private static final long PERIOD_MILLIS = 500;
  private static final int MAX_VIEWERS = 8;
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int UNAVAILABLE = 503;

  private final PooledHttpClient client;
  private final List<Control> controls;
  private final AtomicIntegerArray values;
  private final HttpServer server;
  private final ExecutorService threads;
  private final Semaphore viewers = new Semaphore(MAX_VIEWERS);
  private final CountDownLatch closed = new CountDownLatch(1);

  private LivePage(PooledHttpClient client, int port, List<Control> controls) throws IOException {
    this.client = client;
    this.controls = List.copyOf(controls);
    this.values =
        new AtomicIntegerArray(controls.stream().mapToInt(Control::initial).toArray());
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    this.threads = Executors.newCachedThreadPool(work -> {
      Thread thread = new Thread(work, "poolmark-live-page");
      thread.setDaemon(true);
      return thread;
    });
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  /**
   * Starts a page for that client. The caller closes both.
   *
   * @param port the port; 0 for one that the system chooses
   * @throws IllegalArgumentException if the port is not from 0 to 65535
   * @throws IOException if the port cannot be opened; names it
   */
  public static LivePage start(PooledHttpClient client, int port) throws IOException {
    return start(client, port, List.of());
  }

  /**
   * Starts a page with which its viewer can also change something.
   *
   * @throws IllegalArgumentException if the port is not from 0 to 65535, or two controls have one label
   * @throws IOException if the port cannot be opened; names it
   */
  public static LivePage start(PooledHttpClient client, int port, List<Control> controls)
      throws IOException {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be from 0 to 65535: " + port);
    }
    Set<String> labels = new HashSet<>();
    for (Control control : controls) {
      if (!labels.add(control.label())) {
        throw new IllegalArgumentException("label must occur once: " + control.label());
      }
    }
    try {
      return new LivePage(client, port, controls);
    } catch (IOException e) {
      throw new IOException("port " + port + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /** Where a browser on this machine finds the page. */
  public URI uri() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String method = exchange.getRequestMethod();
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      if (!isOwn(exchange)) {
        answer(exchange, FORBIDDEN, "This page is for localhost only.");
      } else if (path.equals("/controls") && method.equals("POST")) {
        set(exchange);
      } else if (!method.equals("GET")) {
        answer(exchange, METHOD_NOT_ALLOWED, "This page knows GET only.");
      } else if (path.equals("/")) {
        page(exchange);
      } else if (path.equals("/events")) {
        events(exchange);
      } else {
        answer(exchange, NOT_FOUND, "There is only /.");
      }
    }
  }

  /** Whether the request names this host, and no other site has made the browser send it. */
  private boolean isOwn(HttpExchange exchange) {
    Set<String> own = Set.of("localhost", "127.0.0.1", "[::1]").stream()
        .map(host -> host + ":" + server.getAddress().getPort())
        .collect(Collectors.toSet());
    String host = exchange.getRequestHeaders().getFirst("Host");
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    return host != null
        && own.contains(host)
        && (origin == null || origin.equals("http://" + host));
  }

  private void page(HttpExchange exchange) throws IOException {
    String html;
    try (InputStream in = LivePage.class.getResourceAsStream("live.html")) {
      html = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
    exchange
        .getResponseHeaders()
        .set(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'");
    answer(exchange, OK, html.replace("/*controls*/[]", controlsJson()));
  }

  private String controlsJson() {
    return IntStream.range(0, controls.size())
        .mapToObj(i -> "{\"label\":" + Snapshot.text(controls.get(i).label())
            + ",\"min\":" + controls.get(i).min()
            + ",\"max\":" + controls.get(i).max()
            + ",\"value\":" + values.get(i) + "}")
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** Sets a control: {@code POST /controls?INDEX=VALUE}. */
  private void set(HttpExchange exchange) throws IOException {
    String[] query = String.valueOf(exchange.getRequestURI().getQuery()).split("=", 2);
    try {
      int value = Integer.parseInt(query[1]);
      int index = Integer.parseInt(query[0]);
      Control control = controls.get(index);
      if (value < control.min() || value > control.max()) {
        throw new IllegalArgumentException();
      }
      values.set(index, value);
      control.action().accept(value);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      answer(exchange, BAD_REQUEST, "There is no such control, or it has no such value.");
      return;
    }
    answer(exchange, OK, "");
  }

  private void events(HttpExchange exchange) throws IOException {
    if (!viewers.tryAcquire()) {
      answer(exchange, UNAVAILABLE, "At most " + MAX_VIEWERS + " can watch at a time.");
      return;
    }
    try {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(OK, 0);
      OutputStream out = exchange.getResponseBody();
      do {
        String event = "data: " + Snapshot.json(client.metrics()) + "\n\n";
        out.write(event.getBytes(StandardCharsets.UTF_8));
        out.flush();
      } while (!closed.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      viewers.release();
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  /** Ends the page and its threads. The client stays open. */
  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}

package dev.poolmark.stub;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import picocli.CommandLine.ParameterException;

/**
 * Starts stubs for other processes, and tells their counts, through a door of its own:
 *
 * <ul>
 *   <li>{@code POST /stubs}, options one a line: starts a stub, answers its addresses and certificate;
 *   <li>{@code DELETE /stubs/N}: closes it;
 *   <li>{@code GET /stubs/N/stats}, {@code DELETE /stubs/N/stats}: tells its counts, sets them to zero;
 *   <li>{@code DELETE /stubs/N/connections}: closes its open connections.
 * </ul>
 *
 * Safe for several threads.
 */
final class StubHost implements AutoCloseable {
  private static final String STUBS = "/stubs";

  private final Map<String, StubServer> stubs = new ConcurrentHashMap<>();
  private final AtomicInteger lastNumber = new AtomicInteger();
  private final Doors doors;
  private final Server jetty;
  private final URI uri;

  private StubHost(InetAddress bind) throws Exception {
    doors = Doors.on(bind);
    QueuedThreadPool threads = new QueuedThreadPool();
    threads.setName("stub-host");
    jetty = new Server(threads);
    jetty.setHandler(new ControlHandler());
    ServerConnector door = new ServerConnector(jetty, 1, 1);
    door.setHost(bind.getHostAddress());
    jetty.addConnector(door);
    jetty.start();
    uri = URI.create("http://" + doors.host() + ":" + door.getLocalPort() + STUBS);
  }

  /**
   * Opens the door there; its port is the system's choice.
   *
   * @throws IOException if no port can be had
   */
  static StubHost open(InetAddress bind) throws IOException {
    try {
      return new StubHost(bind);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the stub's control door does not open: " + e.getMessage(), e);
    }
  }

  /** Where stubs are asked for. */
  URI uri() {
    return uri;
  }

  /** Starts a stub at these doors; tells its addresses and certificate. */
  Map<String, String> start(StubConfig config, Doors doors) throws IOException {
    StubServer stub = StubServer.start(config, doors);
    String number = String.valueOf(lastNumber.incrementAndGet());
    stubs.put(number, stub);
    Map<String, String> ready = new LinkedHashMap<>();
    ready.put("http", stub.httpUri().toString());
    ready.put("https", stub.httpsUri().toString());
    ready.put("stub", uri + "/" + number);
    ready.put("stats", uri + "/" + number + "/stats");
    ready.put("certificate", Wire.pem(stub.certificate()));
    return ready;
  }

  @Override
  public void close() {
    stubs.values().forEach(StubServer::close);
    stubs.clear();
    try {
      jetty.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the control door does not close: " + e.getMessage(), e);
    }
  }

  private record Answer(int status, String text) {
    static final Answer DONE = new Answer(HttpStatus.OK_200, "");
    static final Answer NOT_FOUND = new Answer(HttpStatus.NOT_FOUND_404, "no such stub");
  }

  private final class ControlHandler extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      Answer answer;
      try {
        answer = answer(
            HttpMethod.fromString(request.getMethod()),
            Request.getPathInContext(request).split("/"),
            Content.Source.asString(request));
      } catch (ParameterException e) {
        answer = new Answer(HttpStatus.BAD_REQUEST_400, e.getMessage());
      }
      response.setStatus(answer.status());
      Content.Sink.write(response, true, answer.text(), callback);
      return true;
    }

    /** Path: an empty step, "stubs", a number, and a part of the stub. */
    private Answer answer(HttpMethod method, String[] path, String body) throws IOException {
      if (path.length == 2 && path[1].equals("stubs") && method == HttpMethod.POST) {
        List<String> options = body.lines().toList();
        return new Answer(
            HttpStatus.OK_200, Wire.json(StubHost.this.start(StubOptions.parse(options), doors)));
      }
      StubServer stub = path.length > 2 ? stubs.get(path[2]) : null;
      if (stub == null) {
        return Answer.NOT_FOUND;
      }
      return switch (method + " " + (path.length > 3 ? path[3] : "")) {
        case "GET stats" -> new Answer(HttpStatus.OK_200, Wire.json(Wire.members(stub.stats())));
        case "DELETE stats" -> done(stub::resetStats);
        case "DELETE connections" -> done(stub::closeConnections);
        case "DELETE " ->
          done(() -> {
            stubs.remove(path[2]);
            stub.close();
          });
        default -> Answer.NOT_FOUND;
      };
    }

    private static Answer done(Runnable work) {
      work.run();
      return Answer.DONE;
    }
  }
}

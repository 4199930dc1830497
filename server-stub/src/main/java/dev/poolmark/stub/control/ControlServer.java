package dev.poolmark.stub.control;

import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.config.StubOptions;
import dev.poolmark.stub.network.ListenAddresses;
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
 * Starts and controls stubs for other processes, over HTTP on a port of its own:
 *
 * <ul>
 *   <li>{@code POST /stubs}, with one option a line, starts a stub and returns its addresses and its certificate;
 *   <li>{@code DELETE /stubs/N} closes it;
 *   <li>{@code GET /stubs/N/stats} returns its counts, and {@code DELETE} sets them to zero;
 *   <li>{@code DELETE /stubs/N/connections} closes its open connections.
 * </ul>
 *
 * Thread-safe.
 */
final class ControlServer implements AutoCloseable {
  private static final String STUBS = "/stubs";

  private final Map<String, StubServer> stubs = new ConcurrentHashMap<>();
  private final AtomicInteger lastNumber = new AtomicInteger();
  private final ListenAddresses addresses;
  private final Server jetty;
  private final URI uri;

  private ControlServer(InetAddress bind) throws Exception {
    addresses = ListenAddresses.on(bind);
    QueuedThreadPool threads = new QueuedThreadPool();
    threads.setName("stub-control");
    jetty = new Server(threads);
    jetty.setHandler(new ControlHandler());
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(bind.getHostAddress());
    jetty.addConnector(connector);
    jetty.start();
    uri = URI.create("http://" + addresses.host() + ":" + connector.getLocalPort() + STUBS);
  }

  /**
   * Listens on this address, on a port that the system chooses.
   *
   * @throws IOException if no port can be opened
   */
  static ControlServer open(InetAddress bind) throws IOException {
    try {
      return new ControlServer(bind);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the stub's control port cannot be opened: " + e.getMessage(), e);
    }
  }

  /** The address that stubs are requested from. */
  URI uri() {
    return uri;
  }

  /** Starts a stub on these ports, and returns its addresses and its certificate. */
  Map<String, String> start(StubConfig config, ListenAddresses addresses) throws IOException {
    StubServer stub = StubServer.start(config, addresses);
    String number = String.valueOf(lastNumber.incrementAndGet());
    stubs.put(number, stub);
    Map<String, String> ready = new LinkedHashMap<>();
    ready.put("http", stub.httpUri().toString());
    ready.put("https", stub.httpsUri().toString());
    ready.put("stub", uri + "/" + number);
    ready.put("stats", uri + "/" + number + "/stats");
    ready.put("certificate", ControlJson.pem(stub.certificate()));
    return ready;
  }

  @Override
  public void close() {
    stubs.values().forEach(StubServer::close);
    stubs.clear();
    try {
      jetty.stop();
    } catch (Exception e) {
      throw new IllegalStateException(
          "the stub's control port does not close: " + e.getMessage(), e);
    }
  }

  private record ControlResponse(int status, String text) {
    static final ControlResponse DONE = new ControlResponse(HttpStatus.OK_200, "");
    static final ControlResponse NOT_FOUND =
        new ControlResponse(HttpStatus.NOT_FOUND_404, "no such stub");
  }

  private final class ControlHandler extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      ControlResponse answer;
      try {
        answer = answer(
            HttpMethod.fromString(request.getMethod()),
            Request.getPathInContext(request).split("/"),
            Content.Source.asString(request));
      } catch (ParameterException e) {
        answer = new ControlResponse(HttpStatus.BAD_REQUEST_400, e.getMessage());
      }
      response.setStatus(answer.status());
      Content.Sink.write(response, true, answer.text(), callback);
      return true;
    }

    /** The path is split: an empty part, "stubs", the stub's number, and what of the stub is meant. */
    private ControlResponse answer(HttpMethod method, String[] path, String body)
        throws IOException {
      if (path.length == 2 && path[1].equals("stubs") && method == HttpMethod.POST) {
        List<String> options = body.lines().toList();
        return new ControlResponse(
            HttpStatus.OK_200,
            ControlJson.json(ControlServer.this.start(StubOptions.parse(options), addresses)));
      }
      StubServer stub = path.length > 2 ? stubs.get(path[2]) : null;
      if (stub == null) {
        return ControlResponse.NOT_FOUND;
      }
      return switch (method + " " + (path.length > 3 ? path[3] : "")) {
        case "GET stats" ->
          new ControlResponse(
              HttpStatus.OK_200, ControlJson.json(ControlJson.members(stub.stats())));
        case "DELETE stats" -> done(stub::resetStats);
        case "DELETE connections" -> done(stub::closeConnections);
        case "DELETE " ->
          done(() -> {
            stubs.remove(path[2]);
            stub.close();
          });
        default -> ControlResponse.NOT_FOUND;
      };
    }

    private static ControlResponse done(Runnable work) {
      work.run();
      return ControlResponse.DONE;
    }
  }
}

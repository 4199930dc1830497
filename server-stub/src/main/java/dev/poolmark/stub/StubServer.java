package dev.poolmark.stub;

import java.io.IOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An HTTP/1.1 server on loopback with a plain and a TLS door, behind the {@link Link} of its {@link StubConfig}. Its
 * counts are the oracle of the contract suite and of the benchmarks. Safe for several threads.
 */
public final class StubServer implements Stub {
  static final String LOOPBACK =
      "127.0.0.1"; // a name would bring its look-up, and ::1, into a connect
  private static final int BACKLOG = 4096;
  private static final long IDLE_TIMEOUT_MILLIS = 60_000;

  private final Counters counters = new Counters();
  private final Timer timer = new Timer("stub-timer");
  private final List<DelayLine> delayLines = new ArrayList<>();
  private final Server jetty;
  private final Identity identity;
  private final URI httpUri;
  private final URI httpsUri;

  private StubServer(StubConfig config) throws Exception {
    // A key takes a while to make; the plain door starts meanwhile.
    CompletableFuture<Identity> key =
        CompletableFuture.supplyAsync(() -> Identity.of(config.tls().key()));
    QueuedThreadPool threads = new QueuedThreadPool();
    threads.setName("stub");
    threads.setDaemon(true);
    jetty = new Server(threads);
    jetty.setStopTimeout(0);
    jetty.setHandler(new StubHandler(config, counters, timer));
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    // Jetty's own refuses names that the certificate lacks
    http.addCustomizer(new SecureRequestCustomizer(false));
    ServerConnector plain = door(new HttpConnectionFactory(http));
    try {
      jetty.start();
      identity = key.get();
      Handshakes handshakes = new Handshakes(config.tls(), identity, counters);
      ServerConnector tls =
          door(new SslConnectionFactory(handshakes, "http/1.1"), new HttpConnectionFactory(http));
      tls.start();
      httpUri = uri("http", port(config, plain));
      httpsUri = uri("https", port(config, tls));
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  /**
   * Starts a server; its ports are the system's choice.
   *
   * @throws IOException if no port can be had
   */
  public static StubServer start(StubConfig config) throws IOException {
    try {
      return new StubServer(config);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the stub server does not start: " + e.getMessage(), e);
    }
  }

  private ServerConnector door(ConnectionFactory... protocols) {
    ServerConnector door = new ServerConnector(jetty, 1, 1, protocols) {
      @Override
      protected void onEndPointOpened(EndPoint endPoint) {
        counters.connectionOpened();
        super.onEndPointOpened(endPoint);
      }

      @Override
      protected void onEndPointClosed(EndPoint endPoint) {
        counters.connectionClosed();
        super.onEndPointClosed(endPoint);
      }
    };
    door.setHost(LOOPBACK);
    door.setAcceptQueueSize(BACKLOG);
    door.setIdleTimeout(IDLE_TIMEOUT_MILLIS);
    jetty.addConnector(door);
    return door;
  }

  private int port(StubConfig config, ServerConnector door) throws IOException {
    if (config.link().isEmpty()) {
      return door.getLocalPort();
    }
    DelayLine delayLine = new DelayLine(config.link().get(), door.getLocalPort(), timer);
    delayLines.add(delayLine);
    return delayLine.port();
  }

  private static URI uri(String scheme, int port) {
    return URI.create(scheme + "://" + LOOPBACK + ":" + port + "/");
  }

  @Override
  public URI httpUri() {
    return httpUri;
  }

  @Override
  public URI httpsUri() {
    return httpsUri;
  }

  @Override
  public X509Certificate certificate() {
    return identity.certificate();
  }

  @Override
  public StubStats stats() {
    return counters.snapshot();
  }

  @Override
  public void resetStats() {
    counters.reset();
  }

  @Override
  public void closeConnections() {
    for (var connector : jetty.getConnectors()) {
      connector.getConnectedEndPoints().forEach(EndPoint::close);
    }
  }

  /** Closes the doors and every connection, and ends every thread of this server. A second call does nothing. */
  @Override
  public void close() {
    delayLines.forEach(DelayLine::close);
    try {
      jetty.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the stub server does not stop: " + e.getMessage(), e);
    } finally {
      timer.close();
    }
  }
}

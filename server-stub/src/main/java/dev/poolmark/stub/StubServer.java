package dev.poolmark.stub;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
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
 * counts are the oracle of the contract suite and of the benchmarks. It answers {@code /} with a body of the
 * configured length, {@code /bytes/N} with one of N bytes, and a POST to {@code /echo} with the request's body; byte i
 * of a body is {@code (byte) i}. Everything else is a 404. Safe for several threads.
 */
public final class StubServer implements AutoCloseable {
  private static final String LOOPBACK =
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

  /** The plain door; ends in a slash. */
  public URI httpUri() {
    return httpUri;
  }

  /** The TLS door; ends in a slash. */
  public URI httpsUri() {
    return httpsUri;
  }

  /** The TLS door's certificate, self-signed, for localhost, 127.0.0.1 and ::1. */
  public X509Certificate certificate() {
    return identity.certificate();
  }

  /** Trusts {@link #certificate()} and nothing else. */
  public X509TrustManager trust() {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("stub", certificate());
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager trust) {
          return trust;
        }
      }
      throw new IllegalStateException("this JVM has no X.509 trust manager");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JVM cannot trust a certificate", e);
    }
  }

  /** What the server has seen, over both doors. */
  public StubStats stats() {
    return counters.snapshot();
  }

  /** Sets the counts to zero, and the peaks to what is open and in flight now. */
  public void resetStats() {
    counters.reset();
  }

  /** The server closes every connection that is open now, as servers do with idle ones. */
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

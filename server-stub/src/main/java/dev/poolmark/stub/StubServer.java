package dev.poolmark.stub;

import dev.poolmark.stub.config.HttpProtocol;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.http.StubHandler;
import dev.poolmark.stub.network.ListenAddresses;
import dev.poolmark.stub.network.Listeners;
import dev.poolmark.stub.network.Timer;
import dev.poolmark.stub.stats.Counters;
import dev.poolmark.stub.stats.StubStats;
import dev.poolmark.stub.tls.Handshakes;
import dev.poolmark.stub.tls.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
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
 * An HTTP server with a plain and a TLS port, on loopback unless told otherwise, behind the emulated link of its {@link
 * StubConfig}. Its counts are the oracle of the contract suite and of the benchmarks. Thread-safe.
 */
public final class StubServer implements Stub {
  private final Counters counters = new Counters();
  private final Timer timer = new Timer("stub-timer");
  private final Server jetty;
  private final StubHandler handler;
  private final Listeners listeners;
  private final Identity identity;
  private final URI httpUri;
  private final URI httpsUri;

  private StubServer(StubConfig config, ListenAddresses addresses) throws Exception {
    Set<InetAddress> reachable = addresses.isOpenToOthers() ? addresses.reachable() : Set.of();
    // A key takes a while to make; the plain port opens meanwhile.
    CompletableFuture<Identity> key =
        CompletableFuture.supplyAsync(() -> Identity.of(config.tls().key(), reachable));
    QueuedThreadPool threads = new QueuedThreadPool();
    threads.setName("stub");
    threads.setDaemon(true);
    jetty = new Server(threads);
    jetty.setStopTimeout(0);
    handler = new StubHandler(config, counters, timer);
    jetty.setHandler(handler);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    // Jetty's own customizer refuses host names that the certificate lacks.
    http.addCustomizer(new SecureRequestCustomizer(false));
    listeners = new Listeners(config, addresses, counters, timer);
    ServerConnector plain =
        listeners.connector(jetty, false, plainProtocols(config.protocol(), http));
    try {
      jetty.start();
      identity = key.get();
      Handshakes handshakes = new Handshakes(config.tls(), identity, counters);
      ServerConnector tls =
          listeners.connector(jetty, true, tlsProtocols(config.protocol(), handshakes, http));
      tls.start();
      String host = addresses.host();
      httpUri = URI.create("http://" + host + ":" + listeners.open(plain, false) + "/");
      httpsUri = URI.create("https://" + host + ":" + listeners.open(tls, true) + "/");
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  /**
   * Starts a server on loopback, on ports that the system chooses.
   *
   * @throws IOException if the server cannot start
   */
  public static StubServer start(StubConfig config) throws IOException {
    return start(config, ListenAddresses.loopback());
  }

  /**
   * Starts a server on these ports.
   *
   * @throws IOException if a port cannot be opened, with its address and the system's reason
   */
  public static StubServer start(StubConfig config, ListenAddresses addresses) throws IOException {
    try {
      return new StubServer(config, addresses);
    } catch (IOException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "ports " + addresses.port() + " and " + addresses.tlsPort() + " of "
              + addresses.bind().getHostAddress() + " cannot be opened: " + reason.getMessage(),
          e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the stub server does not start: " + e.getMessage(), e);
    }
  }

  private static List<ConnectionFactory> plainProtocols(
      HttpProtocol offered, HttpConfiguration http) {
    ConnectionFactory http1 = new HttpConnectionFactory(http);
    return offered == HttpProtocol.HTTP_1_1
        ? List.of(http1)
        : List.of(http1, new HTTP2CServerConnectionFactory(http));
  }

  private static List<ConnectionFactory> tlsProtocols(
      HttpProtocol offered, Handshakes handshakes, HttpConfiguration http) {
    ConnectionFactory http1 = new HttpConnectionFactory(http);
    if (offered == HttpProtocol.HTTP_1_1) {
      return List.of(new SslConnectionFactory(handshakes, http1.getProtocol()), http1);
    }
    ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
    alpn.setDefaultProtocol(http1.getProtocol());
    return List.of(
        new SslConnectionFactory(handshakes, alpn.getProtocol()),
        alpn,
        new HTTP2ServerConnectionFactory(http),
        http1);
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

  /** Presents {@link #certificate()}: for TLS servers that a test writes by hand. */
  public SSLContext tlsContext() {
    char[] password = {};
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setKeyEntry(
          "stub", identity.key(), password, new X509Certificate[] {identity.certificate()});
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JVM cannot present a certificate", e);
    }
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

  /** Adds this to the service time of every request that comes from now on; zero ends it. */
  public void slowDown(Duration added) {
    handler.slowDown(added);
  }

  /**
   * Turns the emulated link into a black hole: from now on it drops whatever either side sends, FIN and RST included,
   * on open connections and on new ones. The kernel still accepts a new connection, and answers TCP keep-alive probes.
   *
   * @throws IllegalStateException if the config has no link
   */
  public void cutLink() {
    listeners.cutLink();
  }

  /** Closes the ports and every connection, and ends every thread of this server. A second call does nothing. */
  @Override
  public void close() {
    try {
      listeners.close();
      timer.close(); // before the threads that its actions run on
      jetty.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the stub server does not stop: " + e.getMessage(), e);
    }
  }
}

package dev.poolmark.stub;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An HTTP server with a plain and a TLS door, on loopback unless told otherwise, behind the {@link Link} of its {@link
 * StubConfig}. Its counts are the oracle of the contract suite and of the benchmarks. Safe for several threads.
 */
public final class StubServer implements Stub {
  private static final int BACKLOG = 4096;

  private final StubConfig config;
  private final Doors doors;
  private final Counters counters = new Counters();
  private final Timer timer = new Timer("stub-timer");
  private final Optional<Path> path;
  private final List<AutoCloseable> outerDoors = new ArrayList<>();
  private final Server jetty;
  private final Identity identity;
  private final URI httpUri;
  private final URI httpsUri;

  private StubServer(StubConfig config, Doors doors) throws Exception {
    this.config = config;
    this.doors = doors;
    path = config.link().map(link -> new Path(link, config.seed()));
    Set<InetAddress> addresses = doors.isOpenToOthers() ? doors.reachable() : Set.of();
    // A key takes a while to make; the plain door starts meanwhile.
    CompletableFuture<Identity> key =
        CompletableFuture.supplyAsync(() -> Identity.of(config.tls().key(), addresses));
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
    ServerConnector plain =
        door(doors.plain(), FaultPlan.forConnections(config, false), plain(http));
    try {
      jetty.start();
      identity = key.get();
      Handshakes handshakes = new Handshakes(config.tls(), identity, counters);
      ServerConnector tls =
          door(doors.tls(), FaultPlan.forConnections(config, true), tls(handshakes, http));
      tls.start();
      httpUri = uri("http", port(doors.plain(), plain));
      httpsUri = uri("https", port(doors.tls(), tls));
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  /**
   * Starts a server on loopback; its ports are the system's choice.
   *
   * @throws IOException if no port can be had
   */
  public static StubServer start(StubConfig config) throws IOException {
    return start(config, Doors.loopback());
  }

  /**
   * Starts a server there.
   *
   * @throws IOException if a port cannot be had, with its address and the system's reason
   */
  static StubServer start(StubConfig config, Doors doors) throws IOException {
    try {
      return new StubServer(config, doors);
    } catch (IOException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "ports " + doors.port() + " and " + doors.tlsPort() + " of "
              + doors.bind().getHostAddress() + " cannot be had: " + reason.getMessage(),
          e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the stub server does not start: " + e.getMessage(), e);
    }
  }

  private List<ConnectionFactory> plain(HttpConfiguration http) {
    ConnectionFactory http1 = new HttpConnectionFactory(http);
    return config.protocol() == StubConfig.Protocol.HTTP_1_1
        ? List.of(http1)
        : List.of(http1, new HTTP2CServerConnectionFactory(http));
  }

  private List<ConnectionFactory> tls(Handshakes handshakes, HttpConfiguration http) {
    ConnectionFactory http1 = new HttpConnectionFactory(http);
    if (config.protocol() == StubConfig.Protocol.HTTP_1_1) {
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

  /** Jetty's door. Behind a link it has a port of its own, which only the link knows. */
  private ServerConnector door(
      InetSocketAddress address, FaultPlan faults, List<ConnectionFactory> protocols) {
    ServerConnector door =
        new ServerConnector(jetty, 1, 1, protocols.toArray(ConnectionFactory[]::new)) {
          @Override
          protected SocketChannelEndPoint newEndPoint(
              SocketChannel channel, ManagedSelector selector, SelectionKey key) {
            StubEndPoint endPoint = new StubEndPoint(
                channel, selector, key, getScheduler(), config.keepAlive().ending());
            endPoint.setIdleTimeout(getIdleTimeout());
            return endPoint;
          }

          @Override
          protected void onEndPointOpened(EndPoint endPoint) {
            counters.connectionOpened((StubEndPoint) endPoint);
            super.onEndPointOpened(endPoint);
          }

          @Override
          protected void onEndPointClosed(EndPoint endPoint) {
            counters.connectionClosed((StubEndPoint) endPoint);
            super.onEndPointClosed(endPoint);
          }
        };
    if (!faults.isEmpty()) {
      Doorman doorman = new Doorman(protocols.get(0), faults, counters);
      door.addConnectionFactory(doorman);
      door.setDefaultProtocol(doorman.getProtocol());
    }
    InetSocketAddress inner = isBehindAnother() ? Doors.loopback().plain() : address;
    door.setHost(inner.getAddress().getHostAddress());
    door.setPort(inner.getPort());
    door.setAcceptQueueSize(BACKLOG);
    door.setIdleTimeout(config.keepAlive().idleTimeout().toMillis());
    jetty.addConnector(door);
    return door;
  }

  private boolean isBehindAnother() {
    return path.isPresent() || isDead(Fault.Kind.REFUSE) || isDead(Fault.Kind.BLACKHOLE);
  }

  private boolean isDead(Fault.Kind kind) {
    return config.faults().stream().anyMatch(fault -> fault.kind() == kind && fault.always());
  }

  private int port(InetSocketAddress address, ServerConnector door) throws IOException {
    if (isDead(Fault.Kind.REFUSE)) {
      return dead(DeadDoor.refusing(address));
    }
    if (isDead(Fault.Kind.BLACKHOLE)) {
      return dead(DeadDoor.swallowing(address));
    }
    if (path.isEmpty()) {
      return door.getLocalPort();
    }
    DelayLine delayLine = new DelayLine(path.get(), address, door.getLocalPort(), timer);
    outerDoors.add(delayLine);
    return delayLine.port();
  }

  private int dead(DeadDoor door) throws IOException {
    outerDoors.add(door);
    return door.port();
  }

  private URI uri(String scheme, int port) throws IOException {
    return URI.create(scheme + "://" + doors.host() + ":" + port + "/");
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
    try {
      for (AutoCloseable door : outerDoors) {
        door.close();
      }
      timer.close(); // before the threads go on which its actions run
      jetty.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the stub server does not stop: " + e.getMessage(), e);
    }
  }
}

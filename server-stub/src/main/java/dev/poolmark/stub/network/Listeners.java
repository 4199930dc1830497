package dev.poolmark.stub.network;

import dev.poolmark.stub.config.Fault;
import dev.poolmark.stub.config.FaultPlan;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.stats.Counters;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Opens the ports that clients connect to. Jetty listens on them itself, or on loopback behind a {@link DelayLine} or
 * an {@link UnresponsivePort}. Not thread-safe.
 */
public final class Listeners implements AutoCloseable {
  private static final int BACKLOG = 4096;

  private final StubConfig config;
  private final ListenAddresses addresses;
  private final Counters counters;
  private final Timer timer;
  private final Optional<SharedLink> link;
  private final List<Runnable> closing = new ArrayList<>();

  /** Opens nothing yet. */
  public Listeners(StubConfig config, ListenAddresses addresses, Counters counters, Timer timer) {
    this.config = config;
    this.addresses = addresses;
    this.counters = counters;
    this.timer = timer;
    this.link = config.link().map(shared -> new SharedLink(shared, config.seed()));
  }

  /** Adds a connector for the plain or the TLS port to the server, which starts it. */
  public ServerConnector connector(Server jetty, boolean tls, List<ConnectionFactory> protocols) {
    ServerConnector connector =
        new CountingConnector(jetty, protocols, config.keepAlive().ending(), counters);
    FaultPlan faults = FaultPlan.forConnections(config, tls);
    if (!faults.isEmpty()) {
      ConnectionFaults first = new ConnectionFaults(protocols.get(0), faults, counters);
      connector.addConnectionFactory(first);
      connector.setDefaultProtocol(first.getProtocol());
    }
    boolean hidden = link.isPresent() || always(Fault.Kind.REFUSE) || always(Fault.Kind.BLACKHOLE);
    InetSocketAddress listen = hidden ? ListenAddresses.loopback().plain() : addresses.of(tls);
    connector.setHost(listen.getAddress().getHostAddress());
    connector.setPort(listen.getPort());
    connector.setAcceptQueueSize(BACKLOG);
    connector.setIdleTimeout(config.keepAlive().idleTimeout().toMillis());
    jetty.addConnector(connector);
    return connector;
  }

  /**
   * Opens what stands in front of a started connector, and returns the port that clients connect to.
   *
   * @throws IOException if the port cannot be opened
   */
  public int open(ServerConnector started, boolean tls) throws IOException {
    InetSocketAddress address = addresses.of(tls);
    if (always(Fault.Kind.REFUSE)) {
      return open(UnresponsivePort.refusing(address));
    }
    if (always(Fault.Kind.BLACKHOLE)) {
      return open(UnresponsivePort.swallowing(address));
    }
    if (link.isEmpty()) {
      return started.getLocalPort();
    }
    DelayLine line = new DelayLine(link.get(), address, started.getLocalPort(), timer);
    closing.add(line::close);
    return line.port();
  }

  private int open(UnresponsivePort port) throws IOException {
    closing.add(port::close);
    return port.number();
  }

  private boolean always(Fault.Kind kind) {
    return config.faults().stream().anyMatch(fault -> fault.kind() == kind && fault.always());
  }

  /**
   * From now on the link swallows everything.
   *
   * @throws IllegalStateException if there is no link
   */
  public void cutLink() {
    link.orElseThrow(() -> new IllegalStateException("link must be set to be cut: none"))
        .cut();
  }

  /** Closes what stands in front of the server, with its connections. A second call does nothing. */
  @Override
  public void close() {
    closing.forEach(Runnable::run);
  }
}

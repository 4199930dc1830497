package dev.poolmark.stub.network;

import dev.poolmark.stub.config.KeepAlive;
import dev.poolmark.stub.stats.Counters;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.IO;

/**
 * Jetty's listener, whose connections are {@link StubEndPoint}s that are counted. When it stops, it also closes what Jetty
 * has just accepted and then forgets, so that no client waits on it for ever. Thread-safe.
 */
final class CountingConnector extends ServerConnector {
  private final KeepAlive.Ending ending;
  private final Counters counters;
  private final Set<SocketChannel> accepted = ConcurrentHashMap.newKeySet();
  private volatile boolean ended;

  CountingConnector(
      Server jetty, List<ConnectionFactory> protocols, KeepAlive.Ending ending, Counters counters) {
    super(jetty, 1, 1, protocols.toArray(ConnectionFactory[]::new));
    this.ending = ending;
    this.counters = counters;
  }

  @Override
  protected void configure(Socket socket) {
    super.configure(socket);
    accepted.add(socket.getChannel());
    if (ended) {
      IO.close(socket.getChannel());
    }
  }

  /** Not by an interrupt, with which Java loses a connection that it has just accepted. */
  @Override
  protected void interruptAcceptors() {
    close();
  }

  @Override
  protected void doStop() throws Exception {
    try {
      super.doStop();
    } finally {
      ended = true;
      accepted.forEach(IO::close);
    }
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    StubEndPoint endPoint = new StubEndPoint(channel, selector, key, getScheduler(), ending);
    endPoint.setIdleTimeout(getIdleTimeout());
    return endPoint;
  }

  @Override
  protected void onEndPointOpened(EndPoint endPoint) {
    counters.connectionOpened(((StubEndPoint) endPoint).count());
    super.onEndPointOpened(endPoint);
  }

  @Override
  protected void onEndPointClosed(EndPoint endPoint) {
    counters.connectionClosed(((StubEndPoint) endPoint).count());
    accepted.remove(((StubEndPoint) endPoint).getChannel());
    super.onEndPointClosed(endPoint);
  }
}

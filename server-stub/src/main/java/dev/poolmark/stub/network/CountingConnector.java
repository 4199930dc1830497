package dev.poolmark.stub.network;

import dev.poolmark.stub.config.KeepAlive;
import dev.poolmark.stub.stats.Counters;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Jetty's listener, whose connections are {@link StubEndPoint}s that are counted. Thread-safe. */
final class CountingConnector extends ServerConnector {
  private final KeepAlive.Ending ending;
  private final Counters counters;

  CountingConnector(
      Server jetty, List<ConnectionFactory> protocols, KeepAlive.Ending ending, Counters counters) {
    super(jetty, 1, 1, protocols.toArray(ConnectionFactory[]::new));
    this.ending = ending;
    this.counters = counters;
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
    super.onEndPointClosed(endPoint);
  }
}

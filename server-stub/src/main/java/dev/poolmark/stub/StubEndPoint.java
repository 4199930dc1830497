package dev.poolmark.stub;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection below TLS: the requests that it carried, and how it ends. It is idle only while no request is worked
 * on. Safe for several threads.
 */
final class StubEndPoint extends SocketChannelEndPoint {
  private final KeepAlive.Ending ending;
  private final AtomicInteger carried = new AtomicInteger();
  private final AtomicInteger counted = new AtomicInteger();
  private final AtomicInteger inWork = new AtomicInteger();
  private volatile boolean fresh = true;

  StubEndPoint(
      SocketChannel channel,
      ManagedSelector selector,
      SelectionKey key,
      Scheduler scheduler,
      KeepAlive.Ending ending) {
    super(channel, selector, key, scheduler);
    this.ending = ending;
  }

  /** The connection on which a request came. */
  static StubEndPoint of(Request request) {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    while (endPoint instanceof EndPoint.Wrapper wrapper) {
      endPoint = wrapper.unwrap();
    }
    return (StubEndPoint) endPoint;
  }

  /** Counts a request; tells how many that makes. */
  int requestReceived() {
    counted.incrementAndGet();
    return carried.incrementAndGet();
  }

  void workStarted() {
    inWork.incrementAndGet();
  }

  void workEnded() {
    notIdle();
    inWork.decrementAndGet();
  }

  /** Requests since the counts were reset. */
  int counted() {
    return counted.get();
  }

  /** Whether it was accepted since the counts were reset. */
  boolean fresh() {
    return fresh;
  }

  void resetCount() {
    counted.set(0);
    fresh = false;
  }

  /** Closes the connection with RST. */
  void abort() {
    try {
      getChannel().setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException gone) {
      // closed already
    }
    close();
  }

  @Override
  protected void onIdleExpired(TimeoutException timeout) {
    if (inWork.get() > 0) {
      return;
    }
    if (ending == KeepAlive.Ending.RST) {
      abort();
    } else {
      super.onIdleExpired(timeout);
    }
  }
}

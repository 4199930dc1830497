package dev.poolmark.stub.network;

import dev.poolmark.stub.config.KeepAlive;
import dev.poolmark.stub.stats.ConnectionCount;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.thread.Scheduler;

/** A connection below TLS. It is idle only while none of its requests is being worked on. Thread-safe. */
public final class StubEndPoint extends SocketChannelEndPoint {
  private final KeepAlive.Ending ending;
  private final ConnectionCount count = new ConnectionCount();
  private final AtomicInteger inWork = new AtomicInteger();

  StubEndPoint(
      SocketChannel channel,
      ManagedSelector selector,
      SelectionKey key,
      Scheduler scheduler,
      KeepAlive.Ending ending) {
    super(channel, selector, key, scheduler);
    this.ending = ending;
  }

  /** The connection below this endpoint, which may be TLS's. */
  public static StubEndPoint below(EndPoint endPoint) {
    EndPoint inner = endPoint;
    while (inner instanceof EndPoint.Wrapper wrapper) {
      inner = wrapper.unwrap();
    }
    return (StubEndPoint) inner;
  }

  /** The requests that it has carried. */
  public ConnectionCount count() {
    return count;
  }

  /** Suspends the idle timeout; each call needs a {@link #workEnded}. */
  public void workStarted() {
    inWork.incrementAndGet();
  }

  /** Restarts the idle timeout. */
  public void workEnded() {
    notIdle();
    inWork.decrementAndGet();
  }

  /** Closes the connection with RST. */
  public void abort() {
    try {
      getChannel().setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException alreadyClosed) {
      // Then there is nothing to reset.
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

package dev.poolmark.stub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/** Lets a door's connections in, but for those that a {@link Fault} hits. Safe for several threads. */
final class Doorman extends AbstractConnectionFactory {
  private final ConnectionFactory protocol;
  private final FaultPlan faults;
  private final Counters counters;

  Doorman(ConnectionFactory protocol, FaultPlan faults, Counters counters) {
    super("doorman");
    this.protocol = protocol;
    this.faults = faults;
    this.counters = counters;
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    Fault.@Nullable Kind fault = faults.next().orElse(null);
    if (fault == null) {
      return protocol.newConnection(connector, endPoint);
    }
    counters.fault(fault);
    return fault == Fault.Kind.REFUSE
        ? new Refused((StubEndPoint) endPoint, connector.getExecutor())
        : new Deaf(endPoint, connector.getExecutor());
  }

  private static final class Refused extends AbstractConnection {
    private final StubEndPoint refused;

    Refused(StubEndPoint endPoint, Executor executor) {
      super(endPoint, executor);
      this.refused = endPoint;
    }

    @Override
    public void onOpen() {
      super.onOpen();
      refused.abort();
    }

    @Override
    public void onFillable() {}
  }

  /** Takes what comes and never answers; until the client closes, or the idle timeout does. */
  private static final class Deaf extends AbstractConnection {
    private static final int BYTES = 4096;

    Deaf(EndPoint endPoint, Executor executor) {
      super(endPoint, executor);
    }

    @Override
    public void onOpen() {
      super.onOpen();
      fillInterested();
    }

    @Override
    public void onFillable() {
      ByteBuffer bytes = BufferUtil.allocate(BYTES);
      try {
        int count;
        do {
          BufferUtil.clear(bytes);
          count = getEndPoint().fill(bytes);
        } while (count > 0);
        if (count < 0) {
          close();
        } else {
          fillInterested();
        }
      } catch (IOException gone) {
        close();
      }
    }
  }
}

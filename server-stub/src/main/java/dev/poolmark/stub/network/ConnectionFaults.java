package dev.poolmark.stub.network;

import dev.poolmark.stub.config.Fault;
import dev.poolmark.stub.config.FaultPlan;
import dev.poolmark.stub.stats.Counters;
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

/** Hands the connections of a port to its protocol, except those that a {@link Fault} hits. Thread-safe. */
final class ConnectionFaults extends AbstractConnectionFactory {
  private final ConnectionFactory protocol;
  private final FaultPlan faults;
  private final Counters counters;

  ConnectionFaults(ConnectionFactory protocol, FaultPlan faults, Counters counters) {
    super("connection-faults");
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
        : new Unanswered(endPoint, connector.getExecutor());
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

  /** Reads and never answers, until the client or the idle timeout closes the connection. */
  private static final class Unanswered extends AbstractConnection {
    private static final int BYTES = 4096;

    Unanswered(EndPoint endPoint, Executor executor) {
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

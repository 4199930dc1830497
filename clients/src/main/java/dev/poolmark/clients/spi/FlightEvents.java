package dev.poolmark.clients.spi;

import dev.poolmark.clients.CloseReason;
import dev.poolmark.clients.Failure;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * A client's events for the JDK's Flight Recorder. Without a recording, an event costs the check of a flag; a runtime
 * without the module {@code jdk.jfr} has no events. Stateless.
 */
@SuppressWarnings("UnusedVariable") // the recorder reads the events' fields
final class FlightEvents {
  private static final boolean AVAILABLE =
      ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private FlightEvents() {}

  /** A wait for a connection. For one call. */
  interface Wait {
    /** The wait is over, with a connection or without one. */
    void end(boolean granted);
  }

  /** The call asks for a connection. Null if nobody records that. */
  static @Nullable Wait waits(Call call) {
    return AVAILABLE ? AcquireWait.begin(call) : null;
  }

  /** The call has ended without a response. */
  static void failed(Call call, Failure reason, long callNanos) {
    if (AVAILABLE) {
      CallFailed.commit(call, reason, callNanos);
    }
  }

  /** A connection can take its first request. */
  static void opened(String client, long connectNanos) {
    if (AVAILABLE) {
      ConnectionOpened.commit(client, connectNanos);
    }
  }

  /** A connection is closed. */
  static void closed(String client, CloseReason reason, long nanos) {
    if (AVAILABLE) {
      ConnectionClosed.commit(client, reason, nanos);
    }
  }

  /** The limit on the connections that calls to an endpoint lease has changed. */
  static void limitChanged(String client, String endpoint, LimitChange change) {
    if (AVAILABLE) {
      LimitChanged.commit(client, endpoint, change);
    }
  }

  @Name("dev.poolmark.AcquireWait")
  @Label("Acquire Wait")
  @Description("A call waited for a connection")
  @Category("Poolmark")
  @StackTrace(false)
  @Threshold("1 ms")
  private static final class AcquireWait extends Event implements Wait {
    private static final AcquireWait ANY = new AcquireWait();

    @Label("Client")
    @Nullable
    String client;

    @Label("Endpoint")
    @Nullable
    String endpoint;

    @Label("Granted")
    @Description("Whether the call got a connection")
    boolean granted;

    static @Nullable Wait begin(Call call) {
      if (!ANY.isEnabled()) { // without an object for each call
        return null;
      }
      AcquireWait wait = new AcquireWait();
      wait.client = call.client();
      wait.endpoint = call.request().endpoint();
      wait.begin();
      return wait;
    }

    @Override
    public void end(boolean hasConnection) {
      granted = hasConnection;
      commit();
    }
  }

  @Name("dev.poolmark.CallFailed")
  @Label("Call Failed")
  @Description("A call ended without a response")
  @Category("Poolmark")
  @StackTrace(false)
  private static final class CallFailed extends Event {
    @Label("Client")
    @Nullable
    String client;

    @Label("Endpoint")
    @Nullable
    String endpoint;

    @Label("Reason")
    @Nullable
    String reason;

    @Label("Call Time")
    @Timespan
    long callTime;

    static void commit(Call call, Failure reason, long callNanos) {
      CallFailed event = new CallFailed();
      if (event.isEnabled()) {
        event.client = call.client();
        event.endpoint = call.request().endpoint();
        event.reason = reason.name();
        event.callTime = callNanos;
        event.commit();
      }
    }
  }

  @Name("dev.poolmark.ConnectionOpened")
  @Label("Connection Opened")
  @Description("A connection can take its first request")
  @Category("Poolmark")
  @StackTrace(false)
  private static final class ConnectionOpened extends Event {
    @Label("Client")
    @Nullable
    String client;

    @Label("Connect Time")
    @Description(
        "From the start of the TCP connect to the end of the TLS handshake, if there is one")
    @Timespan
    long connectTime;

    static void commit(String client, long connectNanos) {
      ConnectionOpened event = new ConnectionOpened();
      if (event.isEnabled()) {
        event.client = client;
        event.connectTime = connectNanos;
        event.commit();
      }
    }
  }

  @Name("dev.poolmark.ConnectionClosed")
  @Label("Connection Closed")
  @Description("A connection was closed, by either side")
  @Category("Poolmark")
  @StackTrace(false)
  private static final class ConnectionClosed extends Event {
    @Label("Client")
    @Nullable
    String client;

    @Label("Reason")
    @Nullable
    String reason;

    @Label("Lifetime")
    @Description("From the end of the TCP connect to the close")
    @Timespan
    long lifetime;

    static void commit(String client, CloseReason reason, long nanos) {
      ConnectionClosed event = new ConnectionClosed();
      if (event.isEnabled()) {
        event.client = client;
        event.reason = reason.name();
        event.lifetime = nanos;
        event.commit();
      }
    }
  }

  @Name("dev.poolmark.LimitChanged")
  @Label("Limit Changed")
  @Description("Adaptive sizing has changed how many connections calls to an endpoint may lease")
  @Category("Poolmark")
  @StackTrace(false)
  private static final class LimitChanged extends Event {
    @Label("Client")
    @Nullable
    String client;

    @Label("Endpoint")
    @Nullable
    String endpoint;

    @Label("From")
    int from;

    @Label("To")
    int to;

    @Label("Reason")
    @Nullable
    String reason;

    static void commit(String client, String endpoint, LimitChange change) {
      LimitChanged event = new LimitChanged();
      if (event.isEnabled()) {
        event.client = client;
        event.endpoint = endpoint;
        event.from = change.from();
        event.to = change.to();
        event.reason = change.reason().toString();
        event.commit();
      }
    }
  }
}

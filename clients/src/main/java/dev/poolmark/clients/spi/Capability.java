package dev.poolmark.clients.spi;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.ReuseOrder;

/** A setting of {@link ClientConfig}, or a promise about its protocol, that a library may or may not be able to keep. */
public enum Capability {
  MAX_CONNECTIONS("maxConnections"),
  MAX_CONNECTIONS_PER_ENDPOINT("maxConnectionsPerEndpoint"),
  MAX_IDLE_CONNECTIONS("maxIdleConnections"),
  /** {@code reuseOrder} may be set to {@code fifo}. */
  REUSE_ORDER("reuseOrder"),
  MAX_WAITERS("maxWaiters"),
  IDLE_TIMEOUT("idleTimeout"),
  MAX_LIFETIME("maxLifetime"),
  /** A host's addresses are looked up again, and connections to those that it no longer has are closed. */
  RESOLVER("resolver"),
  VALIDATE_AFTER_IDLE("validateAfterIdle"),
  ACQUIRE_TIMEOUT("acquireTimeout"),
  CALL_TIMEOUT("callTimeout"),
  CONNECT_TIMEOUT("connectTimeout"),
  READ_TIMEOUT("readTimeout"),
  WRITE_TIMEOUT("writeTimeout"),
  /** Calls that no thread of the caller waits for. */
  ASYNC("async"),
  /** {@link ClientMetrics#connections()} is there. */
  CONNECTION_METRICS("connection metrics"),
  /** Connections that only a past burst needed are closed after {@code idleTimeout}, although calls go on. */
  SURPLUS_CLOSED("surplus closed under load"),
  /** After a call's whole {@code readTimeout} without a byte, no connection idle since then to its address is used. */
  SIBLINGS("siblings of a silent connection"),
  /** While several threads share a pool, each response that comes reaches its call. */
  BUSY_POOL("responses of a busy pool"),
  /** A connection that ends in the head of a response is told as such, and not as a malformed head. */
  END_IN_HEAD("end in a head"),
  /** A connection on which the head of a response is malformed is closed. */
  CLOSE_AFTER_MALFORMED_HEAD("close after a malformed head"),
  /** A chunk whose size is no number is told as such, and not as the end of the connection. */
  MALFORMED_CHUNK("malformed chunk seen"),
  /** A connection on which bytes come outside of a response, whatever they are, takes no further call. */
  CLOSE_AFTER_UNASKED_BYTES("close after unasked bytes"),
  /** The name of a host may have an underscore. */
  UNDERSCORE_IN_HOST("underscore in a host's name"),
  /** Where a name has several addresses, one that refuses connections is passed over. */
  SEVERAL_ADDRESSES("several addresses of a host"),
  /** A connection is kept no longer than the server says in the field {@code Keep-Alive}. */
  KEEP_ALIVE("Keep-Alive of the server"),
  /** {@code tcpKeepAlive}: a connection whose peer has vanished is closed before a call's {@code readTimeout}. */
  TCP_KEEP_ALIVE("tcpKeepAlive"),
  HTTP_2("HTTP/2"),
  /** Over HTTP/2, a connection that the server gives up (GOAWAY) is closed once its calls have ended. */
  CLOSE_AFTER_GOAWAY("close after GOAWAY"),
  /** Over HTTP/2, a call for which a connection has no stream left waits, or has another connection opened. */
  WAIT_FOR_STREAM("wait for a stream"),
  /** Over HTTP/2, a request that a server has not processed because it gave the connection up is sent again. */
  AGAIN_AFTER_GOAWAY("again after GOAWAY"),
  /** Over HTTP/2, a connection on which nothing came for a call's whole {@code readTimeout} takes no further call. */
  AWAY_FROM_SILENCE("away from a silent connection"),
  /** Over HTTP/2, a connection whose server answers no PING for {@code tcpKeepAlive} is closed. */
  PING("PING"),
  /** Over HTTP/2, frames of unknown types are ignored. */
  UNKNOWN_FRAMES("unknown frames"),
  /** Over HTTP/2, a body that is not as long as its length says fails at once, and not as silence. */
  WRONG_LENGTH("wrong length seen"),
  /** Over HTTP/2, a server may begin with a window of 0. */
  ZERO_WINDOW("window of 0"),
  /** Over HTTP/2, {@code writeTimeout} counts from the last byte that the server took, and not from the last frame. */
  UPLOAD_PROGRESS("progress of an upload");

  private final String label;

  Capability(String label) {
    this.label = label;
  }

  /** Whether the config cannot be honoured without this. */
  boolean isNeededBy(ClientConfig config) {
    boolean http2 = config.protocol() == Protocol.HTTP_2;
    return switch (this) {
      case MAX_LIFETIME -> config.maxLifetime().isPresent();
      case REUSE_ORDER -> config.reuseOrder() == ReuseOrder.FIFO;
      case RESOLVER -> config.resolver().isPresent();
      case HTTP_2 -> http2;
      default -> compareTo(ASYNC) < 0;
    };
  }

  /** Whether this says something of HTTP/2 that means nothing to a client without it. */
  boolean presupposesHttp2() {
    return compareTo(HTTP_2) > 0;
  }

  /** The name in messages and tables: the field's, such as {@code maxLifetime}, or words. */
  public String label() {
    return label;
  }
}

package dev.poolmark.clients.jetty;

import java.io.IOException;
import java.util.Map;
import org.eclipse.jetty.client.transport.HttpClientConnectionFactory;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.ClientConnectionFactoryOverHTTP2;
import org.eclipse.jetty.http2.client.transport.internal.HttpConnectionOverHTTP2;
import org.eclipse.jetty.io.ClientConnectionFactory;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;

/** What needs Jetty's HTTP/2 on the class path, so that HTTP/1.1 does not. */
final class Http2 {
  private Http2() {}

  /** Speaks HTTP/2 with servers that have it, and HTTP/1.1 with others. */
  static HttpClientTransportDynamic transport(Connector connector) {
    ClientConnectionFactory.Info http1 = HttpClientConnectionFactory.HTTP11;
    return new HttpClientTransportDynamic(
        connector, new ClientConnectionFactoryOverHTTP2.HTTP2(new HTTP2Client(connector)), http1) {
      /** A server that knows no ALPN gets HTTP/1.1, too. The library would try HTTP/2 with it. */
      @Override
      public Connection newConnection(EndPoint endPoint, Map<String, Object> context)
          throws IOException {
        return context.get(ClientConnector.APPLICATION_PROTOCOL_CONTEXT_KEY) == null
            ? http1.getClientConnectionFactory().newConnection(endPoint, context)
            : super.newConnection(endPoint, context);
      }
    };
  }

  static EndPoint endPoint(org.eclipse.jetty.client.Connection connection) {
    return ((HTTP2Session) ((HttpConnectionOverHTTP2) connection).getSession()).getEndPoint();
  }
}

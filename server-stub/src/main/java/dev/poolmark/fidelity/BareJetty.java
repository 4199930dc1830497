package dev.poolmark.fidelity;

import java.net.URI;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A Jetty server without a stub, which answers every request with the same body. */
final class BareJetty implements AutoCloseable {
  private final Server server;
  private final URI uri;

  BareJetty(int bodyBytes) throws Exception {
    QueuedThreadPool threads = new QueuedThreadPool();
    threads.setDaemon(true);
    server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    ByteBuffer body = ByteBuffer.allocate(bodyBytes);
    server.setHandler(new Handler.Abstract.NonBlocking() {
      @Override
      public boolean handle(Request request, Response response, Callback callback) {
        response
            .getHeaders()
            .put(HttpHeader.CONTENT_TYPE, "application/octet-stream")
            .put(HttpHeader.CONTENT_LENGTH, bodyBytes);
        response.write(true, body.duplicate(), callback);
        return true;
      }
    });
    server.start();
    uri = URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/");
  }

  URI uri() {
    return uri;
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the bare server does not stop: " + e.getMessage(), e);
    }
  }
}

package dev.poolmark.jmh;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientProvider;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.ServicePreset;
import dev.poolmark.stub.RemoteStub;
import dev.poolmark.stub.Stub;
import dev.poolmark.stub.StubConfig;
import dev.poolmark.stub.StubServer;
import java.io.IOException;
import java.net.URI;

/**
 * A service that is called: a server of its own, and the client that its preset makes. The server is in this JVM, or in
 * the process that {@link #STUBS} names. Safe for several threads.
 */
final class Service implements AutoCloseable {
  /** The environment variable with the address at which a stub's process is asked for servers. */
  static final String STUBS = "POOLMARK_STUBS";

  private final Stub server;
  private final PooledHttpClient client;
  private final Request get;
  private final URI echo;

  private Service(Stub server, PooledHttpClient client, URI uri) {
    this.server = server;
    this.client = client;
    this.get = Request.get(uri);
    this.echo = uri.resolve("echo");
  }

  static Service start(Profile profile, String clientName, Reuse reuse, ServicePreset preset)
      throws IOException {
    Stub server = stub(profile.stub());
    try {
      ClientConfig config = preset
          .config()
          .reuse(reuse)
          .protocol(profile.protocol())
          .trust(server.trust())
          .build();
      URI uri = profile.tls() ? server.httpsUri() : server.httpUri();
      return new Service(server, ClientProvider.open(clientName, config), uri);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** A server, in this JVM or in that process. */
  static Stub stub(StubConfig config) throws IOException {
    String stubs = System.getenv(STUBS);
    return stubs == null ? StubServer.start(config) : RemoteStub.start(URI.create(stubs), config);
  }

  /** One GET, its response read whole. */
  byte[] call() throws IOException {
    return body(client.execute(get));
  }

  /** One POST whose response is the same bytes. */
  byte[] process(byte[] document) throws IOException {
    return body(client.execute(Request.post(echo, document)));
  }

  private static byte[] body(Response response) throws IOException {
    if (response.status() != 200) {
      throw new IOException("status must be 200: " + response.status());
    }
    return response.body();
  }

  Stub server() {
    return server;
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}

package dev.poolmark.jmh;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientProvider;
import dev.poolmark.clients.Distribution;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Reuse;
import dev.poolmark.stub.Stub;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.control.RemoteStub;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * A service that is called: a server of its own, and the client that calls it. The server is in this JVM, or in
 * the process that {@link #STUBS} names. Safe for several threads.
 */
final class Service implements AutoCloseable {
  /** The environment variable with the address at which a stub's process is asked for servers. */
  static final String STUBS = "POOLMARK_STUBS";

  private static final String ONLY_GET =
      "this benchmark needs settings=tuned: a library by itself only makes GETs that wait";

  private final Stub server;
  private final Supplier<Opened> opening;
  private volatile Opened opened;

  /** The client, and the call that it makes. */
  private interface Opened extends Call {
    /** The same call without a thread that waits. */
    CompletableFuture<byte[]> callAsync();

    /** One POST whose response is the same bytes. */
    byte[] process(byte[] document) throws IOException;

    /** How long all calls so far have waited for a connection, in microseconds. */
    double acquireMicros();
  }

  private Service(Stub server, Supplier<Opened> opening) {
    this.server = server;
    this.opening = opening;
    this.opened = opening.get();
  }

  /** A service whose client has these limits. */
  static Service start(
      Profile profile, String client, Reuse reuse, Supplier<ClientConfig.Builder> limits)
      throws IOException {
    return start(profile, (server, uri) -> {
      ClientConfig config = limits
          .get()
          .reuse(reuse)
          .protocol(profile.protocol())
          .trust(server.trust())
          .build();
      return new AdapterCall(ClientProvider.open(client, config), uri);
    });
  }

  /** A service whose client is the library itself, with its own defaults. */
  static Service startWithDefaults(Profile profile, String client) throws IOException {
    return start(
        profile,
        (server, uri) -> new LibraryCall(LibraryCalls.withDefaults(client, uri, server.trust())));
  }

  /** A service whose client is the library itself, with these limits as far as it has them. */
  static Service startDirect(Profile profile, String client, Supplier<ClientConfig.Builder> limits)
      throws IOException {
    return start(profile, (server, uri) -> {
      ClientConfig config = limits.get().trust(server.trust()).build();
      return new LibraryCall(LibraryCalls.with(client, uri, config, server.trust()));
    });
  }

  private static Service start(Profile profile, BiFunction<Stub, URI, Opened> client)
      throws IOException {
    Stub server = stub(profile.stub());
    try {
      URI uri = profile.tls() ? server.httpsUri() : server.httpUri();
      return new Service(server, () -> client.apply(server, uri));
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** A server, in this JVM or in that process. */
  private static Stub stub(StubConfig config) throws IOException {
    return isElsewhere()
        ? RemoteStub.start(URI.create(System.getenv(STUBS)), config)
        : StubServer.start(config);
  }

  /** Whether servers are in another process. */
  static boolean isElsewhere() {
    return System.getenv(STUBS) != null;
  }

  /** One GET, its response read whole. */
  byte[] call() throws Exception {
    return opened.call();
  }

  /** The same without a thread that waits. */
  CompletableFuture<byte[]> callAsync() {
    return opened.callAsync();
  }

  /** One POST whose response is the same bytes. */
  byte[] process(byte[] document) throws IOException {
    return opened.process(document);
  }

  /**
   * How long all calls of the client that is open now have waited for a connection, in microseconds; 0 of a library
   * without its adapter, which does not tell.
   */
  double acquireMicros() {
    return opened.acquireMicros();
  }

  /** Closes the client, with its connections, and opens one like it. No call may be under way. */
  void reopen() throws IOException {
    opened.close();
    opened = opening.get();
  }

  Stub server() {
    return server;
  }

  @Override
  public void close() throws IOException {
    try (server) {
      opened.close();
    }
  }

  private record AdapterCall(PooledHttpClient client, Request get, URI echo) implements Opened {
    AdapterCall(PooledHttpClient client, URI uri) {
      this(client, Request.get(uri), uri.resolve("echo"));
    }

    @Override
    public byte[] call() throws IOException {
      return body(client.execute(get));
    }

    @Override
    public CompletableFuture<byte[]> callAsync() {
      return client.executeAsync(get).thenApply(response -> {
        try {
          return body(response);
        } catch (IOException e) {
          throw new CompletionException(e);
        }
      });
    }

    @Override
    public byte[] process(byte[] document) throws IOException {
      return body(client.execute(Request.post(echo, document)));
    }

    @Override
    public double acquireMicros() {
      Distribution wait = client.metrics().acquireWait();
      return wait.meanMicros() * wait.count();
    }

    private static byte[] body(Response response) throws IOException {
      if (response.status() != 200) {
        throw new IOException("status must be 200: " + response.status());
      }
      return response.body();
    }

    @Override
    public void close() {
      client.close();
    }
  }

  private record LibraryCall(Call library) implements Opened {
    @Override
    public byte[] call() throws Exception {
      return library.call();
    }

    @Override
    public CompletableFuture<byte[]> callAsync() {
      throw new UnsupportedOperationException(ONLY_GET);
    }

    @Override
    public byte[] process(byte[] document) {
      throw new UnsupportedOperationException(ONLY_GET);
    }

    @Override
    public double acquireMicros() {
      return 0;
    }

    @Override
    public void close() throws IOException {
      library.close();
    }
  }
}

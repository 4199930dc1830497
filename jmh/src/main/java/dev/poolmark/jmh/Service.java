package dev.poolmark.jmh;

import dev.poolmark.clients.ClientConfig;
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
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A server and the client that calls it. The server runs in this JVM, or in the process that {@link #STUBS} names.
 * Thread-safe.
 */
final class Service implements AutoCloseable {
  /** The environment variable with the address of the process to ask for servers. */
  static final String STUBS = "POOLMARK_STUBS";

  private static final String ONLY_GET =
      "this benchmark needs settings=tuned: a library called directly makes blocking GETs only";

  private final Stub server;
  private final Supplier<Opened> opening;
  private volatile Opened opened;

  /** An open client, and the calls that it makes. */
  private interface Opened extends RepeatableGet {
    /** The same call, without blocking. */
    CompletableFuture<byte[]> callAsync();

    /** Posts the document to a server that returns it. */
    byte[] process(byte[] document) throws IOException;

    /** Time that all calls so far have waited for a connection, in microseconds. */
    double acquireMicros();
  }

  private Service(Stub server, Supplier<Opened> opening) {
    this.server = server;
    this.opening = opening;
    this.opened = opening.get();
  }

  /**
   * Starts a service whose client is an adapter with these limits.
   *
   * @param watched whether {@link Watching} watches the client
   */
  static Service start(
      Profile profile,
      String client,
      Reuse reuse,
      boolean watched,
      Supplier<ClientConfig.Builder> limits)
      throws IOException {
    return start(profile, (server, uri) -> {
      ClientConfig config = limits
          .get()
          .reuse(reuse)
          .protocol(profile.protocol())
          .trust(server.trust())
          .build();
      return AdapterCall.open(PooledHttpClient.open(client, config), uri, watched);
    });
  }

  /** Starts a service whose client is the library itself, with its own defaults. */
  static Service startWithDefaults(Profile profile, String client) throws IOException {
    return start(
        profile,
        (server, uri) -> new LibraryCall(LibraryCalls.withDefaults(client, uri, server.trust())));
  }

  /** Starts a service whose client is the library itself, with those of these limits that it has. */
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

  /** Starts a server, here or in the other process. */
  private static Stub stub(StubConfig config) throws IOException {
    return isElsewhere()
        ? RemoteStub.start(URI.create(System.getenv(STUBS)), config)
        : StubServer.start(config);
  }

  /** Whether servers run in another process. */
  static boolean isElsewhere() {
    return System.getenv(STUBS) != null;
  }

  /** Makes a GET and reads the whole response. */
  byte[] call() throws Exception {
    return opened.call();
  }

  /** The same, without blocking. */
  CompletableFuture<byte[]> callAsync() {
    return opened.callAsync();
  }

  /** Posts the document to the server, which returns it. */
  byte[] process(byte[] document) throws IOException {
    return opened.process(document);
  }

  /**
   * Time that all calls of the open client have waited for a connection, in microseconds; 0 for a library called
   * directly, which does not report it.
   */
  double acquireMicros() {
    return opened.acquireMicros();
  }

  /** Closes the client and its connections, and opens one like it. No call may be in flight. */
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

  private record AdapterCall(
      PooledHttpClient client,
      Request get,
      URI echo,
      @Nullable Watching watching) implements Opened {
    static AdapterCall open(PooledHttpClient client, URI uri, boolean watched) {
      try {
        Watching watching = watched ? new Watching(client) : null;
        return new AdapterCall(client, Request.get(uri), uri.resolve("echo"), watching);
      } catch (IOException e) {
        client.close();
        throw new UncheckedIOException(e);
      }
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
      if (watching != null) {
        watching.close();
      }
      client.close();
    }
  }

  private record LibraryCall(RepeatableGet library) implements Opened {
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

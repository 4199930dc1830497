package dev.poolmark.clients.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Reuse;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.KeyType;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.config.TlsSettings;
import dev.poolmark.stub.config.TlsVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Why OkHttp gains nothing from TLS 1.3 without a pool: its call ends when its connection is closed, and to close a
 * connection of TLS 1.3 the JDK's socket waits for the server's answer, one round trip. With TLS 1.2 it does not. A
 * relay between client and server holds back what the client sends last.
 */
@Timeout(60)
final class OkHttpCloseTest {
  private static final int BODY_BYTES = 2048;

  /** Long enough to see a call end that waits for nothing. */
  private static final long A_WHILE_MILLIS = 1000;

  @Test
  void overTls13ACallEndsOnlyWhenTheServerHasAnsweredTheClose() throws Exception {
    try (StubServer server = start(TlsVersion.TLS_1_3);
        Relay relay = new Relay(server.httpsUri().getPort());
        PooledHttpClient client = client(server)) {
      CompletableFuture<Response> call = begin(client, relay);
      relay.awaitClose();
      assertThat(endsWithin(A_WHILE_MILLIS, call))
          .as("while the server knows of no close")
          .isFalse();
      relay.letGo();
      assertThat(call.get().status()).isEqualTo(200);
    }
  }

  @Test
  void overTls12ItDoesNotWait() throws Exception {
    try (StubServer server = start(TlsVersion.TLS_1_2);
        Relay relay = new Relay(server.httpsUri().getPort());
        PooledHttpClient client = client(server)) {
      assertThat(begin(client, relay).get().status())
          .as("the close is held back")
          .isEqualTo(200);
      relay.awaitClose();
      relay.letGo();
    }
  }

  private static StubServer start(TlsVersion version) throws IOException {
    return StubServer.start(
        StubConfig.defaults().withTls(new TlsSettings(version, KeyType.P_256, false)));
  }

  private static PooledHttpClient client(StubServer server) {
    return PooledHttpClient.open(
        "okhttp",
        ClientConfig.builder()
            .reuse(Reuse.CONNECTION_PER_REQUEST)
            .trust(server.trust())
            .build());
  }

  private static CompletableFuture<Response> begin(PooledHttpClient client, Relay relay) {
    return client.executeAsync(Request.get(relay.uri()));
  }

  private static boolean endsWithin(long millis, CompletableFuture<?> call) throws Exception {
    try {
      call.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** Passes one connection on, but not what the client sends after a response, until it is told to. */
  private static final class Relay implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);
    private final Socket server;
    private final AtomicInteger received = new AtomicInteger();

    Relay(int port) throws IOException {
      server = new Socket(InetAddress.getLoopbackAddress(), port);
      start(this::serve);
    }

    private interface Work {
      void run() throws IOException;
    }

    private static void start(Work work) {
      Thread thread = new Thread(() -> {
        try {
          work.run();
        } catch (IOException e) {
          // One side is gone: so will be the other.
        }
      });
      thread.setDaemon(true);
      thread.start();
    }

    private void serve() throws IOException {
      Socket client = listener.accept();
      start(() -> back(client));
      InputStream in = client.getInputStream();
      OutputStream out = server.getOutputStream();
      byte[] buffer = new byte[16 * 1024];
      int seen = 0;
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        // The handshake has fewer bytes from the server than a response; its certificate is small.
        if (received.get() - seen > BODY_BYTES) {
          closing.countDown();
          awaitFree();
        }
        seen = received.get();
        out.write(buffer, 0, count);
      }
      server.shutdownOutput();
    }

    private void back(Socket client) throws IOException {
      InputStream in = server.getInputStream();
      OutputStream out = client.getOutputStream();
      byte[] buffer = new byte[16 * 1024];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        received.addAndGet(count);
        out.write(buffer, 0, count);
      }
      client.shutdownOutput();
    }

    private void awaitFree() throws IOException {
      try {
        free.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    URI uri() {
      return URI.create("https://127.0.0.1:" + listener.getLocalPort() + "/");
    }

    void awaitClose() throws InterruptedException {
      closing.await();
    }

    void letGo() {
      free.countDown();
    }

    @Override
    public void close() throws IOException {
      letGo();
      listener.close();
      server.close();
    }
  }
}

package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.stub.StubServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What the contract's tests share: the cells, a config, threads, and waiting for what happens elsewhere. */
public final class Clients {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Clients() {}

  static Stream<String> providers() {
    return ClientProvider.all().stream().map(ClientProvider::name);
  }

  static Stream<Arguments> providersAndDoors() {
    return throughEveryDoor(providers());
  }

  /** Those whose libraries tell of their connections. */
  static Stream<String> meteredProviders() {
    return providers()
        .filter(name ->
            ClientProvider.named(name).support(Setting.CONNECTION_METRICS) != Support.UNSUPPORTED);
  }

  /** Those that speak HTTP/2; on some JVMs, not all that could. */
  static Stream<String> http2Providers() {
    return providers().filter(name -> {
      if (ClientProvider.named(name).support(Setting.HTTP_2) == Support.UNSUPPORTED) {
        return false;
      }
      try {
        ClientProvider.open(
                name, ClientConfig.builder().protocol(Protocol.HTTP_2).build())
            .close();
        return true;
      } catch (IllegalArgumentException notOnThisJvm) {
        return false;
      }
    });
  }

  static Stream<Arguments> meteredProvidersAndDoors() {
    return throughEveryDoor(meteredProviders());
  }

  private static Stream<Arguments> throughEveryDoor(Stream<String> names) {
    return names.flatMap(name -> Stream.of(Door.values()).map(door -> Arguments.of(name, door)));
  }

  /** Limits that no test reaches unless it sets them lower. */
  static ClientConfig.Builder config(StubServer server) {
    return ClientConfig.builder()
        .maxConnections(4)
        .maxIdleConnections(4)
        .idleTimeout(Duration.ofSeconds(20))
        .trust(server.trust());
  }

  /** Runs the task on that many threads, which begin together; the results, or the first failure. */
  static <T> List<T> together(int threads, Callable<T> task) throws Exception {
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        futures.add(executor.submit(() -> {
          start.await();
          return task.call();
        }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      executor.shutdownNow();
    }
  }

  /** Waits for something that happens on another thread, as the closing of a connection at the server. */
  public static void eventually(String what, BooleanSupplier condition) {
    assertThat(within(PATIENCE, condition)).as("%s, within %s", what, PATIENCE).isTrue();
  }

  /** Whether it happens in that time. */
  static boolean within(Duration patience, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
    return true;
  }

  static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }
}

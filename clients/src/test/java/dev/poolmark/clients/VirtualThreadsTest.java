package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** Needs JDK 21 for its threads; says so where it is skipped. */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads came with JDK 21")
final class VirtualThreadsTest {
  private static final int THREADS = 10_000;
  private static final int CONNECTIONS = 20;
  private static final String PINNED = "jdk.VirtualThreadPinned";

  @TempDir
  private Path dir;

  private static void call(PooledHttpClient client, Request request, int times) throws Exception {
    ExecutorService threads = (ExecutorService)
        Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    try {
      List<Future<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        calls.add(threads.submit(() -> client.execute(request).status()));
      }
      for (Future<Integer> call : calls) {
        assertThat(call.get()).isEqualTo(200);
      }
    } finally {
      threads.shutdown();
    }
  }

  @EveryProvider
  void tenThousandShareTwentyConnectionsAndPinNoThread(String name) throws Exception {
    Path file = dir.resolve("pinned.jfr");
    try (StubServer server = StubServer.start(StubConfig.defaults());
        PooledHttpClient client = ClientProvider.open(
            name,
            Clients.config(server)
                .maxConnections(CONNECTIONS)
                .maxIdleConnections(CONNECTIONS)
                .build());
        Recording recording = new Recording()) {
      Request request = Request.get(server.httpUri());
      // The loading of classes pins, once in a JVM, whoever's classes they are.
      call(client, request, 200);
      server.resetStats();
      recording.enable(PINNED).withoutThreshold();
      recording.start();
      call(client, request, THREADS);
      recording.stop();
      recording.dump(file);
      assertThat(server.stats().requests()).isEqualTo(THREADS);
      assertThat(server.stats().peakConnections()).isLessThanOrEqualTo(CONNECTIONS);
      assertThat(client.metrics().leased()).isZero();
    }
    List<RecordedEvent> pinned = RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals(PINNED))
        .toList();
    assertThat(pinned).isEmpty();
  }
}

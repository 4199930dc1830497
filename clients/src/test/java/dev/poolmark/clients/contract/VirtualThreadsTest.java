package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.stub.StubServer;
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

/** Virtual threads share a client and are never pinned. Skipped before JDK 21, which has none. */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads came with JDK 21")
final class VirtualThreadsTest extends Contract {
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

  @Promise(Endpoint.PLAIN)
  void tenThousandShareTwentyConnectionsAndPinNoThread(String name, Endpoint endpoint)
      throws Exception {
    StubServer server = server(endpoint);
    PooledHttpClient client = client(name, endpoint.config().maxConnections(CONNECTIONS));
    Request request = Request.get(endpoint.uri(server));
    call(client, request, 200); // loading a class pins a thread, once in a JVM
    server.resetStats();
    Path file = dir.resolve("pinned.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(PINNED).withoutThreshold();
      // The recorder itself pins a thread when two write the same text at once.
      for (String event : List.of("AcquireWait", "ConnectionOpened", "ConnectionClosed")) {
        recording.disable("dev.poolmark." + event);
      }
      recording.start();
      call(client, request, THREADS);
      recording.stop();
      recording.dump(file);
    }
    // The GET of a lost response is sent again, on another connection.
    long lost = Cells.supports(name, Capability.BUSY_POOL) ? 0 : server.stats().connections();
    assertThat(server.stats().requests()).isEqualTo(THREADS + lost);
    assertThat(server.stats().peakConnections()).isLessThanOrEqualTo(CONNECTIONS);
    assertThat(client.metrics().leased()).isZero();
    List<RecordedEvent> pinned = RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals(PINNED))
        .toList();
    assertThat(pinned).isEmpty();
  }
}

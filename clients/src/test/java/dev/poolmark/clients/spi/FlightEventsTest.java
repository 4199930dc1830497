package dev.poolmark.clients.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FlightEventsTest {
  private static final Duration SERVICE_TIME = Duration.ofMillis(100);

  @TempDir
  private Path dir;

  @Test
  void aRecordingShowsWaitsConnectionsAndFailures() throws Exception {
    try (Recording recording = new Recording();
        StubServer stub = StubServer.start(StubConfig.defaults().withServiceTime(SERVICE_TIME))) {
      for (String event : List.of(
          "AcquireWait", "CallFailed", "ConnectionOpened", "ConnectionClosed", "LimitChanged")) {
        recording.enable("dev.poolmark." + event);
      }
      recording.start();
      Request request = Request.get(stub.httpUri());
      try (PooledHttpClient client = PooledHttpClient.open(
          "okhttp", ClientConfig.builder().maxConnections(1).build())) {
        CompletableFuture<Response> first = client.executeAsync(request);
        CompletableFuture<Response> second = client.executeAsync(request);
        CompletableFuture<Response> third = client.executeAsync(request);
        third.cancel(true);
        first.get();
        second.get();
      }
      FlightEvents.limitChanged(
          "okhttp", "http://a:80", new LimitChange(1, 5, 3, LimitChange.Reason.FAILURES));
      recording.stop();

      List<RecordedEvent> waits = events(recording, "AcquireWait");
      assertThat(waits).anySatisfy(wait -> {
        assertThat(wait.getBoolean("granted")).isTrue();
        assertThat(wait.getDuration()).isGreaterThan(Duration.ofMillis(1));
        assertThat(wait.getString("client")).isEqualTo("okhttp");
        assertThat(wait.getString("endpoint")).isEqualTo(request.endpoint());
      });
      assertThat(events(recording, "CallFailed")).singleElement().satisfies(failed -> {
        assertThat(failed.getString("reason")).isEqualTo("CANCELLED");
        assertThat(failed.getString("endpoint")).isEqualTo(request.endpoint());
        assertThat(failed.getDuration("callTime")).isPositive();
      });
      assertThat(events(recording, "ConnectionOpened"))
          .singleElement()
          .satisfies(opened -> assertThat(opened.getDuration("connectTime")).isPositive());
      assertThat(events(recording, "ConnectionClosed")).singleElement().satisfies(closed -> {
        assertThat(closed.getString("reason")).isEqualTo("CLIENT_CLOSED");
        assertThat(closed.getDuration("lifetime")).isPositive();
      });
      assertThat(events(recording, "LimitChanged")).singleElement().satisfies(changed -> {
        assertThat(changed.getString("endpoint")).isEqualTo("http://a:80");
        assertThat(changed.getInt("from")).isEqualTo(5);
        assertThat(changed.getInt("to")).isEqualTo(3);
        assertThat(changed.getString("reason")).isEqualTo("more calls failed than succeeded");
      });
    }
  }

  private List<RecordedEvent> events(Recording recording, String name) throws IOException {
    Path file = dir.resolve(name + ".jfr");
    recording.dump(file);
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals("dev.poolmark." + name))
        .toList();
  }
}

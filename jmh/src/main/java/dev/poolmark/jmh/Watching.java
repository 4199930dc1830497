package dev.poolmark.jmh;

import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.live.LivePage;
import dev.poolmark.clients.micrometer.ClientMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;

/**
 * All that can watch a client, at once: Micrometer's meters, which are read each second; the events of the Flight
 * Recorder, which is one for the JVM; and the live page with one viewer. Thread-safe.
 */
final class Watching implements AutoCloseable {
  private static final List<String> EVENTS =
      List.of("AcquireWait", "CallFailed", "ConnectionOpened", "ConnectionClosed", "LimitChanged");

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Recording recording = new Recording();
  private final LivePage page;
  private final InputStream viewer;
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2, task -> {
    Thread thread = new Thread(task, "watching");
    thread.setDaemon(true);
    return thread;
  });

  /** Watches that client, which stays the caller's. */
  Watching(PooledHttpClient client) throws IOException {
    new ClientMeters(client, "watched").bindTo(registry);
    EVENTS.forEach(event -> recording.enable("dev.poolmark." + event));
    recording.start();
    page = LivePage.start(client, 0);
    viewer = page.uri().resolve("/events").toURL().openStream();
    threads.execute(this::view);
    threads.scheduleAtFixedRate(this::readMeters, 1, 1, TimeUnit.SECONDS);
  }

  private void view() {
    try (viewer) {
      viewer.transferTo(OutputStream.nullOutputStream());
    } catch (IOException closed) {
      // with the page
    }
  }

  private void readMeters() {
    registry.forEachMeter(meter -> meter.measure().forEach(each -> each.getValue()));
  }

  @Override
  public void close() {
    threads.shutdownNow();
    page.close();
    recording.close();
    registry.close();
  }
}

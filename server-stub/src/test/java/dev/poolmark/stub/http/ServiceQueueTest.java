package dev.poolmark.stub.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.poolmark.stub.Await;
import dev.poolmark.stub.RawClient;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.SeededRandom;
import dev.poolmark.stub.config.ServiceTime;
import dev.poolmark.stub.config.SimulatedService;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.network.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ServiceQueueTest {
  private static final int DRAWS = 100_000;

  private static long[] draws(ServiceTime time, long seed) {
    return LongStream.range(0, DRAWS)
        .map(n -> time.nextNanos(SeededRandom.of(seed, SeededRandom.Purpose.SERVICE_TIME, n)))
        .toArray();
  }

  /** Bounds: five standard errors of a sample of this size. */
  @Test
  void aLogNormalTimeHasItsMedianMeanAndTail() {
    ServiceTime.LogNormal time = new ServiceTime.LogNormal(Duration.ofMillis(20), 0.5);
    long[] draws = draws(time, 1);
    assertThat(LongStream.of(draws).average().orElseThrow())
        .isCloseTo((double) time.mean().toNanos(), within(0.01 * time.mean().toNanos()));
    assertThat(time.mean().toNanos()).isEqualTo(Math.round(20e6 * Math.exp(0.125)));
    assertThat(share(draws, 20_000_000)).isCloseTo(0.5, within(0.008));
    // 2.326 is p99 of the standard normal distribution.
    assertThat(share(draws, Math.round(20e6 * Math.exp(0.5 * 2.326))))
        .isCloseTo(0.99, within(0.002));
    assertThat(draws(time, 1)).isEqualTo(draws);
    assertThat(draws(time, 2)).isNotEqualTo(draws);
  }

  @Test
  void aBimodalTimeHasItsTwoValuesInTheirShares() {
    ServiceTime time = new ServiceTime.Bimodal(Duration.ofMillis(5), Duration.ofMillis(80), 0.1);
    long[] draws = draws(time, 1);
    assertThat(LongStream.of(draws).distinct().sorted()).containsExactly(5_000_000L, 80_000_000L);
    assertThat(share(draws, 5_000_000)).isCloseTo(0.9, within(0.005));
    assertThat(time.mean()).isEqualTo(Duration.ofNanos(12_500_000));
  }

  private static double share(long[] draws, long upTo) {
    return LongStream.of(draws).filter(draw -> draw <= upTo).count() / (double) draws.length;
  }

  @Test
  void noMoreThanTheCapAreWorkedOnAtOnceAndTheOthersQueueInOrder() throws Exception {
    Duration each = Duration.ofMillis(20);
    SimulatedService service = new SimulatedService(new ServiceTime.Fixed(each), 2, 0);
    int count = 10;
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(count);
    try (Timer timer = new Timer("queue-test")) {
      ServiceQueue queue = new ServiceQueue(service, 1, timer);
      long start = System.nanoTime();
      for (int i = 0; i < count; i++) {
        int number = i;
        assertThat(queue.submit(() -> {
              order.add(number);
              done.countDown();
            }))
            .isTrue();
      }
      done.await();
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(each.multipliedBy(count / 2));
    }
    assertThat(order).isSorted();
  }

  @Test
  void aFullQueueRefuses() throws Exception {
    StubConfig config = StubConfig.defaults()
        .withService(new SimulatedService(new ServiceTime.Fixed(Duration.ofMillis(300)), 1, 1));
    try (StubServer server = StubServer.start(config);
        RawClient first = RawClient.plain(server);
        RawClient second = RawClient.plain(server);
        RawClient third = RawClient.plain(server)) {
      String request = "GET / HTTP/1.1\r\nHost: stub\r\n\r\n";
      first.send(request, new byte[0]);
      Await.until("one request is in flight", () -> server.stats().requestsInFlight() == 1);
      second.send(request, new byte[0]);
      Await.until("two requests are in flight", () -> server.stats().requestsInFlight() == 2);
      RawClient.RawResponse refused = third.get("/");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.head()).contains("Retry-After: 1\r\n");
      assertThat(first.receive().status()).isEqualTo(200);
      assertThat(second.receive().status()).isEqualTo(200);
      assertThat(server.stats().rejectedRequests()).isEqualTo(1);
      assertThat(server.stats().requestsInFlight()).isZero();
    }
  }
}

package dev.poolmark.stub.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TimerTest {
  @Test
  void runsActionsInTheOrderOfTheirTimesAndNeverEarly() throws Exception {
    int count = 200;
    List<Long> ranAt = Collections.synchronizedList(new ArrayList<>());
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(count);
    CountDownLatch allAdded = new CountDownLatch(1);
    long start = System.nanoTime() + 50_000_000;
    try (Timer timer = new Timer("timer-test")) {
      // Holds the timer's thread until all are added; on a busy machine that takes a while.
      timer.at(start - 50_000_000, () -> awaitQuietly(allAdded));
      for (int i = count - 1; i >= 0; i--) {
        int number = i;
        timer.at(start + number / 2 * 100_000L, () -> {
          ranAt.add(System.nanoTime());
          order.add(number / 2);
          done.countDown();
        });
      }
      allAdded.countDown();
      done.await();
    }
    assertThat(order).isSorted();
    for (int i = 0; i < count; i++) {
      assertThat(ranAt.get(i)).isGreaterThanOrEqualTo(start + order.get(i) * 100_000L);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void closeDropsWhatIsNotDue() {
    List<String> ran = Collections.synchronizedList(new ArrayList<>());
    Timer timer = new Timer("timer-test");
    timer.at(System.nanoTime() + 60_000_000_000L, () -> ran.add("late"));
    timer.close();
    assertThat(ran).isEmpty();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("timer-test"));
  }
}

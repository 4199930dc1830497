package dev.poolmark.stub.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.stub.config.Link;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arithmetic of the link; time is a parameter. */
class SharedLinkTest {
  private static final long ROUND_TRIP_NANOS = 20_000_000;
  private static final int LIMIT_BYTES = 4 << 20;

  /** The window starts at 14,600 bytes, so 14,600 x (2^k - 1) bytes arrive in k round trips. */
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "14600, 1",
    "14601, 2",
    "43800, 2",
    "43801, 3",
    "102200, 3",
    "102201, 4",
    "1048576, 7",
  })
  void theWindowDoublesEachRoundTrip(int bytes, int roundTrips) {
    Window window = new Window(ROUND_TRIP_NANOS, LIMIT_BYTES);
    assertThat(roundTrips(window, bytes, 0)).isEqualTo(roundTrips);
  }

  private static int roundTrips(Window window, int bytes, long startNanos) {
    int left = bytes;
    int roundTrips = 0;
    while (left > 0) {
      long now = startNanos + roundTrips * ROUND_TRIP_NANOS;
      int sent = (int) Math.min(left, window.room(now));
      window.sent(now, sent);
      window.acknowledged(sent);
      left -= sent;
      roundTrips++;
    }
    return roundTrips;
  }

  @Test
  void theWindowStaysOpenUntilItWasIdleForATimeout() {
    Window window = new Window(ROUND_TRIP_NANOS, LIMIT_BYTES);
    assertThat(roundTrips(window, 1_000_000, 0)).isEqualTo(7);
    long end = 6 * ROUND_TRIP_NANOS;
    long timeout = ROUND_TRIP_NANOS + 200_000_000;
    assertThat(window.room(end + timeout)).isGreaterThan(500_000);
    assertThat(window.room(end + timeout + 1)).isEqualTo(14_600);
  }

  /** The last pieces are acknowledged when little is left in flight; they count all the same. */
  @Test
  void aWholeFlightOpensTheWindowHoweverItIsAcknowledged() {
    Window window = new Window(ROUND_TRIP_NANOS, LIMIT_BYTES);
    window.sent(0, 14_000);
    for (int i = 0; i < 14; i++) {
      window.acknowledged(1000);
    }
    assertThat(window.room(1)).isEqualTo(14_600 + 14_000);
  }

  @Test
  void smallExchangesDoNotOpenTheWindow() {
    Window window = new Window(ROUND_TRIP_NANOS, LIMIT_BYTES);
    for (int i = 0; i < 1000; i++) {
      window.sent(i, 2000);
      window.acknowledged(2000);
    }
    assertThat(window.room(1000)).isEqualTo(14_600);
  }

  @Test
  void theWindowIsBoundedAndCountsWhatIsInFlight() {
    Window window = new Window(ROUND_TRIP_NANOS, 20_000);
    window.sent(0, 14_600);
    assertThat(window.room(0)).isZero();
    window.acknowledged(14_600);
    assertThat(window.room(0)).isEqualTo(20_000);
  }

  @Test
  void bandwidthMakesBytesDepartOneAfterAnother() {
    BandwidthLimiter limiter = new BandwidthLimiter(8_000_000); // one byte takes 1,000 ns
    assertThat(limiter.departsAt(0, 1000)).isEqualTo(1_000_000);
    assertThat(limiter.departsAt(500_000, 1000)).isEqualTo(2_000_000);
    assertThat(limiter.departsAt(5_000_000, 1)).isEqualTo(5_001_000);
    assertThat(new BandwidthLimiter(0).departsAt(7, 1 << 30)).isEqualTo(7);
  }

  @Test
  void jitterStaysWithinItsBoundsKeepsTheOrderAndComesFromTheSeed() {
    Link link = new Link(Duration.ofMillis(20)).withJitter(Duration.ofMillis(8));
    List<Long> arrivals = arrivals(link, 1, 1);
    for (int i = 0; i < arrivals.size(); i++) {
      assertThat(arrivals.get(i) - i * 100_000_000L).isBetween(6_000_000L, 14_000_000L);
    }
    assertThat(arrivals.stream().mapToLong(i -> i % 100_000_000L).average().orElseThrow())
        .isBetween(9_800_000.0, 10_200_000.0);
    assertThat(arrivals(link, 1, 1)).isEqualTo(arrivals);
    assertThat(arrivals(link, 2, 1)).isNotEqualTo(arrivals);
    assertThat(arrivals(link, 1, 2)).isNotEqualTo(arrivals);

    SharedLink.Direction dense = new SharedLink(link, 1).responses(1);
    assertThat(Stream.iterate(0, i -> i + 1).limit(1000).map(i -> dense.arrivesAt(i * 1000L, 1)))
        .isSorted();
  }

  private static List<Long> arrivals(Link link, long seed, long connection) {
    SharedLink.Direction direction = new SharedLink(link, seed).requests(connection);
    return Stream.iterate(0L, i -> i + 100_000_000)
        .limit(2000)
        .map(sent -> direction.arrivesAt(sent, 1))
        .toList();
  }
}

package dev.poolmark.clients.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.CloseReason;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.Reuse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In virtual time. */
final class MeteredConnectionTest {
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final InetSocketAddress SERVER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 80);
  private static final InetSocketAddress OTHER_SERVER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 81);

  private long nanos = -1_000_000_000;
  private int lastPort;

  private ConnectionMeter meter(ClientConfig.Builder builder) {
    ClientConfig config = builder.idleTimeout(IDLE).build();
    return new ConnectionMeter("test", config, new Addresses(config, Runnable::run), () -> nanos);
  }

  private ConnectionMeter meter() {
    return meter(ClientConfig.builder().maxIdleConnections(2));
  }

  private MeteredConnection open(ConnectionMeter meter, InetSocketAddress remote) {
    return meter.opened(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), ++lastPort), remote);
  }

  private MeteredConnection used(ConnectionMeter meter) {
    MeteredConnection connection = open(meter, SERVER);
    connection.begin();
    connection.end(null);
    return connection;
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private static void assertClosedFor(ConnectionMeter meter, CloseReason reason) {
    assertThat(meter.snapshot(0).closedFor()).isEqualTo(Map.of(reason, 1L));
  }

  @Test
  void connectionsOfOneMomentDoNotEndInOne() {
    Duration max = Duration.ofMinutes(10);
    ConnectionMeter meter = meter(ClientConfig.builder().maxLifetime(max));
    LongSummaryStatistics left = Stream.generate(() -> open(meter, SERVER))
        .limit(1_000)
        .mapToLong(MeteredConnection::leftNanos)
        .summaryStatistics();
    assertThat(left.getMax()).isLessThanOrEqualTo(max.toNanos());
    assertThat(left.getMin()).isGreaterThanOrEqualTo((long) (0.9 * max.toNanos()));
    assertThat(left.getMax() - left.getMin()).isGreaterThan((long) (0.09 * max.toNanos()));
  }

  @Test
  void aConnectionPastItsLifetimeIsUnfitAlsoInUse() {
    ConnectionMeter meter = meter(ClientConfig.builder().maxLifetime(Duration.ofMinutes(1)));
    MeteredConnection connection = open(meter, SERVER);
    connection.begin();
    pass(Duration.ofSeconds(50));
    assertThat(connection.unfit()).isNull();
    pass(Duration.ofSeconds(10));
    assertThat(connection.unfit()).isEqualTo(CloseReason.MAX_LIFETIME);
    connection.closed();
    assertThat(meter.snapshot(0).closedFor()).as("before the call has ended").isEmpty();
    connection.end(null);
    assertClosedFor(meter, CloseReason.MAX_LIFETIME);
    assertThat(meter.snapshot(0).lifetime().maxMicros())
        .isBetween(60_000_000L, 61_000_000L); // two digits
  }

  @Test
  void aConnectionIsUnfitWhenTheServerMayHaveClosedIt() {
    MeteredConnection connection = used(meter());
    connection.keptFor(Duration.ofSeconds(4));
    pass(Duration.ofMillis(3_999));
    assertThat(connection.unfit()).isNull();
    pass(Duration.ofMillis(1));
    assertThat(connection.unfit()).isEqualTo(CloseReason.IDLE_TIMEOUT);
  }

  @Test
  void idleConnectionsToAnAddressThatIsSilentAreUnfitUnlessTheyWereUsedMeanwhile() {
    ConnectionMeter meter = meter();
    MeteredConnection idle = used(meter);
    MeteredConnection elsewhere = open(meter, OTHER_SERVER);
    elsewhere.begin();
    elsewhere.end(null);
    MeteredConnection silent = open(meter, SERVER);
    pass(Duration.ofSeconds(1));
    silent.begin();
    long sent = nanos;
    pass(Duration.ofSeconds(5));
    MeteredConnection answered = used(meter);
    MeteredConnection unused = open(meter, SERVER);
    silent.silentSince(sent);
    silent.end(Failure.READ_TIMEOUT);
    assertThat(idle.unfit()).isEqualTo(CloseReason.SILENT);
    assertThat(answered.unfit()).isNull();
    assertThat(unused.unfit()).isNull();
    assertThat(elsewhere.unfit()).isNull();
    idle.begin(); // as over HTTP/2, where calls may share it
    assertThat(idle.unfit()).isNull();
  }

  @Test
  void atMostMaxIdleConnectionsAreKept() {
    ConnectionMeter meter = meter();
    MeteredConnection first = open(meter, SERVER);
    MeteredConnection second = open(meter, SERVER);
    MeteredConnection third = open(meter, OTHER_SERVER);
    Stream.of(first, second, third).forEach(MeteredConnection::begin);
    assertThat(first.keep()).isTrue();
    assertThat(first.keep()).as("counted once").isTrue();
    assertThat(second.keep()).isTrue();
    assertThat(third.keep()).isFalse();
    first.taken();
    assertThat(third.keep()).isTrue();
    assertThat(meter.isIdleLimitExceeded()).isFalse();
    first.keepAnyway();
    assertThat(meter.isIdleLimitExceeded()).isTrue();
    second.end(null);
    second.closed();
    assertThat(meter.isIdleLimitExceeded()).isFalse();
  }

  @Test
  void theLibrarysOwnIdleLimitIsSeen() {
    ConnectionMeter meter = meter();
    MeteredConnection spare = used(meter);
    Stream.of(spare, used(meter), used(meter)).forEach(MeteredConnection::keepAnyway);
    spare.closed();
    assertClosedFor(meter, CloseReason.IDLE_LIMIT);
  }

  @Test
  void theLibrarysOwnIdleTimeoutIsSeen() {
    ConnectionMeter meter = meter();
    MeteredConnection connection = used(meter);
    pass(IDLE);
    connection.closed();
    assertClosedFor(meter, CloseReason.IDLE_TIMEOUT);
  }

  @Test
  void aConnectionThatNobodyHereClosesIsTheServers() {
    ConnectionMeter meter = meter();
    MeteredConnection connection = used(meter);
    pass(IDLE.dividedBy(2));
    connection.closed();
    connection.closed();
    assertClosedFor(meter, CloseReason.SERVER_CLOSED);
    assertThat(meter.snapshot(0).closed()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"CONNECTION_CLOSED", "READ_TIMEOUT", "CANCELLED", "OTHER"})
  void aFailedCallIsTheReasonBeforeAndAfterTheClose(Failure failure) {
    CloseReason expected =
        failure == Failure.CONNECTION_CLOSED ? CloseReason.SERVER_CLOSED : CloseReason.CALL_FAILED;
    for (boolean closesFirst : new boolean[] {true, false}) {
      ConnectionMeter meter = meter();
      MeteredConnection connection = used(meter);
      connection.begin();
      if (closesFirst) {
        connection.closed();
        connection.end(failure);
      } else {
        connection.end(failure);
        connection.closed();
      }
      assertClosedFor(meter, expected);
    }
  }

  @Test
  void aStreamThatFailedLongAgoIsNoReason() {
    ConnectionMeter meter = meter(ClientConfig.builder().protocol(Protocol.HTTP_2));
    MeteredConnection shared = open(meter, SERVER);
    shared.begin();
    shared.end(Failure.CANCELLED);
    pass(Duration.ofSeconds(2));
    shared.closed();
    assertClosedFor(meter, CloseReason.SERVER_CLOSED);
  }

  @Test
  void whatTheAdapterStatedFirstCounts() {
    ConnectionMeter meter = meter();
    MeteredConnection connection = used(meter);
    connection.closing(CloseReason.UNASKED_BYTES);
    connection.closing(CloseReason.IDLE_LIMIT);
    connection.closed();
    assertClosedFor(meter, CloseReason.UNASKED_BYTES);
  }

  @Test
  void theOtherReasonsFollowFromTheClient() {
    ConnectionMeter unused = meter();
    open(unused, SERVER).closed();
    assertClosedFor(unused, CloseReason.UNUSED);
    ConnectionMeter perRequest = meter(ClientConfig.builder().reuse(Reuse.CONNECTION_PER_REQUEST));
    used(perRequest).closed();
    assertClosedFor(perRequest, CloseReason.NOT_REUSED);
    ConnectionMeter closing = meter();
    MeteredConnection last = open(closing, SERVER);
    closing.closing();
    last.closed();
    assertClosedFor(closing, CloseReason.CLIENT_CLOSED);
  }

  @Test
  void aConnectionIsFoundByItsEndsWhileItIsOpen() {
    ConnectionMeter meter = meter();
    InetSocketAddress local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    MeteredConnection connection = meter.opened(local, SERVER);
    assertThat(meter.find(local, SERVER)).isSameAs(connection);
    assertThat(meter.find(local, OTHER_SERVER)).isNull();
    connection.closed();
    assertThat(meter.find(local, SERVER)).isNull();
  }
}

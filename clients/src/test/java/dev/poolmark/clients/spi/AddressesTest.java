package dev.poolmark.clients.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.NameResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class AddressesTest {
  private static final long TTL = Duration.ofSeconds(5).toNanos();
  private static final String HOST = "service.test";

  private final AtomicInteger lookUps = new AtomicInteger();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private NameResolver answer = host -> addresses("10.0.0.1");
  private long now = Long.MAX_VALUE - TTL / 2; // the clock may pass that
  private final Addresses addresses =
      new Addresses(ClientConfig.builder().resolver(this::resolve).build(), tasks::add, () -> now);

  private List<InetAddress> resolve(String host) throws UnknownHostException {
    lookUps.incrementAndGet();
    return answer.resolve(host);
  }

  private static List<InetAddress> addresses(String... texts) throws UnknownHostException {
    List<InetAddress> addresses = new ArrayList<>();
    for (String text : texts) {
      addresses.add(InetAddress.getByName(text));
    }
    return addresses;
  }

  private List<String> order() throws UnknownHostException {
    return addresses.of(HOST).stream().map(InetAddress::getHostAddress).toList();
  }

  private boolean isGone(String address) throws UnknownHostException {
    byte[] bytes = InetAddress.getByName(address).getAddress();
    return addresses.isGone(new InetSocketAddress(InetAddress.getByAddress(HOST, bytes), 80));
  }

  private void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  @Test
  void aNameIsLookedUpOnceInItsTime() throws Exception {
    order();
    now += TTL - 1;
    order();
    assertThat(isGone("10.0.0.1")).isFalse();
    assertThat(lookUps).hasValue(1);
    assertThat(tasks).isEmpty();
    now++;
    answer = host -> addresses("10.0.0.2");
    assertThat(order()).containsExactly("10.0.0.2");
    assertThat(lookUps).hasValue(2);
  }

  @Test
  void whoReusesAConnectionNeverWaits() throws Exception {
    order();
    now += TTL;
    answer = host -> addresses("10.0.0.2");
    assertThat(isGone("10.0.0.1")).as("another thread is to look").isFalse();
    assertThat(isGone("10.0.0.1")).isFalse();
    assertThat(order()).as("nor does who connects meanwhile").containsExactly("10.0.0.1");
    assertThat(tasks).hasSize(1);
    assertThat(lookUps).hasValue(1);
    runTasks();
    assertThat(isGone("10.0.0.1")).isTrue();
    assertThat(isGone("10.0.0.2")).isFalse();
    assertThat(lookUps).hasValue(2);
  }

  @Test
  void anAddressIsGoneOnlyIfNoneOfSeveralIsTheSame() throws Exception {
    answer = host -> addresses("10.0.0.3", "10.0.0.2", "::1");
    order();
    assertThat(isGone("10.0.0.2")).isFalse();
    assertThat(isGone("::1")).isFalse();
    assertThat(isGone("10.0.0.1")).isTrue();
    assertThat(addresses.isGone(new InetSocketAddress(InetAddress.getLoopbackAddress(), 80)))
        .isFalse();
    assertThat(addresses.isGone(null)).isFalse();
  }

  @Test
  void whileALookUpFailsTheLastAnswerIsKept() throws Exception {
    List<NameResolver> failing = List.of(
        host -> {
          throw new UnknownHostException(host);
        },
        host -> {
          throw new IllegalStateException();
        },
        host -> {
          throw new StackOverflowError();
        },
        host -> List.of(),
        host -> null);
    order();
    for (NameResolver resolver : failing) {
      now += TTL;
      answer = resolver;
      assertThat(order()).containsExactly("10.0.0.1");
      int times = lookUps.get();
      assertThat(isGone("10.0.0.1")).isFalse();
      order();
      assertThat(lookUps).as("for another TTL").hasValue(times);
    }
    now += TTL;
    answer = host -> addresses("10.0.0.2");
    assertThat(order()).containsExactly("10.0.0.2");
  }

  @Test
  void aHostWithoutAnAnswerIsUnknownAndLookedUpAtOnce() throws Exception {
    answer = host -> {
      throw new IllegalStateException("down");
    };
    for (int i = 1; i <= 2; i++) {
      assertThatThrownBy(this::order)
          .isInstanceOf(UnknownHostException.class)
          .hasMessage(HOST)
          .hasCauseInstanceOf(IllegalStateException.class);
      assertThat(lookUps).hasValue(i);
    }
    answer = host -> addresses("10.0.0.1");
    assertThat(order()).containsExactly("10.0.0.1");
  }

  @Test
  void thoseWhoWaitForTheFirstAnswerShareIt() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    answer = host -> {
      asked.countDown();
      Clients.eventually("may answer", () -> answers.getCount() == 0);
      return addresses("10.0.0.1");
    };
    CompletableFuture<List<String>> first = CompletableFuture.supplyAsync(this::orderUnchecked);
    asked.await();
    CompletableFuture<List<String>> second = CompletableFuture.supplyAsync(this::orderUnchecked);
    answers.countDown();
    assertThat(first.get()).containsExactly("10.0.0.1");
    assertThat(second.get()).containsExactly("10.0.0.1");
    assertThat(lookUps).hasValue(1);
  }

  private List<String> orderUnchecked() {
    try {
      return order();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void eachConnectionBeginsAtAnotherAddressOfEachFamily() throws Exception {
    answer = host -> addresses("::1", "10.0.0.1", "10.0.0.2", "::2", "10.0.0.3");
    String first = "0:0:0:0:0:0:0:1";
    String second = "0:0:0:0:0:0:0:2";
    assertThat(order()).containsExactly(first, "10.0.0.1", "10.0.0.2", second, "10.0.0.3");
    assertThat(order()).containsExactly(second, "10.0.0.2", "10.0.0.3", first, "10.0.0.1");
    assertThat(order()).containsExactly(first, "10.0.0.3", "10.0.0.1", second, "10.0.0.2");
  }

  @Test
  void addressesHaveTheNameOfTheirHost() throws Exception {
    answer = host -> List.of(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}));
    assertThat(addresses.of(HOST).get(0)).hasToString(HOST + "/10.0.0.1");
  }

  @Test
  void aHostTooManyHasAllForgotten() throws Exception {
    order();
    for (int i = 0; i < 1000; i++) {
      addresses.of("host" + i + ".test");
    }
    answer = host -> addresses("10.0.0.2");
    assertThat(isGone("10.0.0.1")).as("not known").isFalse();
    assertThat(order()).as("looked up again").containsExactly("10.0.0.2");
  }

  @Test
  void aLiteralIsNeverLookedUp() throws Exception {
    for (String literal : List.of("127.0.0.1", "[::1]", "::1", "127.1")) {
      assertThat(addresses.of(literal)).containsExactly(InetAddress.getByName(literal));
    }
    assertThat(lookUps).hasValue(0);
    assertThat(addresses.of("1and1.test")).isNotEmpty();
    assertThat(lookUps).hasValue(1);
  }

  @Test
  void afterTheClientIsClosedTheLastAnswerStays() throws Exception {
    Addresses closed = new Addresses(
        ClientConfig.builder().resolver(this::resolve).build(),
        task -> {
          throw new RejectedExecutionException();
        },
        () -> now);
    InetSocketAddress remote = new InetSocketAddress(closed.of(HOST).get(0), 80);
    now += TTL;
    assertThat(closed.isGone(remote)).isFalse();
    assertThat(closed.isGone(remote)).isFalse();
    assertThat(lookUps).hasValue(1);
  }

  @Test
  void withoutAResolverTheJvmIsAsked() throws Exception {
    Addresses ofTheJvm = new Addresses(ClientConfig.builder().build(), Runnable::run);
    assertThat(ofTheJvm.of("two-addresses.test"))
        .containsExactlyInAnyOrderElementsOf(addresses("127.0.0.2", "127.0.0.1"));
  }
}

package dev.poolmark.clients.spi;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.NameResolver;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the hosts that a client calls. An answer older than {@code addressTtl} is replaced when somebody asks;
 * if the look-up fails, it is kept for another {@code addressTtl}. Thread-safe.
 */
public final class Addresses {
  private static final System.Logger LOG = System.getLogger(Addresses.class.getName());

  /** No name ends in a number or has a colon. */
  private static final Pattern LITERAL = Pattern.compile(".*:.*|(.*\\.)?\\d+");

  /** One more, and all are forgotten, so that a client that calls ever new hosts needs no more memory. */
  private static final int MAX_HOSTS = 1000;

  private final NameResolver resolver;
  private final long ttlNanos;
  private final Executor executor;
  private final LongSupplier clock;
  private final Map<String, Host> hosts = new ConcurrentHashMap<>();

  Addresses(ClientConfig config, Executor executor) {
    this(config, executor, System::nanoTime);
  }

  /** With a clock in nanoseconds. */
  Addresses(ClientConfig config, Executor executor, LongSupplier clock) {
    this.resolver = config.resolver().orElse(host -> List.of(InetAddress.getAllByName(host)));
    this.ttlNanos = config.addressTtl().toNanos();
    this.executor = executor;
    this.clock = clock;
  }

  /**
   * Where a new connection to the host may lead, in the order in which to try: within a family, each answer begins at
   * the next address, so that connections are spread. Blocks for a look-up if the last answer is too old or there is
   * none, unless another thread replaces the answer at that moment.
   *
   * @throws UnknownHostException if no look-up has succeeded yet
   */
  public List<InetAddress> of(String host) throws UnknownHostException {
    if (LITERAL.matcher(host).matches()) {
      return List.of(InetAddress.getByName(host));
    }
    if (hosts.size() >= MAX_HOSTS && !hosts.containsKey(host)) {
      hosts.clear();
    }
    return hosts.computeIfAbsent(host, Host::new).inTurn();
  }

  /**
   * Whether a connection leads to an address that its host no longer has, so that it must take no more calls. Never
   * blocks: if the last answer is too old, another thread replaces it.
   *
   * @param remote a connection's address, made of one that {@link #of} gave
   */
  public boolean isGone(@Nullable SocketAddress remote) {
    if (!(remote instanceof InetSocketAddress inet)) {
      return false;
    }
    Host host = hosts.get(inet.getHostString());
    return host != null && !host.current().contains(inet.getAddress());
  }

  private final class Host {
    private final String name;
    private final AtomicReference<@Nullable CompletableFuture<@Nullable Void>> running =
        new AtomicReference<>();
    private final AtomicInteger turn = new AtomicInteger();
    private volatile List<InetAddress> answer = List.of();
    private volatile long dueNanos;
    private volatile @Nullable Throwable failure;

    Host(String name) {
      this.name = name;
    }

    List<InetAddress> current() {
      refresh(executor);
      return answer;
    }

    List<InetAddress> inTurn() throws UnknownHostException {
      CompletableFuture<?> lookUp = refresh(Runnable::run);
      if (lookUp != null && answer.isEmpty()) {
        lookUp.join();
      }
      List<InetAddress> addresses = answer;
      if (addresses.isEmpty()) {
        UnknownHostException unknown = new UnknownHostException(name);
        unknown.initCause(failure);
        throw unknown;
      }
      return addresses.size() == 1 ? addresses : rotated(addresses, turn.getAndIncrement());
    }

    private boolean isDue() {
      return answer.isEmpty() || clock.getAsLong() - dueNanos >= 0;
    }

    /** The look-up under way, which begins now if there is none; null if none is due. */
    private @Nullable CompletableFuture<?> refresh(Executor on) {
      if (!isDue()) {
        return null;
      }
      CompletableFuture<@Nullable Void> mine = new CompletableFuture<>();
      CompletableFuture<?> other = running.compareAndExchange(null, mine);
      if (other != null) {
        return other;
      }
      try {
        on.execute(() -> lookUp(mine));
      } catch (RejectedExecutionException closed) { // the client is
        end(mine);
      }
      return mine;
    }

    private void lookUp(CompletableFuture<@Nullable Void> mine) {
      try {
        if (isDue()) { // else another thread has looked it up meanwhile
          replaceAnswer();
        }
      } finally {
        end(mine);
      }
    }

    private void replaceAnswer() {
      try {
        answer = named(resolver.resolve(name));
        failure = null;
      } catch (Throwable e) { // whatever a resolver throws
        if (failure == null && !answer.isEmpty()) {
          LOG.log(
              System.Logger.Level.WARNING,
              name + " cannot be looked up; its last addresses stay in use: " + answer,
              e);
        }
        failure = e;
      }
      dueNanos = clock.getAsLong() + ttlNanos;
    }

    private void end(CompletableFuture<@Nullable Void> mine) {
      running.set(null);
      mine.complete(null);
    }

    /** With the host's name, by which {@link #isGone} finds it, and without which Java might look it up in reverse. */
    private List<InetAddress> named(List<InetAddress> found) throws UnknownHostException {
      List<InetAddress> named = new ArrayList<>();
      for (InetAddress address : found) {
        boolean scoped = address instanceof Inet6Address inet6 && inet6.getScopeId() != 0;
        named.add(
            scoped
                ? Inet6Address.getByAddress(
                    name, address.getAddress(), ((Inet6Address) address).getScopeId())
                : InetAddress.getByAddress(name, address.getAddress()));
      }
      if (named.isEmpty()) {
        throw new UnknownHostException(name + ": no addresses");
      }
      return List.copyOf(named);
    }
  }

  /** Rotates the addresses of each family, and keeps the order of the families. */
  private static List<InetAddress> rotated(List<InetAddress> addresses, int places) {
    List<InetAddress> rotated = new ArrayList<>(addresses);
    for (Class<?> family : List.of(Inet4Address.class, Inet6Address.class)) {
      int[] of = IntStream.range(0, addresses.size())
          .filter(i -> family.isInstance(addresses.get(i)))
          .toArray();
      for (int i = 0; i < of.length; i++) {
        rotated.set(of[i], addresses.get(of[Math.floorMod(i + places, of.length)]));
      }
    }
    return rotated;
  }
}

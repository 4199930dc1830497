package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.spi.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calls from several threads to all kinds of servers at once, good and bad, some of them given up, and a count of what is
 * left in the end, in {@code target/soak.md}. Not part of the build, because it takes as long as it is told to. The time
 * is shared by the cells:
 *
 * <pre>mvn -pl clients -am test -Dtest=Soak -Dsurefire.failIfNoSpecifiedTests=false -Dsoak.minutes=10</pre>
 */
final class Soak extends Contract {
  private static final int THREADS = 8;
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);
  private static final long LATE_NANOS = CALL_TIMEOUT.plusSeconds(1).toNanos();
  private static final long SEED = 20_261_128;

  private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
  private final LongAdder late = new LongAdder();
  private final LongAdder wrong = new LongAdder();

  static List<org.junit.jupiter.params.provider.Arguments> cells() {
    return Cells.over(Endpoint.values()).toList();
  }

  @ParameterizedTest(name = "{0} over {1}", quoteTextArguments = false)
  @MethodSource("cells")
  void nothingIsLeft(String name, Endpoint endpoint) throws Exception {
    List<ServerBehaviour> behaviours = ServerBehaviour.all().stream()
        .filter(behaviour -> behaviour.endpoints().contains(endpoint))
        .toList();
    List<RawServer> servers = new ArrayList<>();
    for (ServerBehaviour behaviour : behaviours) {
      servers.add(raw(endpoint, behaviour.scripts().toArray(Script[]::new)));
    }
    PooledHttpClient client = client(
        name,
        endpoint.config().callTimeout(CALL_TIMEOUT).readTimeout(SHORT).maxConnections(2 * THREADS));
    long endNanos = System.nanoTime()
        + TimeUnit.MINUTES.toNanos(Integer.getInteger("soak.minutes", 1))
            / cells().size();
    RandomGenerator.SplittableGenerator seeds =
        RandomGeneratorFactory.<RandomGenerator.SplittableGenerator>of("L64X128MixRandom")
            .create(SEED);
    Clients.together(THREADS, () -> {
      RandomGenerator random;
      synchronized (seeds) {
        random = seeds.split();
      }
      while (System.nanoTime() < endNanos) {
        int i = random.nextInt(servers.size());
        call(client, servers.get(i), behaviours.get(i), name, random);
      }
      return null;
    });
    awaitNoLease(client);
    long calls = client.metrics().calls();
    client.close();
    boolean countsSockets = Cells.supports(name, Capability.CLOSE_AFTER_MALFORMED_HEAD);
    long sockets = countsSockets ? left(servers) : 0;
    Clients.eventually("no thread is left", () -> threads(name) == 0);
    report(String.format(
        "| %s | %s | %d | %d | %s | %d | %d | %d | %s |%n",
        name,
        endpoint,
        calls,
        client.metrics().leased(),
        countsSockets ? sockets : "not counted",
        threads(name),
        wrong.sum(),
        late.sum(),
        new TreeMap<>(outcomes).toString().replaceAll("[{}]", "")));
    assertThat(sockets).isZero();
    assertThat(wrong.sum()).isZero();
    assertThat(late.sum()).isZero();
  }

  private static void report(String row) throws IOException {
    Path file = Path.of("target", "soak.md");
    String head = Files.exists(file)
        ? ""
        : String.format(
            "| client | over | calls | leases left | sockets left | threads left |"
                + " wrong answers | late | what callers saw |%n|---|---|---|---|---|---|---|---|---|%n");
    Files.writeString(file, head + row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void call(
      PooledHttpClient client,
      RawServer server,
      ServerBehaviour behaviour,
      String name,
      RandomGenerator random)
      throws Exception {
    Request request = Request.get(server.uri());
    long start = System.nanoTime();
    String seen;
    try {
      seen = switch (random.nextInt(4)) {
        case 0 -> text(client.executeAsync(request).get());
        case 1 -> givenUp(client.executeAsync(request), random);
        default -> text(client.execute(request));
      };
    } catch (CallException e) {
      seen = e.failure().name();
    } catch (ExecutionException | CompletionException e) {
      seen = ((CallException) e.getCause()).failure().name();
    } catch (CancellationException e) {
      seen = Failure.CANCELLED.name();
    }
    if (System.nanoTime() - start > LATE_NANOS) {
      late.increment();
    }
    outcomes.computeIfAbsent(seen, unseen -> new LongAdder()).increment();
    boolean isResponse = Character.isDigit(seen.charAt(0));
    boolean isKnown =
        behaviour.needs().stream().anyMatch(capability -> !Cells.supports(name, capability));
    if (isResponse && !seen.equals(behaviour.seen()) && !isKnown) {
      wrong.increment();
    }
  }

  private static String givenUp(CompletableFuture<Response> call, RandomGenerator random)
      throws Exception {
    try {
      return text(call.get(random.nextInt(20_000), TimeUnit.MICROSECONDS));
    } catch (TimeoutException e) {
      call.cancel(true);
      return text(call.get());
    }
  }

  private static String text(Response response) {
    return (response.status() + " " + response.bodyAsString()).strip();
  }

  private static long left(List<RawServer> servers) {
    Clients.eventually(
        "no socket is left",
        () -> servers.stream().mapToLong(RawServer::openConnections).sum() == 0);
    return servers.stream().mapToLong(RawServer::openConnections).sum();
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("poolmark-" + name))
        .count();
  }
}

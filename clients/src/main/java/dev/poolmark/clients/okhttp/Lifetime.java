package dev.poolmark.clients.okhttp;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.Response;

/** Gives a connection that is too old up with the call that is to use it, so that it never fails one. Thread-safe. */
final class Lifetime implements Interceptor {
  private final long mostNanos;
  private final Map<Connection, Long> firstUseNanos =
      Collections.synchronizedMap(new WeakHashMap<>());

  Lifetime(Duration most) {
    this.mostNanos = most.toNanos();
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Connection connection = chain.connection();
    long now = System.nanoTime();
    long born = firstUseNanos.computeIfAbsent(connection, unknown -> now);
    return chain.proceed(
        now - born < mostNanos
            ? chain.request()
            : chain.request().newBuilder().header("Connection", "close").build());
  }
}

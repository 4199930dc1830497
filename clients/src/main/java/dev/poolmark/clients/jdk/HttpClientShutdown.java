package dev.poolmark.clients.jdk;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.http.HttpClient;
import org.jspecify.annotations.Nullable;

/** {@code HttpClient.shutdownNow()}, which came with JDK 21; does nothing on older ones. */
final class HttpClientShutdown {
  private static final @Nullable MethodHandle SHUTDOWN_NOW = find();

  private HttpClientShutdown() {}

  private static @Nullable MethodHandle find() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(HttpClient.class, "shutdownNow", MethodType.methodType(void.class));
    } catch (NoSuchMethodException beforeJdk21) {
      return null;
    } catch (IllegalAccessException e) {
      throw new LinkageError("HttpClient.shutdownNow() is public", e);
    }
  }

  static void now(HttpClient client) {
    if (SHUTDOWN_NOW == null) {
      return;
    }
    try {
      SHUTDOWN_NOW.invokeExact(client);
    } catch (Throwable e) {
      throw new IllegalStateException("the JDK's client does not shut down", e);
    }
  }
}

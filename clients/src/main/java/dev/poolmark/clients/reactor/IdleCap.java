package dev.poolmark.clients.reactor;

import dev.poolmark.clients.ClientConfig;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets no more than {@code maxIdleConnections} go back to the pool, which has no such limit itself. A connection counts
 * from the beginning of a response until the next request on it, or its close. Safe for use by several threads; what
 * concerns one channel is called on its event loop.
 */
final class IdleCap {
  private static final AttributeKey<@Nullable Boolean> COUNTED =
      AttributeKey.valueOf(IdleCap.class, "counted");

  private final int maxIdle;
  private final AtomicInteger idle = new AtomicInteger();

  IdleCap(ClientConfig config) {
    this.maxIdle = config.maxIdleConnections();
  }

  /** To be called once for each new channel. */
  void watch(Channel channel) {
    channel.closeFuture().addListener(closed -> taken(channel));
  }

  /** Whether the channel may be kept after the response that has begun. */
  boolean keeps(Channel channel) {
    int now = idle.get();
    while (now < maxIdle) {
      int seen = idle.compareAndExchange(now, now + 1);
      if (seen == now) {
        channel.attr(COUNTED).set(true);
        return true;
      }
      now = seen;
    }
    return false;
  }

  /** The channel is used again, or closed. */
  void taken(Channel channel) {
    if (channel.attr(COUNTED).getAndSet(null) != null) {
      idle.decrementAndGet();
    }
  }
}

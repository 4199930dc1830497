package dev.poolmark.stub.network;

import dev.poolmark.stub.config.Link;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection through a {@link DelayLine}: bytes read from one socket wait for room in the sender's
 * window, travel, and are written to the other socket, in order. It stops reading while it holds {@link
 * #MAX_QUEUED_BYTES}. The delay line's reading thread calls {@link #ready}; the timer's thread calls {@link #deliver}
 * and {@link #acknowledged}.
 */
final class OneWayPipe {
  /** Takes most responses in one read, so that they travel as one flight. */
  static final int READ_BYTES = 256 * 1024;

  /** With a window or a limited bandwidth, larger pieces would arrive in lumps. */
  private static final int SPREAD_BYTES = Window.INITIAL_BYTES;

  private static final long MAX_QUEUED_BYTES = 4L << 20;

  private enum SegmentType {
    BYTES,
    END,
    RESET
  }

  private record Segment(long dueNanos, SegmentType type, ByteBuffer bytes) {}

  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

  private final SocketChannel from;
  private final SocketChannel to;
  private final SelectionKey readKey;
  private final Timer timer;
  private final SharedLink.Direction direction;
  private final @Nullable Window window;
  private final int maxPieceBytes;
  private final long acknowledgeNanos;
  private final NatMapping nat;

  /** The round trip of the TCP handshake, added until the other side has answered. */
  private final long handshakeNanos;

  /** Bytes that wait for room in the window. */
  private final Queue<ByteBuffer> waiting = new ArrayDeque<>();

  /** What is travelling. */
  private final Queue<Segment> segments = new ArrayDeque<>();

  private @Nullable OneWayPipe opposite;
  private long queuedBytes;
  private boolean blocked;
  private boolean heldUp;
  private boolean endRead;
  private volatile boolean ended;
  private volatile boolean delivered;

  private OneWayPipe(
      SocketChannel from,
      SocketChannel to,
      Selector selector,
      Timer timer,
      Link link,
      SharedLink.Direction direction,
      NatMapping nat,
      boolean paysHandshake)
      throws IOException {
    this.from = from;
    this.to = to;
    this.timer = timer;
    this.direction = direction;
    this.nat = nat;
    long roundTripNanos = link.roundTrip().toNanos();
    this.window = link.slowStart() ? new Window(roundTripNanos, MAX_QUEUED_BYTES) : null;
    this.maxPieceBytes = link.slowStart() || direction.limited() ? SPREAD_BYTES : READ_BYTES;
    this.acknowledgeNanos = roundTripNanos / 2;
    this.handshakeNanos = paysHandshake ? roundTripNanos / 2 * 2 : 0;
    from.configureBlocking(false);
    from.setOption(StandardSocketOptions.TCP_NODELAY, true);
    this.readKey = from.register(selector, 0, this);
  }

  /** Joins the two sockets in both directions. Must be called by the thread that selects. */
  static void between(
      SocketChannel client, SocketChannel server, Selector selector, Timer timer, SharedLink shared)
      throws IOException {
    long number = shared.nextConnection();
    Link link = shared.link();
    NatMapping nat = new NatMapping(shared);
    OneWayPipe request =
        new OneWayPipe(client, server, selector, timer, link, shared.requests(number), nat, true);
    OneWayPipe response =
        new OneWayPipe(server, client, selector, timer, link, shared.responses(number), nat, false);
    request.opposite = response;
    response.opposite = request;
    request.readKey.interestOps(SelectionKey.OP_READ);
    response.readKey.interestOps(SelectionKey.OP_READ);
  }

  /** Reads what has arrived, and lets the other direction write again if this socket has room. */
  void ready(ByteBuffer buffer) {
    try {
      if (readKey.isWritable()) {
        readKey.interestOpsAnd(~SelectionKey.OP_WRITE);
        opposite.unblock();
      }
      if (readKey.isReadable()) {
        read(buffer);
      }
    } catch (CancelledKeyException closed) {
      // The timer's thread has closed the socket meanwhile.
    }
  }

  private void read(ByteBuffer buffer) {
    buffer.clear();
    int count;
    boolean reset = false;
    try {
      count = from.read(buffer);
    } catch (IOException e) {
      count = -1;
      reset = true;
    }
    if (count == 0) {
      return;
    }
    if (count < 0) {
      readKey.interestOpsAnd(~SelectionKey.OP_READ);
    }
    if (!nat.passes()) {
      vanish(count < 0);
    } else if (reset) {
      resetRead();
    } else if (count < 0) {
      endRead();
    } else {
      bytesRead(ByteBuffer.allocate(count).put(buffer.flip()).flip());
    }
  }

  /** Drops what was read: neither side hears from the other again. Closes the sockets once both sides have. */
  private synchronized void vanish(boolean end) {
    ended |= end;
    if (ended && opposite.ended) {
      close();
    }
  }

  private synchronized void bytesRead(ByteBuffer bytes) {
    queuedBytes += bytes.remaining();
    if (queuedBytes >= MAX_QUEUED_BYTES) {
      readKey.interestOpsAnd(~SelectionKey.OP_READ);
    }
    waiting.add(bytes);
    send(System.nanoTime());
  }

  private synchronized void endRead() {
    endRead = true;
    send(System.nanoTime());
  }

  private synchronized void resetRead() {
    waiting.clear(); // a kernel drops unsent bytes too
    put(System.nanoTime(), SegmentType.RESET, NO_BYTES);
  }

  /** Sends as much as the window has room for. */
  private void send(long nowNanos) {
    while (!waiting.isEmpty()) {
      ByteBuffer next = waiting.peek();
      int count = Math.min(next.remaining(), maxPieceBytes);
      if (window != null) {
        count = (int) Math.min(count, window.room(nowNanos));
        if (count == 0) {
          return;
        }
        window.sent(nowNanos, count);
      }
      put(nowNanos, SegmentType.BYTES, next.slice(next.position(), count));
      next.position(next.position() + count);
      if (!next.hasRemaining()) {
        waiting.remove();
      }
    }
    if (endRead) {
      endRead = false;
      put(nowNanos, SegmentType.END, NO_BYTES);
    }
  }

  private void put(long nowNanos, SegmentType type, ByteBuffer bytes) {
    long sentNanos = nowNanos + (opposite.delivered ? 0 : handshakeNanos);
    long due = direction.arrivesAt(sentNanos, bytes.remaining());
    segments.add(new Segment(due, type, bytes));
    timer.at(due, this::deliver);
  }

  private synchronized void acknowledged(long atNanos, int count) {
    window.acknowledged(count);
    send(atNanos);
  }

  private synchronized void unblock() {
    blocked = false;
    deliver();
  }

  /** Writes the segments that are due, as far as the socket has room. */
  private synchronized void deliver() {
    try {
      while (!blocked && !segments.isEmpty() && segments.peek().dueNanos - System.nanoTime() <= 0) {
        Segment segment = segments.peek();
        switch (segment.type) {
          case BYTES -> write(segment);
          case END -> end();
          case RESET -> reset();
        }
        if (!blocked) {
          segments.poll();
        }
      }
    } catch (IOException | CancelledKeyException gone) {
      reset();
    }
  }

  private void write(Segment segment) throws IOException {
    delivered = true;
    int count = to.write(segment.bytes);
    boolean wasFull = queuedBytes >= MAX_QUEUED_BYTES;
    queuedBytes -= count;
    if (wasFull && queuedBytes < MAX_QUEUED_BYTES) {
      readKey.interestOpsOr(SelectionKey.OP_READ);
      readKey.selector().wakeup();
    }
    if (window != null && count > 0) {
      // Counted from when it was due, so that the timer's delays do not add up over round trips.
      long arrivedNanos = heldUp ? System.nanoTime() : segment.dueNanos;
      long acknowledgedAt = arrivedNanos + acknowledgeNanos;
      timer.at(acknowledgedAt, () -> acknowledged(acknowledgedAt, count));
    }
    heldUp = segment.bytes.hasRemaining();
    if (heldUp) {
      blocked = true;
      opposite.readKey.interestOpsOr(SelectionKey.OP_WRITE);
      readKey.selector().wakeup();
    }
  }

  private void end() throws IOException {
    ended = true;
    to.shutdownOutput();
    if (opposite.ended) {
      close();
    }
  }

  /** Resets both sides, since each has lost the other. */
  private void reset() {
    try {
      from.setOption(StandardSocketOptions.SO_LINGER, 0);
      to.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException alreadyClosed) {
      // Then there is nothing to close.
    }
    close();
  }

  private void close() {
    endRead = false;
    waiting.clear();
    segments.clear();
    try {
      from.close();
      to.close();
    } catch (IOException alreadyClosed) {
      // Then there is nothing to close.
    }
    readKey.selector().wakeup(); // the selector must let go of the sockets before they close
  }
}

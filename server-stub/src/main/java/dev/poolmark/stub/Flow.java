package dev.poolmark.stub;

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
 * One direction of a connection through a {@link DelayLine}: what is read from one socket is written to the other, in
 * order, when its delay has passed. Memory is bounded: with {@link #MAX_QUEUED_BYTES} on the way it stops reading.
 * {@link #ready} is called by the reading thread, {@link #deliver} by the timer's.
 */
final class Flow {
  /** A read of this size takes a response in one piece, as a flight is. */
  static final int READ_BYTES = 256 * 1024;

  private static final long MAX_QUEUED_BYTES = 4L << 20;

  private enum Kind {
    BYTES,
    END,
    RESET
  }

  private record Segment(long dueNanos, Kind kind, ByteBuffer bytes) {}

  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

  private final SocketChannel from;
  private final SocketChannel to;
  private final SelectionKey readKey;
  private final Timer timer;
  private final long delayNanos;

  /** Added while the connection has not answered: the round trip of the TCP handshake. */
  private final long setUpNanos;

  private final Queue<Segment> segments = new ArrayDeque<>();
  private @Nullable Flow opposite;
  private long queuedBytes;
  private long lastDueNanos = System.nanoTime();
  private boolean blocked;
  private volatile boolean ended;
  private volatile boolean delivered;

  private Flow(
      SocketChannel from,
      SocketChannel to,
      Selector selector,
      Timer timer,
      long delayNanos,
      long setUpNanos)
      throws IOException {
    this.from = from;
    this.to = to;
    this.timer = timer;
    this.delayNanos = delayNanos;
    this.setUpNanos = setUpNanos;
    from.configureBlocking(false);
    from.setOption(StandardSocketOptions.TCP_NODELAY, true);
    this.readKey = from.register(selector, 0, this);
  }

  /** Joins the two sockets; to be called by the thread that selects. */
  static void between(
      SocketChannel client, SocketChannel server, Selector selector, Timer timer, long oneWayNanos)
      throws IOException {
    Flow request = new Flow(client, server, selector, timer, oneWayNanos, 2 * oneWayNanos);
    Flow response = new Flow(server, client, selector, timer, oneWayNanos, 0);
    request.opposite = response;
    response.opposite = request;
    request.readKey.interestOps(SelectionKey.OP_READ);
    response.readKey.interestOps(SelectionKey.OP_READ);
  }

  /** Reads what has come; and lets the other direction write again, if this socket now takes more. */
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
      // by the timer's thread, meanwhile
    }
  }

  private void read(ByteBuffer buffer) {
    buffer.clear();
    int count;
    try {
      count = from.read(buffer);
    } catch (IOException reset) {
      readKey.interestOps(0);
      enqueue(Kind.RESET, NO_BYTES);
      return;
    }
    if (count < 0) {
      readKey.interestOpsAnd(~SelectionKey.OP_READ);
      enqueue(Kind.END, NO_BYTES);
    } else if (count > 0) {
      enqueue(Kind.BYTES, ByteBuffer.allocate(count).put(buffer.flip()).flip());
    }
  }

  private synchronized void enqueue(Kind kind, ByteBuffer bytes) {
    long due = System.nanoTime() + delayNanos + (opposite.delivered ? 0 : setUpNanos);
    if (due - lastDueNanos < 0) {
      due = lastDueNanos; // never overtake
    }
    lastDueNanos = due;
    segments.add(new Segment(due, kind, bytes));
    queuedBytes += bytes.remaining();
    if (queuedBytes >= MAX_QUEUED_BYTES) {
      readKey.interestOpsAnd(~SelectionKey.OP_READ);
    }
    timer.at(due, this::deliver);
  }

  private synchronized void unblock() {
    blocked = false;
    deliver();
  }

  /** Writes every segment that is due, as far as the socket takes it. */
  private synchronized void deliver() {
    try {
      while (!blocked && !segments.isEmpty() && segments.peek().dueNanos - System.nanoTime() <= 0) {
        Segment segment = segments.peek();
        switch (segment.kind) {
          case BYTES -> write(segment.bytes);
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

  private void write(ByteBuffer bytes) throws IOException {
    delivered = true;
    int count = to.write(bytes);
    boolean wasFull = queuedBytes >= MAX_QUEUED_BYTES;
    queuedBytes -= count;
    if (wasFull && queuedBytes < MAX_QUEUED_BYTES) {
      readKey.interestOpsOr(SelectionKey.OP_READ);
      readKey.selector().wakeup();
    }
    if (bytes.hasRemaining()) {
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

  /** Passes a reset on to both sides; each has lost the other. */
  private void reset() {
    try {
      from.setOption(StandardSocketOptions.SO_LINGER, 0);
      to.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException gone) {
      // closed already
    }
    close();
  }

  private void close() {
    segments.clear();
    try {
      from.close();
      to.close();
    } catch (IOException gone) {
      // closed already
    }
    readKey.selector().wakeup(); // a selected socket is closed by its selector
  }
}

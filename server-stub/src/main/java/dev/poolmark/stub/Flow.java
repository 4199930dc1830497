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
 * One direction of a connection through a {@link DelayLine}: what is read from one socket waits for room in the
 * sender's window, travels, and is written to the other socket, in order. Memory is bounded: with {@link
 * #MAX_QUEUED_BYTES} in here it stops reading. {@link #ready} is called by the reading thread, {@link #deliver} and
 * {@link #acknowledged} by the timer's.
 */
final class Flow {
  /** A read of this size takes a response in one piece, as a flight is. */
  static final int READ_BYTES = 256 * 1024;

  /** Where a window or a bandwidth spreads bytes out, larger pieces would arrive in lumps. */
  private static final int SPREAD_BYTES = Window.INITIAL_BYTES;

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
  private final Path.Passage passage;
  private final @Nullable Window window;
  private final int maxPieceBytes;
  private final long acknowledgeNanos;
  private final Nat nat;

  /** Added while the connection has not answered: the round trip of the TCP handshake. */
  private final long setUpNanos;

  /** Read, and waiting for room in the window. */
  private final Queue<ByteBuffer> waiting = new ArrayDeque<>();

  /** On the way. */
  private final Queue<Segment> segments = new ArrayDeque<>();

  private @Nullable Flow opposite;
  private long queuedBytes;
  private boolean blocked;
  private boolean heldUp;
  private boolean endRead;
  private volatile boolean ended;
  private volatile boolean delivered;

  private Flow(
      SocketChannel from,
      SocketChannel to,
      Selector selector,
      Timer timer,
      Link link,
      Path.Passage passage,
      Nat nat,
      boolean paysSetUp)
      throws IOException {
    this.from = from;
    this.to = to;
    this.timer = timer;
    this.passage = passage;
    this.nat = nat;
    long roundTripNanos = link.roundTrip().toNanos();
    this.window = link.slowStart() ? new Window(roundTripNanos, MAX_QUEUED_BYTES) : null;
    this.maxPieceBytes = link.slowStart() || passage.limited() ? SPREAD_BYTES : READ_BYTES;
    this.acknowledgeNanos = roundTripNanos / 2;
    this.setUpNanos = paysSetUp ? roundTripNanos / 2 * 2 : 0;
    from.configureBlocking(false);
    from.setOption(StandardSocketOptions.TCP_NODELAY, true);
    this.readKey = from.register(selector, 0, this);
  }

  /** Joins the two sockets; to be called by the thread that selects. */
  static void between(
      SocketChannel client, SocketChannel server, Selector selector, Timer timer, Path path)
      throws IOException {
    long number = path.nextConnection();
    Link link = path.link();
    Nat nat = new Nat(link.natTimeout());
    Flow request =
        new Flow(client, server, selector, timer, link, path.requests(number), nat, true);
    Flow response =
        new Flow(server, client, selector, timer, link, path.responses(number), nat, false);
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

  /** Neither side hears of the other any more; the sockets go when both sides have closed theirs. */
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
    waiting.clear(); // as a kernel drops what it has not sent
    put(System.nanoTime(), Kind.RESET, NO_BYTES);
  }

  /** Sends what the window has room for. */
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
      put(nowNanos, Kind.BYTES, next.slice(next.position(), count));
      next.position(next.position() + count);
      if (!next.hasRemaining()) {
        waiting.remove();
      }
    }
    if (endRead) {
      endRead = false;
      put(nowNanos, Kind.END, NO_BYTES);
    }
  }

  private void put(long nowNanos, Kind kind, ByteBuffer bytes) {
    long sentNanos = nowNanos + (opposite.delivered ? 0 : setUpNanos);
    long due = passage.arrives(sentNanos, bytes.remaining());
    segments.add(new Segment(due, kind, bytes));
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

  /** Writes every segment that is due, as far as the socket takes it. */
  private synchronized void deliver() {
    try {
      while (!blocked && !segments.isEmpty() && segments.peek().dueNanos - System.nanoTime() <= 0) {
        Segment segment = segments.peek();
        switch (segment.kind) {
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
      // From when it was due: the timer's lateness must not add up over the round trips.
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
    endRead = false;
    waiting.clear();
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

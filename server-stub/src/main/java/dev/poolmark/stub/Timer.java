package dev.poolmark.stub;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs actions at points in time, more exactly than an executor does. A parked thread wakes up some 60 us late (the
 * kernel's timer slack), which is more than a link of half a millisecond may be off; so this one wakes up early and
 * watches the clock for the rest. Actions run on one thread in the order of their times, and must be short. Safe for
 * several threads.
 */
final class Timer implements AutoCloseable {
  private static final long WATCH_NANOS = TimeUnit.MICROSECONDS.toNanos(70);

  private record Entry(long dueNanos, long number, Runnable action) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      long difference = dueNanos - other.dueNanos; // not compare(): nanoTime may wrap
      return difference != 0 ? Long.signum(difference) : Long.compare(number, other.number);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final PriorityQueue<Entry> entries = new PriorityQueue<>();
  private long entryCount;
  private boolean closed;
  private final Thread thread;

  Timer(String name) {
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Runs the action once {@link System#nanoTime()} has reached that value; after {@link #close()}, never. */
  void at(long dueNanos, Runnable action) {
    lock.lock();
    try {
      Entry entry = new Entry(dueNanos, entryCount++, action);
      Entry head = entries.peek();
      entries.add(entry);
      if (head == null || entry.compareTo(head) < 0) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      for (Runnable action = nextDue(); action != null; action = nextDue()) {
        action.run();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt(); // nobody does; if so, end
    }
  }

  /** Waits for the earliest entry's time; null after close. */
  @SuppressWarnings(
      "ThreadPriorityCheck") // a yield gives the core to whoever needs it, and costs nothing if
  // nobody does
  private @Nullable Runnable nextDue() throws InterruptedException {
    while (true) {
      long watchUntil;
      lock.lockInterruptibly();
      try {
        if (closed) {
          return null;
        }
        Entry head = entries.peek();
        if (head == null) {
          changed.await();
          continue;
        }
        long nanosLeft = head.dueNanos - System.nanoTime();
        if (nanosLeft <= 0) {
          entries.poll();
          return head.action;
        }
        if (nanosLeft > WATCH_NANOS) {
          changed.awaitNanos(nanosLeft - WATCH_NANOS);
          continue;
        }
        watchUntil = head.dueNanos;
      } finally {
        lock.unlock();
      }
      while (System.nanoTime() - watchUntil < 0) {
        Thread.yield();
      }
    }
  }

  /** Drops what is not due yet and waits for the thread to end. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

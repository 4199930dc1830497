package dev.poolmark.stub.network;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs actions at given times, more exactly than an executor does. A parked thread wakes up about 60 us late (the
 * kernel's timer slack), which is too coarse for a round trip of half a millisecond; this one wakes up early and
 * watches the clock until the time has come. Actions run on one thread in the order of their times, and must be short.
 * Thread-safe.
 */
public final class Timer implements AutoCloseable {
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

  /** Starts the thread, under this name. */
  public Timer(String name) {
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Runs the action once {@link System#nanoTime()} has reached that value, unless the timer is closed before. */
  public void at(long dueNanos, Runnable action) {
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
      Thread.currentThread().interrupt(); // nothing interrupts it; if something does, end
    }
  }

  /** Waits until an action is due, and returns it; null once the timer is closed. */
  // The yield gives the core to a thread that needs it, and costs nothing otherwise.
  @SuppressWarnings("ThreadPriorityCheck")
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

  /** Drops the actions that are not due yet, and waits for the thread to end. */
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

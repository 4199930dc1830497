package dev.poolmark.clients.jdk;

/** When one call last made progress. Written by the JDK's threads, read by the one that waits. */
final class Progress {
  private volatile long lastNanos = System.nanoTime();
  private volatile boolean writing;

  /** Bytes went out, and more will. */
  void wrote() {
    lastNanos = System.nanoTime();
    writing = true;
  }

  /** The request is written, or bytes came in. */
  void read() {
    lastNanos = System.nanoTime();
    writing = false;
  }

  long lastNanos() {
    return lastNanos;
  }

  boolean writing() {
    return writing;
  }
}

package dev.poolmark.fidelity;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/**
 * A socket whose reader polls it instead of sleeping: a thread that sleeps wakes up late and with cold caches, which is
 * the machine's doing and not the stub's. Not thread-safe.
 */
final class WatchedSocket extends Socket {
  @Override
  public InputStream getInputStream() throws IOException {
    return new FilterInputStream(super.getInputStream()) {
      @Override
      public int read() throws IOException {
        watch();
        return super.read();
      }

      @Override
      public int read(byte[] to, int offset, int length) throws IOException {
        watch();
        return super.read(to, offset, length);
      }

      /** Returns once there is something to read or the timeout has passed; does not notice the end of the stream. */
      // Without the yield, a thread of the stub may wait for this core.
      @SuppressWarnings("ThreadPriorityCheck")
      private void watch() throws IOException {
        long end = System.nanoTime() + getSoTimeout() * 1_000_000L;
        while (in.available() == 0 && System.nanoTime() < end) {
          Thread.yield();
        }
      }
    };
  }
}

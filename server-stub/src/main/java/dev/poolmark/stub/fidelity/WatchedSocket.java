package dev.poolmark.stub.fidelity;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/**
 * A socket whose reader watches it instead of waiting: a thread that slept for some milliseconds wakes up late and with
 * cold caches, on this machine's account and not on the stub's. Not safe for several threads.
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

      /** Until there is something to read, or the read would time out; the end of the stream is not seen before. */
      @SuppressWarnings(
          "ThreadPriorityCheck") // without the yield, a stub's thread may wait for this core
      private void watch() throws IOException {
        long end = System.nanoTime() + getSoTimeout() * 1_000_000L;
        while (in.available() == 0 && System.nanoTime() < end) {
          Thread.yield();
        }
      }
    };
  }
}

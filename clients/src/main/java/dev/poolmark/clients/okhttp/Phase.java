package dev.poolmark.clients.okhttp;

import dev.poolmark.clients.ConnectionMeter;
import java.net.InetSocketAddress;
import java.net.Proxy;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Protocol;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Follows one call, because OkHttp's timeouts do not say which of them has passed. Used by the thread of the
 * call alone. */
final class Phase extends EventListener {
  enum Now {
    CONNECT,
    WRITE,
    READ
  }

  Now now = Now.CONNECT;
  private final ConnectionMeter meter;
  private long connectStartNanos;

  Phase(ConnectionMeter meter) {
    this.meter = meter;
  }

  @Override
  public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
    now = Now.CONNECT;
    connectStartNanos = System.nanoTime();
  }

  @Override
  public void connectEnd(
      Call call, InetSocketAddress address, Proxy proxy, @Nullable Protocol protocol) {
    meter.ready(System.nanoTime() - connectStartNanos);
  }

  @Override
  public void secureConnectStart(Call call) {
    now = Now.READ;
  }

  @Override
  public void requestHeadersStart(Call call) {
    now = Now.WRITE;
  }

  @Override
  public void requestHeadersEnd(Call call, Request request) {
    now = Now.READ; // OkHttp reports the response's beginning only when its headers are there
  }

  @Override
  public void requestBodyStart(Call call) {
    now = Now.WRITE;
  }

  @Override
  public void requestBodyEnd(Call call, long byteCount) {
    now = Now.READ;
  }
}

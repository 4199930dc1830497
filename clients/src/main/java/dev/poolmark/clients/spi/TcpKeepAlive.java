package dev.poolmark.clients.spi;

import dev.poolmark.clients.ClientConfig;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketOption;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;

/**
 * {@code tcpKeepAlive} as socket options. After {@code idleSeconds} without a packet from the peer, half of the setting,
 * the system sends a probe every {@code intervalSeconds}, and closes the connection when {@code probes} have gone
 * unanswered. While sent bytes are unacknowledged, it sends them again instead, for minutes. Immutable.
 */
public record TcpKeepAlive(int idleSeconds, int intervalSeconds, int probes) {
  private static final int INTERVALS = 10;

  /** What the config asks for. */
  public static TcpKeepAlive of(ClientConfig config) {
    int seconds = (int) config.tcpKeepAlive().toSeconds();
    int interval = Math.max(1, seconds / INTERVALS);
    int probes = (seconds - seconds / 2) / interval;
    return new TcpKeepAlive(seconds - probes * interval, interval, probes);
  }

  /** The options beyond {@code SO_KEEPALIVE}, which not every system has. */
  public Map<SocketOption<Integer>, Integer> options() {
    return Map.of(
        ExtendedSocketOptions.TCP_KEEPIDLE, idleSeconds,
        ExtendedSocketOptions.TCP_KEEPINTERVAL, intervalSeconds,
        ExtendedSocketOptions.TCP_KEEPCOUNT, probes);
  }

  /** Sets {@code SO_KEEPALIVE}, and those of the options that the system has. */
  public void setOn(Socket socket) throws IOException {
    socket.setKeepAlive(true);
    for (Map.Entry<SocketOption<Integer>, Integer> option : options().entrySet()) {
      if (socket.supportedOptions().contains(option.getKey())) {
        socket.setOption(option.getKey(), option.getValue());
      }
    }
  }
}

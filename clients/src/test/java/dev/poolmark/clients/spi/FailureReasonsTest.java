package dev.poolmark.clients.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.Failure;
import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class FailureReasonsTest {
  static Stream<Arguments> exceptions() {
    return Stream.of(
        Arguments.of(new ConnectException("Connection refused"), Failure.CONNECT_FAILED),
        Arguments.of(new UnknownHostException("nowhere.invalid"), Failure.CONNECT_FAILED),
        Arguments.of(new NoRouteToHostException(), Failure.CONNECT_FAILED),
        Arguments.of(new BindException("Cannot assign requested address"), Failure.CONNECT_FAILED),
        Arguments.of(new SocketException("Network is unreachable"), Failure.CONNECT_FAILED),
        Arguments.of(
            new IOException("wrapped", new ConnectException("refused")), Failure.CONNECT_FAILED),
        Arguments.of(new SocketException("Connection reset"), Failure.CONNECTION_CLOSED),
        Arguments.of(new EOFException(), Failure.CONNECTION_CLOSED),
        Arguments.of(new ClosedChannelException(), Failure.CONNECTION_CLOSED),
        Arguments.of(new IOException("Broken pipe"), Failure.CONNECTION_CLOSED),
        Arguments.of(new IOException("Connection reset by peer"), Failure.CONNECTION_CLOSED),
        Arguments.of(new IOException("Connection timed out"), Failure.CONNECTION_CLOSED),
        Arguments.of(new IOException("No route to host"), Failure.CONNECTION_CLOSED),
        Arguments.of(new SocketException("Connection timed out"), Failure.CONNECTION_CLOSED),
        Arguments.of(new ConnectException("Connection timed out"), Failure.CONNECT_FAILED),
        Arguments.of(
            new SSLException("Connection reset", new SocketException("Connection reset")),
            Failure.CONNECTION_CLOSED),
        Arguments.of(
            handshake("Broken pipe", new IOException("Broken pipe")), Failure.CONNECTION_CLOSED),
        Arguments.of(
            new SSLException("closing inbound before receiving peer's close_notify"),
            Failure.CONNECTION_CLOSED),
        Arguments.of(handshake("untrusted", new CertificateException("untrusted")), Failure.TLS),
        Arguments.of(
            new SSLHandshakeException("Received fatal alert: handshake_failure"), Failure.TLS),
        Arguments.of(
            new IOException("wrapped", new SSLException("Unrecognized SSL message")), Failure.TLS),
        Arguments.of(new IOException("Invalid status line"), Failure.OTHER),
        Arguments.of(new IllegalStateException(), Failure.OTHER));
  }

  private static SSLException handshake(String message, Throwable cause) {
    SSLException failure = new SSLHandshakeException(message);
    failure.initCause(cause);
    return failure;
  }

  @ParameterizedTest
  @MethodSource("exceptions")
  void isFoundInTheChainOfCauses(Throwable failure, Failure expected) {
    assertThat(FailureReasons.of(failure)).isEqualTo(expected);
  }
}

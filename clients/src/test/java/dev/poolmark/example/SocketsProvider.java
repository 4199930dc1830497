package dev.poolmark.example;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.CloseReason;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.spi.Addresses;
import dev.poolmark.clients.spi.BlockingTransport;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.clients.spi.ClientProvider;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.Exchange;
import dev.poolmark.clients.spi.MeteredConnection;
import dev.poolmark.clients.spi.MeteredSocket;
import dev.poolmark.clients.spi.Support;
import dev.poolmark.clients.spi.Tls;
import dev.poolmark.clients.spi.Transport;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A client of your own in one file: HTTP/1.1 on blocking sockets and the JDK's TLS, without a library. The contract suite
 * and the benchmarks know it only because {@code META-INF/services} names it. Stateless.
 */
public final class SocketsProvider implements ClientProvider {
  @Override
  public String name() {
    return "sockets";
  }

  @Override
  public String artifact() {
    return "dev.poolmark:poolmark-clients";
  }

  /** Sockets have timeouts to connect and to read; what is not here the core does. */
  @Override
  public Map<Capability, Support> capabilities() {
    return Map.of(
        Capability.CONNECT_TIMEOUT, Support.NATIVE,
        Capability.READ_TIMEOUT, Support.NATIVE,
        Capability.SEVERAL_ADDRESSES, Support.UNSUPPORTED,
        Capability.KEEP_ALIVE, Support.UNSUPPORTED,
        Capability.REUSE_ORDER, Support.UNSUPPORTED,
        Capability.HTTP_2, Support.UNSUPPORTED);
  }

  @Override
  public Transport open(ClientConfig config, ConnectionMeter connections, Addresses addresses) {
    return new SocketsTransport(config, connections, addresses);
  }

  /** Keeps the idle connections; how many are in use is up to the core. Thread-safe. */
  private static final class SocketsTransport implements BlockingTransport {
    private final ClientConfig config;
    private final ConnectionMeter meter;
    private final Addresses addresses;
    private final SSLSocketFactory tls;
    private final boolean pooled;
    private final ScheduledExecutorService sweeper;
    private final Deque<Connection> idle = new ArrayDeque<>(); // the latest first; guarded by this
    private boolean closed; // guarded by this

    SocketsTransport(ClientConfig config, ConnectionMeter meter, Addresses addresses) {
      this.config = config;
      this.meter = meter;
      this.addresses = addresses;
      this.tls = Tls.context(config).getSocketFactory();
      this.pooled = config.reuse() == Reuse.POOLED;
      this.sweeper = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "poolmark-sockets-sweeper");
        thread.setDaemon(true);
        return thread;
      });
      long everyNanos = Math.max(1, config.idleTimeout().toNanos() / 4);
      sweeper.scheduleWithFixedDelay(this::sweep, everyNanos, everyNanos, TimeUnit.NANOSECONDS);
    }

    /** The core calls this on the caller's thread, and again if a reused connection turns out to be closed. */
    @Override
    public void exchange(Exchange exchange) throws IOException {
      Connection pooled = take(exchange.request().uri());
      Connection connection = pooled == null ? connect(exchange) : pooled;
      boolean kept = false;
      try {
        exchange.onAbort(connection::abort);
        exchange.uses(connection.metered);
        connection.send(exchange, pooled != null);
        kept = connection.receive(exchange) && keep(connection);
      } finally {
        if (!kept) {
          connection.close();
        }
      }
    }

    private Connection connect(Exchange exchange) throws IOException {
      URI uri = exchange.request().uri();
      boolean secure = uri.getScheme().equals("https");
      String host = exchange.request().host();
      int port = exchange.request().port();
      long start = System.nanoTime();
      Socket plain = new MeteredSocket(config, meter);
      Socket socket = plain;
      try {
        exchange.onAbort(() -> closeQuietly(plain));
        exchange.connecting();
        InetSocketAddress address = new InetSocketAddress(addresses.of(host).get(0), port);
        plain.connect(address, (int) config.connectTimeout().toMillis());
        plain.setSoTimeout((int) config.readTimeout().toMillis());
        if (secure) {
          exchange.handshaking();
          SSLSocket ssl = (SSLSocket) tls.createSocket(plain, host, port, true);
          socket = ssl;
          SSLParameters parameters = ssl.getSSLParameters();
          parameters.setEndpointIdentificationAlgorithm("HTTPS");
          ssl.setSSLParameters(parameters);
          ssl.startHandshake();
        }
        meter.ready(System.nanoTime() - start);
        MeteredConnection metered = meter.find(plain);
        if (metered == null) {
          throw new SocketException("the call has ended");
        }
        return new Connection(uri, plain, socket, metered);
      } catch (IOException | RuntimeException e) {
        closeQuietly(socket);
        closeQuietly(plain);
        throw e;
      }
    }

    /** An idle connection to there that is fit for use, or null. */
    private Connection take(URI uri) {
      while (true) {
        Connection found;
        synchronized (this) {
          found = idle.stream().filter(c -> c.leadsTo(uri)).findFirst().orElse(null);
          idle.remove(found);
        }
        if (found == null || (found.isFit() && found.isOpen(config.validateAfterIdle()))) {
          return found;
        }
        found.close();
      }
    }

    private boolean keep(Connection connection) {
      synchronized (this) {
        if (closed || !pooled || !connection.isFit() || !connection.metered.keep()) {
          return false;
        }
        idle.addFirst(connection);
        return true;
      }
    }

    private void sweep() {
      List<Connection> old = new ArrayList<>();
      synchronized (this) {
        idle.stream().filter(connection -> !connection.isFit()).forEach(old::add);
        idle.removeAll(old);
      }
      old.forEach(Connection::close);
    }

    @Override
    public void close() {
      sweeper.shutdown();
      List<Connection> last;
      synchronized (this) {
        closed = true;
        last = List.copyOf(idle);
        idle.clear();
      }
      last.forEach(Connection::close);
    }
  }

  /** One connection. For one call at a time; any thread may abort it. */
  private static final class Connection {
    private static final int PIECE_BYTES = 16 * 1024;

    private final URI uri;
    private final Socket plain;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final MeteredConnection metered;
    private volatile long lastUseNanos = System.nanoTime();
    private Request request;
    private int headBytes;

    Connection(URI uri, Socket plain, Socket socket, MeteredConnection metered) throws IOException {
      this.uri = uri;
      this.plain = plain;
      this.socket = socket;
      this.metered = metered;
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    boolean leadsTo(URI other) {
      return uri.getRawAuthority().equals(other.getRawAuthority())
          && uri.getScheme().equals(other.getScheme());
    }

    boolean isFit() {
      return metered.unfit() == null;
    }

    long idleNanos() {
      return System.nanoTime() - lastUseNanos;
    }

    /** Whether the server has sent nothing unasked for, nor, as far as it is looked for, closed the connection. */
    boolean isOpen(Duration idleBeforeLook) {
      try {
        int timeout = socket.getSoTimeout();
        socket.setSoTimeout(idleNanos() < idleBeforeLook.toNanos() ? MeteredSocket.NO_WAIT : 1);
        try {
          if (in.read() >= 0) {
            metered.closing(CloseReason.UNASKED_BYTES);
          }
          return false;
        } catch (SocketTimeoutException silent) {
          socket.setSoTimeout(timeout);
          return true;
        }
      } catch (IOException closed) {
        return false;
      }
    }

    void send(Exchange exchange, boolean reused) throws IOException {
      request = exchange.request();
      String path = request.uri().getRawPath();
      String query = request.uri().getRawQuery();
      StringBuilder head = new StringBuilder(256)
          .append(request.method())
          .append(' ')
          .append(path == null || path.isEmpty() ? "/" : path)
          .append(query == null ? "" : "?" + query)
          .append(" HTTP/1.1\r\nHost: ")
          .append(request.uri().getRawAuthority())
          .append("\r\n");
      Headers headers = request.headers();
      for (int i = 0; i < headers.size(); i++) {
        head.append(headers.name(i)).append(": ").append(headers.value(i)).append("\r\n");
      }
      byte[] body = request.body();
      if (request.sendsBody()) {
        head.append("Content-Length: ").append(body.length).append("\r\n");
      }
      exchange.sending(reused);
      out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      for (int from = 0; from < body.length; from += PIECE_BYTES) {
        exchange.progress();
        out.write(body, from, Math.min(PIECE_BYTES, body.length - from));
      }
      exchange.receiving();
    }

    /** Reads the response; returns whether another may follow on this connection. */
    boolean receive(Exchange exchange) throws IOException {
      headBytes = 0;
      String status = line();
      while (status.matches("HTTP/1.1 1(?!01)\\d\\d.*")) { // an informational response
        headers();
        status = line();
      }
      if (!status.matches("HTTP/1\\.[01] [2-5]\\d\\d( .*)?")) {
        throw new ProtocolException("no HTTP/1.1: " + status);
      }
      int code = Integer.parseInt(status.substring(9, 12));
      Headers headers = headers();
      boolean chunked =
          headers.all("Transfer-Encoding").stream().anyMatch("chunked"::equalsIgnoreCase);
      Optional<String> length = headers.first("Content-Length");
      exchange.head(code, headers);
      if (exchange.hasBody()) {
        if (chunked) {
          chunks(exchange);
        } else if (length.isPresent()) {
          piece(exchange, number(length.get(), 10));
        } else {
          exchange.body(in); // to the end of the connection
        }
      }
      lastUseNanos = System.nanoTime();
      return status.startsWith("HTTP/1.1")
          && (!exchange.hasBody() || chunked || length.isPresent())
          && headers.all("Connection").stream().noneMatch("close"::equalsIgnoreCase);
    }

    private Headers headers() throws IOException {
      List<String> namesAndValues = new ArrayList<>();
      for (String line = line(); !line.isEmpty(); line = line()) {
        int colon = line.indexOf(':');
        if (colon <= 0) {
          throw new ProtocolException("no header field: " + line);
        }
        namesAndValues.add(line.substring(0, colon));
        namesAndValues.add(line.substring(colon + 1).strip());
      }
      return Headers.received(namesAndValues.toArray(String[]::new));
    }

    private void chunks(Exchange exchange) throws IOException {
      int length = number(line().split(";", 2)[0].strip(), 16);
      while (length > 0) {
        piece(exchange, length);
        line();
        length = number(line().split(";", 2)[0].strip(), 16);
      }
      headers(); // the trailer fields
    }

    private void piece(Exchange exchange, int length) throws IOException {
      int left = length;
      while (left > 0) {
        byte[] piece = in.readNBytes(Math.min(left, PIECE_BYTES));
        if (piece.length == 0) {
          throw new EOFException("the body ended " + left + " bytes too soon");
        }
        exchange.body(piece);
        left -= piece.length;
      }
    }

    private static int number(String text, int radix) throws ProtocolException {
      try {
        return Integer.parseUnsignedInt(text, radix);
      } catch (NumberFormatException e) {
        throw new ProtocolException("no length: " + text);
      }
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int next = in.read(); next != '\n'; next = in.read()) {
        if (next < 0) {
          throw new EOFException("the server closed the connection");
        }
        line.append((char) next);
        if (++headBytes > 300_000) { // a little above what a config allows
          throw new CallException(Failure.RESPONSE_TOO_LARGE, request, "head too large", null);
        }
      }
      return line.toString().replaceFirst("\r$", "");
    }

    /** Ends whatever a thread does here: below TLS, whose own close may wait for a write. */
    void abort() {
      closeQuietly(plain);
    }

    void close() {
      closeQuietly(socket);
      closeQuietly(plain);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is of no use any more
    }
  }
}

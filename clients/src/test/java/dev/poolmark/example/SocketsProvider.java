package dev.poolmark.example;

import dev.poolmark.clients.AsyncCall;
import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallWatch;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.ClientProvider;
import dev.poolmark.clients.ConnectionMeter;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Lease;
import dev.poolmark.clients.Leases;
import dev.poolmark.clients.MeteredSocket;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.Setting;
import dev.poolmark.clients.Support;
import dev.poolmark.clients.Tls;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A client of one's own in one file: HTTP/1.1 on blocking sockets and the JDK's TLS, no library. It is in the contract
 * suite and in the benchmarks for no other reason than that {@code META-INF/services} names it. Stateless.
 */
public final class SocketsProvider implements ClientProvider {
  private static final String NAME = "sockets";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String artifact() {
    return "dev.poolmark:poolmark-clients";
  }

  @Override
  public Map<Setting, Support> capabilities() {
    return Map.of(
        Setting.CONNECT_TIMEOUT, Support.NATIVE,
        Setting.READ_TIMEOUT, Support.NATIVE,
        Setting.HTTP_2, Support.UNSUPPORTED);
  }

  @Override
  public PooledHttpClient open(ClientConfig config) {
    return new SocketsClient(config);
  }

  /** The pool: who may call is up to the leases, so that only idle connections are kept here. */
  private static final class SocketsClient implements PooledHttpClient {
    private final ClientConfig config;
    private final ConnectionMeter meter = new ConnectionMeter();
    private final Leases leases;
    private final CallWatch watch;
    private final SSLSocketFactory tls;
    private final ExecutorService executor;
    private final int maxKept;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Connection> idle = new ArrayDeque<>(); // the one used last is the first

    SocketsClient(ClientConfig config) {
      this.config = config;
      this.leases = new Leases(NAME, config, Optional.of(meter));
      this.watch = new CallWatch(NAME, shortestLimit(config));
      this.tls = Tls.context(config).getSocketFactory();
      this.maxKept = config.reuse() == Reuse.POOLED ? config.maxIdleConnections() : 0;
      this.executor = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "poolmark-" + NAME);
        thread.setDaemon(true);
        return thread;
      });
    }

    private static Duration shortestLimit(ClientConfig config) {
      return Collections.min(
          List.of(config.callTimeout(), config.writeTimeout(), config.idleTimeout()));
    }

    @Override
    public Response execute(Request request) throws IOException {
      try (Lease lease = leases.acquire(request)) {
        return exchange(new Call(lease));
      } finally {
        endThreads();
      }
    }

    @Override
    public CompletableFuture<Response> executeAsync(Request request) {
      return AsyncCall.begin(leases, request, (lease, async) -> {
        Call call = new Call(lease);
        executor.execute(() -> {
          try {
            async.succeeded(exchange(call));
          } catch (IOException | RuntimeException e) {
            async.failed(e);
          } finally {
            endThreads();
          }
        });
        return () -> call.end(Failure.CANCELLED);
      });
    }

    private Response exchange(Call call) throws CallException {
      Lease lease = call.lease;
      try {
        while (true) {
          Connection pooled = take(lease.request().uri());
          Connection connection = pooled == null ? connect(call) : pooled;
          try {
            return lease.received(exchange(call, connection));
          } catch (IOException e) {
            if (pooled == null || !call.mayBeRepeated(e)) {
              throw e;
            } // else the server had closed it: the next one
          }
        }
      } catch (CallException e) {
        throw e;
      } catch (IOException e) {
        Failure limit = call.ended;
        throw limit == null ? failure(lease, e) : lease.failed(limit, e);
      }
    }

    private Response exchange(Call call, Connection connection) throws IOException {
      boolean kept = false;
      try {
        connection.begin(call);
        watch.add(connection);
        connection.send(call.lease.request());
        Response response = connection.receive();
        kept = connection.end() && keep(connection);
        return response;
      } finally {
        if (!kept) {
          discard(connection);
        }
      }
    }

    private static CallException failure(Lease lease, IOException failure) {
      for (Throwable e = failure; e != null; e = e.getCause()) {
        if (e instanceof SocketTimeoutException) {
          return lease.failed(Failure.READ_TIMEOUT, failure);
        }
      }
      return lease.failed(failure);
    }

    private Connection connect(Call call) throws IOException {
      URI uri = call.lease.request().uri();
      boolean secure = uri.getScheme().equals("https");
      int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
      long start = System.nanoTime();
      Socket plain = new MeteredSocket(meter);
      Connection connection = new Connection(this, uri, plain);
      try {
        connection.begin(call);
        watch.add(connection);
        try {
          plain.connect(
              new InetSocketAddress(uri.getHost(), port), millis(config.connectTimeout()));
        } catch (SocketTimeoutException e) {
          throw call.lease.failed(Failure.CONNECT_TIMEOUT, e);
        }
        plain.setSoTimeout(millis(config.readTimeout()));
        if (secure) {
          SSLSocket socket = (SSLSocket) tls.createSocket(plain, uri.getHost(), port, true);
          SSLParameters parameters = socket.getSSLParameters();
          parameters.setEndpointIdentificationAlgorithm("HTTPS");
          socket.setSSLParameters(parameters);
          socket.startHandshake();
          connection.connected(socket);
        } else {
          connection.connected(plain);
        }
        meter.ready(System.nanoTime() - start);
        return connection;
      } catch (IOException | RuntimeException e) {
        discard(connection);
        throw e;
      }
    }

    private static int millis(Duration limit) {
      return (int) Math.max(1, Math.min(Integer.MAX_VALUE, limit.toMillis()));
    }

    /** An idle connection to there that is fit for use, or null. */
    private @Nullable Connection take(URI uri) {
      while (true) {
        Connection found = null;
        lock.lock();
        try {
          for (Iterator<Connection> i = idle.iterator(); i.hasNext() && found == null; ) {
            Connection next = i.next();
            if (next.leadsTo(uri)) {
              found = next;
              i.remove();
            }
          }
        } finally {
          lock.unlock();
        }
        if (found == null || found.isFit()) {
          return found;
        }
        discard(found);
      }
    }

    private boolean keep(Connection connection) {
      Connection oldest = null;
      lock.lock();
      try {
        if (maxKept == 0 || leases.isClosed()) {
          return false;
        }
        idle.addFirst(connection);
        if (idle.size() > maxKept) {
          oldest = idle.removeLast();
        }
      } finally {
        lock.unlock();
      }
      if (oldest != null) {
        discard(oldest);
      }
      return true;
    }

    /** Closes an idle connection, unless a call has taken it meanwhile. */
    private void expire(Connection connection) {
      boolean removed;
      lock.lock();
      try {
        removed = idle.remove(connection);
      } finally {
        lock.unlock();
      }
      if (removed) {
        discard(connection);
      }
    }

    private void discard(Connection connection) {
      watch.remove(connection);
      connection.close();
    }

    @Override
    public ClientMetrics metrics() {
      return leases.metrics();
    }

    @Override
    public void close() {
      leases.close();
      List<Connection> last;
      lock.lock();
      try {
        last = new ArrayList<>(idle);
        idle.clear();
      } finally {
        lock.unlock();
      }
      last.forEach(this::discard);
      endThreads();
    }

    /** Once closed, and when no call needs them any more. */
    private void endThreads() {
      if (leases.isClosed() && leases.inUse() == 0) {
        watch.close();
        executor.shutdown();
      }
    }
  }

  /** One call, over as many connections as it takes. Used by its thread, the watch's and who cancels it. */
  private static final class Call {
    final Lease lease;
    volatile @Nullable Failure ended;
    private volatile @Nullable Connection connection;

    Call(Lease lease) {
      this.lease = lease;
    }

    void on(Connection now) throws IOException {
      connection = now;
      if (ended != null) {
        throw new IOException("the call has ended");
      }
    }

    void end(Failure reason) {
      ended = reason;
      Connection now = connection;
      if (now != null) {
        now.abort();
      }
    }

    boolean mayBeRepeated(IOException e) {
      Connection now = connection;
      return ended == null
          && lease.request().method().equals("GET")
          && now != null
          && !now.answered
          && Failure.of(e) == Failure.CONNECTION_CLOSED;
    }
  }

  /** One connection. Used by one call at a time, and looked at by the watch's thread. */
  private static final class Connection implements CallWatch.Watched {
    private static final int CHUNK_BYTES = 16 * 1024;

    private final SocketsClient client;
    private final URI uri;
    private final Socket plain;
    private final long bornNanos = System.nanoTime();
    private Socket socket;
    private InputStream in = InputStream.nullInputStream();
    private OutputStream out = OutputStream.nullOutputStream();
    private boolean reusable;
    private volatile boolean answered;
    private volatile @Nullable Call call;
    private volatile boolean writing;
    private volatile long sinceNanos = bornNanos;

    Connection(SocketsClient client, URI uri, Socket plain) {
      this.client = client;
      this.uri = uri;
      this.plain = plain;
      this.socket = plain;
    }

    void connected(Socket through) throws IOException {
      socket = through;
      in = new BufferedInputStream(through.getInputStream());
      out = through.getOutputStream();
    }

    boolean leadsTo(URI other) {
      return uri.getRawAuthority().equals(other.getRawAuthority())
          && uri.getScheme().equals(other.getScheme());
    }

    void begin(Call next) throws IOException {
      answered = false;
      call = next;
      next.on(this);
    }

    /** The call is over; whether another may follow. */
    boolean end() {
      sinceNanos = System.nanoTime();
      call = null;
      return reusable;
    }

    boolean isFit() {
      long now = System.nanoTime();
      boolean old = client
          .config
          .maxLifetime()
          .map(longest -> now - bornNanos >= longest.toNanos())
          .orElse(false);
      return !old
          && now - sinceNanos < client.config.idleTimeout().toNanos()
          && (now - sinceNanos < client.config.validateAfterIdle().toNanos() || isOpen());
    }

    /** Whether the server has neither closed the connection nor sent what nobody asked for. */
    private boolean isOpen() {
      try {
        int timeout = socket.getSoTimeout();
        socket.setSoTimeout(1);
        try {
          in.read();
          return false;
        } catch (SocketTimeoutException silent) {
          socket.setSoTimeout(timeout);
          return true;
        }
      } catch (IOException closed) {
        return false;
      }
    }

    @Override
    public long check(long nowNanos) {
      Call now = call;
      if (now == null) {
        long left = sinceNanos + client.config.idleTimeout().toNanos() - nowNanos;
        if (left <= 0) {
          client.expire(this);
        }
        return left > 0 ? left : Long.MAX_VALUE;
      }
      long left = now.lease.deadlineNanos() - nowNanos;
      Failure limit = Failure.CALL_TIMEOUT;
      if (writing) {
        long writeLeft = sinceNanos + client.config.writeTimeout().toNanos() - nowNanos;
        if (writeLeft < left) {
          left = writeLeft;
          limit = Failure.WRITE_TIMEOUT;
        }
      }
      if (left <= 0) {
        now.end(limit);
      }
      return left > 0 ? left : TimeUnit.SECONDS.toNanos(1);
    }

    void send(Request request) throws IOException {
      StringBuilder head = new StringBuilder(256).append(request.method()).append(' ');
      String path = request.uri().getRawPath();
      head.append(path == null || path.isEmpty() ? "/" : path);
      if (request.uri().getRawQuery() != null) {
        head.append('?').append(request.uri().getRawQuery());
      }
      head.append(" HTTP/1.1\r\nHost: ").append(request.uri().getRawAuthority()).append("\r\n");
      Headers headers = request.headers();
      for (int i = 0; i < headers.size(); i++) {
        head.append(headers.name(i)).append(": ").append(headers.value(i)).append("\r\n");
      }
      byte[] body = request.body();
      if (request.method().equals("POST")) {
        head.append("Content-Length: ").append(body.length).append("\r\n");
      }
      write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      write(body);
    }

    private void write(byte[] bytes) throws IOException {
      for (int from = 0; from < bytes.length; from += CHUNK_BYTES) {
        sinceNanos = System.nanoTime();
        writing = true;
        out.write(bytes, from, Math.min(CHUNK_BYTES, bytes.length - from));
        writing = false;
      }
    }

    Response receive() throws IOException {
      String status = line();
      while (status.startsWith("HTTP/1.1 1")) { // an interim response
        while (!line().isEmpty()) {}
        status = line();
      }
      if (!status.matches("HTTP/1\\.[01] [2-5]\\d\\d( .*)?")) {
        throw new ProtocolException("no HTTP/1.1: " + status);
      }
      int code = Integer.parseInt(status.substring(9, 12));
      Headers headers = headers();
      reusable = status.startsWith("HTTP/1.1")
          && headers.all("Connection").stream().noneMatch("close"::equalsIgnoreCase);
      return new Response(code, headers, body(code, headers));
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
      return Headers.of(namesAndValues.toArray(String[]::new));
    }

    private byte[] body(int code, Headers headers) throws IOException {
      if (code == 204 || code == 304) {
        return new byte[0];
      }
      if (headers.all("Transfer-Encoding").stream().anyMatch("chunked"::equalsIgnoreCase)) {
        return chunks();
      }
      Optional<String> length = headers.first("Content-Length");
      if (length.isEmpty()) { // to the end of the connection
        reusable = false;
        return in.readAllBytes();
      }
      return exactly(number(length.get(), 10));
    }

    private byte[] chunks() throws IOException {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      while (true) {
        int length = number(line().split(";", 2)[0].strip(), 16);
        if (length == 0) {
          while (!line().isEmpty()) {} // trailer fields
          return body.toByteArray();
        }
        body.write(exactly(length));
        line();
      }
    }

    private static int number(String text, int radix) throws ProtocolException {
      int length;
      try {
        length = Integer.parseInt(text, radix);
      } catch (NumberFormatException e) {
        length = -1;
      }
      if (length < 0) {
        throw new ProtocolException("no length: " + text);
      }
      return length;
    }

    private byte[] exactly(int length) throws IOException {
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new EOFException("body ended after " + bytes.length + " of " + length + " bytes");
      }
      return bytes;
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int next = in.read(); next != '\n'; next = in.read()) {
        if (next < 0) {
          throw new EOFException("the server closed the connection");
        }
        answered = true;
        line.append((char) next);
      }
      int length = line.length();
      return length > 0 && line.charAt(length - 1) == '\r'
          ? line.substring(0, length - 1)
          : line.toString();
    }

    /** Ends whatever a thread does with this connection: below TLS, whose own close may wait for a write. */
    void abort() {
      closeQuietly(plain);
    }

    void close() {
      closeQuietly(socket);
      closeQuietly(plain);
    }

    private static void closeQuietly(Socket socket) {
      try {
        socket.close();
      } catch (IOException e) {
        // it is of no use any more
      }
    }
  }
}

package dev.poolmark.clients;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * One HTTP request, its body held in memory. Immutable as long as nobody writes to the body's array, which is shared,
 * not copied: a copy for each call would be part of what the benchmarks measure. Thread-safe.
 *
 * <p>A request is checked when it is made, so nothing that a caller passes can become another line of the protocol.
 */
public final class Request {
  private static final byte[] NO_BODY = {};
  private static final Headers BYTES = Headers.of("Content-Type", "application/octet-stream");
  private static final Duration MAX_TIMEOUT = Duration.ofMillis(Integer.MAX_VALUE);

  private final String method;
  private final TargetUri target;
  private final Headers headers;
  private final byte[] body;
  private final Optional<Duration> timeout;

  /**
   * A request with any method.
   *
   * @param method a token (RFC 9110, section 9.1), compared with regard to case; not {@code CONNECT}
   * @param uri absolute, {@code http} or {@code https}, in ASCII, without user info. Path and query are sent as given,
   *     a fragment is not sent
   * @param headers sent with those that the client adds itself; they pass the checks of {@link Headers#of}
   * @param body sent as it is; empty for {@code GET}, {@code HEAD} and {@code TRACE}
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public Request(String method, URI uri, Headers headers, byte[] body) {
    this(checked(method), TargetUri.of(uri), headers.forRequest(), body, Optional.empty());
  }

  private Request(
      String method, TargetUri target, Headers headers, byte[] body, Optional<Duration> timeout) {
    if (body.length > 0 && forbidsBody(method)) {
      throw new IllegalArgumentException(
          "body must be empty in a " + method + " request: " + body.length + " bytes");
    }
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.body = body;
    this.timeout = timeout;
  }

  private static String checked(String method) {
    if (!FieldSyntax.isToken(method)) {
      throw new IllegalArgumentException(
          "method must be a token (RFC 9110, section 9.1): " + FieldSyntax.quoted(method));
    }
    if (method.equalsIgnoreCase("CONNECT")) { // some libraries send a method in capitals
      throw new IllegalArgumentException(
          "method must not be CONNECT, which turns the connection into a tunnel: " + method);
    }
    return method;
  }

  private static boolean forbidsBody(String method) {
    return switch (method) {
      case "GET", "HEAD", "TRACE" -> true;
      default -> false;
    };
  }

  /** A GET request. */
  public static Request get(URI uri) {
    return new Request("GET", uri, Headers.none(), NO_BODY);
  }

  /** A HEAD request. */
  public static Request head(URI uri) {
    return new Request("HEAD", uri, Headers.none(), NO_BODY);
  }

  /** A POST request with these bytes, as {@code application/octet-stream}; {@link #withHeader} sets another type. */
  public static Request post(URI uri, byte[] body) {
    return new Request("POST", uri, BYTES, body);
  }

  /** A PUT request with these bytes, as {@code application/octet-stream}; {@link #withHeader} sets another type. */
  public static Request put(URI uri, byte[] body) {
    return new Request("PUT", uri, BYTES, body);
  }

  /** A PATCH request with these bytes, as {@code application/octet-stream}; {@link #withHeader} sets another type. */
  public static Request patch(URI uri, byte[] body) {
    return new Request("PATCH", uri, BYTES, body);
  }

  /** A DELETE request without a body; {@link #withBody} adds one. */
  public static Request delete(URI uri) {
    return new Request("DELETE", uri, Headers.none(), NO_BODY);
  }

  /** An OPTIONS request without a body; {@link #withBody} adds one. */
  public static Request options(URI uri) {
    return new Request("OPTIONS", uri, Headers.none(), NO_BODY);
  }

  /**
   * The same request with these headers instead of its own.
   *
   * @throws IllegalArgumentException like {@link Headers#of}
   */
  public Request withHeaders(Headers value) {
    return new Request(method, target, value.forRequest(), body, timeout);
  }

  /**
   * The same request with this header, which replaces those of the same name.
   *
   * @throws IllegalArgumentException like {@link Headers#of}
   */
  public Request withHeader(String name, String value) {
    return new Request(method, target, headers.with(name, value), body, timeout);
  }

  /**
   * The same request with these bytes as its body, which are shared, not copied.
   *
   * @throws IllegalArgumentException if the method forbids a body
   */
  public Request withBody(byte[] value) {
    return new Request(method, target, headers, value, timeout);
  }

  /**
   * The same request with a timeout of its own, which replaces the {@code callTimeout} of the {@link ClientConfig}.
   *
   * @throws IllegalArgumentException if the timeout is not from 1 ms to 24 days
   */
  public Request withTimeout(Duration value) {
    if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException("timeout must be from 1 ms to 24 days: " + value);
    }
    return new Request(method, target, headers, body, Optional.of(value));
  }

  /** The method, such as {@code GET}. */
  public String method() {
    return method;
  }

  /**
   * The URI in its canonical form: scheme and host in lower case, neither a default port nor a fragment (RFC 9110,
   * section 4.2.3); path and query as given. {@link URI#getHost()} of it is null if the host has an underscore; {@link
   * #host()} and {@link #port()} are always there.
   */
  public URI uri() {
    return target.uri();
  }

  /** The host in lower case; an IPv6 address is in brackets. */
  public String host() {
    return target.host();
  }

  /** The port, which is the scheme's default unless the URI has another. */
  public int port() {
    return target.port();
  }

  /**
   * Scheme, host and port, the port only if it is not the scheme's default: {@code http://localhost:8080}. Requests to
   * the same origin have equal endpoints, however their URIs were written.
   */
  public String endpoint() {
    return target.endpoint();
  }

  /** The headers, without those that the client adds itself. */
  public Headers headers() {
    return headers;
  }

  /** The body, empty if there is none; shared, not copied. */
  public byte[] body() {
    return body;
  }

  /** The timeout of this call alone; empty if the {@code callTimeout} of the {@link ClientConfig} holds. */
  public Optional<Duration> timeout() {
    return timeout;
  }

  /**
   * Whether a body is sent, with its {@code Content-Length}: always by POST, PUT and PATCH, even if it is empty, because
   * a server expects one there (RFC 9110, section 8.6); by other methods only if it is not empty.
   */
  public boolean sendsBody() {
    return body.length > 0
        || switch (method) {
          case "POST", "PUT", "PATCH" -> true;
          default -> false;
        };
  }

  /** Whether the method asks the server to change nothing: GET, HEAD, OPTIONS, TRACE (RFC 9110, section 9.2.1). */
  public boolean isSafe() {
    return switch (method) {
      case "GET", "HEAD", "OPTIONS", "TRACE" -> true;
      default -> false;
    };
  }

  /**
   * Whether sending the request twice has the same effect as sending it once: the safe methods, PUT and DELETE (RFC
   * 9110, section 9.2.2).
   */
  public boolean isIdempotent() {
    return switch (method) {
      case "PUT", "DELETE" -> true;
      default -> isSafe();
    };
  }

  /**
   * For logs: {@code POST http://localhost/path?..., headers [Content-Type], body of 12 bytes, timeout of 500 ms}. It
   * has no query, no header values and no body, any of which may be secret.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(method)
        .append(' ')
        .append(target.endpoint())
        .append(Objects.toString(uri().getRawPath(), ""));
    if (uri().getRawQuery() != null) {
      text.append("?...");
    }
    if (headers.size() > 0) {
      text.append(", headers ").append(headers.names());
    }
    if (sendsBody()) {
      text.append(", body of ").append(body.length).append(" bytes");
    }
    timeout.ifPresent(
        value -> text.append(", timeout of ").append(value.toMillis()).append(" ms"));
    return text.toString();
  }
}

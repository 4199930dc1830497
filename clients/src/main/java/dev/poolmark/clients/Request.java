package dev.poolmark.clients;

import java.net.URI;
import java.util.Objects;

/**
 * One HTTP request, its body held in memory. Immutable as long as nobody writes to the body's array, which is shared
 * and not copied: a copy for each call would be part of what the benchmarks measure.
 *
 * @param method {@code GET} or {@code POST}
 * @param uri absolute, {@code http} or {@code https}
 * @param headers sent beside those that the client itself adds
 * @param body sent as it is; empty for a {@code GET}
 */
@SuppressWarnings("ArrayRecordComponent") // see above: shared on purpose; nobody compares requests
public record Request(String method, URI uri, Headers headers, byte[] body) {
  private static final byte[] NO_BODY = {};

  /**
   * Checks the request.
   *
   * @throws IllegalArgumentException if the method is unknown, the URI is not absolute HTTP, or a GET has a body
   */
  public Request {
    Objects.requireNonNull(headers, "headers");
    if (!method.equals("GET") && !method.equals("POST")) {
      throw new IllegalArgumentException("method must be GET or POST: " + method);
    }
    if (!("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
        || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "uri must be absolute, with scheme http or https and a host: " + uri);
    }
    if (method.equals("GET") && body.length > 0) {
      throw new IllegalArgumentException("body must be empty in a GET: " + body.length + " bytes");
    }
  }

  /** A GET without headers of its own. */
  public static Request get(URI uri) {
    return new Request("GET", uri, Headers.none(), NO_BODY);
  }

  /** A POST of these bytes, as {@code application/octet-stream}. */
  public static Request post(URI uri, byte[] body) {
    return new Request("POST", uri, Headers.of("Content-Type", "application/octet-stream"), body);
  }

  /** Scheme, host and port, as messages name the server: {@code http://localhost:8080}. */
  public String endpoint() {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + uri.getHost() + port;
  }
}

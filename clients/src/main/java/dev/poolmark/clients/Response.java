package dev.poolmark.clients;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One HTTP response, read to its end: when a caller holds it, its connection is back in the pool.
 *
 * @param status the status code; an error status is a response, not an exception
 * @param headers as received
 * @param body whole, empty if there was none; the array belongs to the caller
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, not shared; nobody compares responses
public record Response(int status, Headers headers, byte[] body) {
  private static final Pattern CHARSET = Pattern.compile(
      ";\\s*charset\\s*=\\s*(?:\"([^\"]*)\"|([^\\s;\"]+))", Pattern.CASE_INSENSITIVE);

  /**
   * The body as text, in the charset that {@code Content-Type} names. It is read as UTF-8 if there is none, or this JVM
   * does not know it.
   */
  public String bodyAsString() {
    return new String(
        body, headers.first("Content-Type").map(Response::charset).orElse(StandardCharsets.UTF_8));
  }

  private static Charset charset(String contentType) {
    Matcher parameter = CHARSET.matcher(contentType);
    if (!parameter.find()) {
      return StandardCharsets.UTF_8;
    }
    try {
      return Charset.forName(parameter.group(1) == null ? parameter.group(2) : parameter.group(1));
    } catch (IllegalArgumentException unknown) {
      return StandardCharsets.UTF_8;
    }
  }

  /** For logs: {@code 200, 2048 bytes of text/plain}. */
  @Override
  public String toString() {
    return status + ", " + body.length + " bytes"
        + headers.first("Content-Type").map(type -> " of " + type).orElse("");
  }
}

package dev.poolmark.stub.control;

import dev.poolmark.stub.Stub;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.config.StubOptions;
import dev.poolmark.stub.stats.StubStats;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stub in a process that {@link StubMain} runs. Methods other than the accessors call that process, and throw {@link
 * UncheckedIOException} if the call fails. Thread-safe.
 */
public final class RemoteStub implements Stub {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final String address;
  private final URI httpUri;
  private final URI httpsUri;
  private final X509Certificate certificate;
  private boolean closed;

  private RemoteStub(Map<String, String> ready) {
    address = ready.get("stub");
    httpUri = URI.create(ready.get("http"));
    httpsUri = URI.create(ready.get("https"));
    certificate = ControlJson.certificate(ready.get("certificate"));
  }

  /**
   * Starts a stub in the process.
   *
   * @param stubs the address named {@code stubs} in the process's ready line
   * @throws IOException if the process cannot be reached, or does not start the stub
   */
  public static RemoteStub start(URI stubs, StubConfig config) throws IOException {
    String options = String.join("\n", StubOptions.format(config));
    return new RemoteStub(ControlJson.members(exchange("POST", stubs.toString(), options)));
  }

  @Override
  public URI httpUri() {
    return httpUri;
  }

  @Override
  public URI httpsUri() {
    return httpsUri;
  }

  @Override
  public X509Certificate certificate() {
    return certificate;
  }

  @Override
  public StubStats stats() {
    return ControlJson.stats(call("GET", "/stats"));
  }

  @Override
  public void resetStats() {
    call("DELETE", "/stats");
  }

  @Override
  public void closeConnections() {
    call("DELETE", "/connections");
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      call("DELETE", "");
    }
  }

  private String call(String method, String part) {
    try {
      return exchange(method, address + part, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String exchange(String method, String address, @Nullable String body)
      throws IOException {
    HttpURLConnection call = (HttpURLConnection) URI.create(address).toURL().openConnection();
    call.setConnectTimeout(TIMEOUT_MILLIS);
    call.setReadTimeout(TIMEOUT_MILLIS);
    call.setRequestMethod(method);
    if (body != null) {
      call.setDoOutput(true);
      call.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }
    boolean done = call.getResponseCode() == HttpURLConnection.HTTP_OK;
    try (InputStream in = done ? call.getInputStream() : call.getErrorStream()) {
      String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
      if (done) {
        return text;
      }
      throw new IOException("the stub's process refuses " + method + " " + address + ": " + text);
    }
  }
}

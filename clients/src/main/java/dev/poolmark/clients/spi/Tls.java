package dev.poolmark.clients.spi;

import dev.poolmark.clients.ClientConfig;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Makes the JDK's TLS objects from a {@link ClientConfig}. Stateless. */
public final class Tls {
  private Tls() {}

  /**
   * A context that trusts whom the config trusts. Each call makes a new one, so that clients share no sessions.
   *
   * @throws IllegalStateException if the JVM has no TLS, or cannot read its default trust store
   */
  public static SSLContext context(ClientConfig config) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          null, config.trust().map(trust -> new TrustManager[] {trust}).orElse(null), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot make a TLS context", e);
    }
  }
}

package dev.poolmark.clients.contract;

import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;

/** The certificate of every stub server in this JVM, which the raw servers present too. */
final class StubCertificate {
  private static final X509TrustManager TRUST;
  private static final SSLContext CONTEXT;

  static {
    try (StubServer server = StubServer.start(StubConfig.defaults())) {
      TRUST = server.trust();
      CONTEXT = server.tlsContext();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private StubCertificate() {}

  /** Trusts the certificate and no other. */
  static X509TrustManager trust() {
    return TRUST;
  }

  /** Presents the certificate. */
  static SSLContext context() {
    return CONTEXT;
  }
}

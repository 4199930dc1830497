package dev.poolmark.stub;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * A server to call, and what it has counted: in this JVM ({@link StubServer}) or in a process of its own ({@link
 * RemoteStub}). It answers {@code /} with a body of the configured length, {@code /bytes/N} with one of N bytes, and a
 * POST to {@code /echo} with the request's body; byte i of a body is {@code (byte) i}. Everything else is a 404. Safe
 * for several threads.
 */
public interface Stub extends AutoCloseable {
  /** The plain door; ends in a slash. */
  URI httpUri();

  /** The TLS door; ends in a slash. */
  URI httpsUri();

  /** The TLS door's certificate, self-signed, for localhost, 127.0.0.1 and ::1. */
  X509Certificate certificate();

  /** What the server has seen, over both doors. */
  StubStats stats();

  /** Sets the counts to zero, and the peaks to what is open and in flight now. */
  void resetStats();

  /** The server closes every connection that is open now, as servers do with idle ones. */
  void closeConnections();

  /** Closes the doors and every connection. A second call does nothing. */
  @Override
  void close();

  /** Trusts {@link #certificate()} and nothing else. */
  default X509TrustManager trust() {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("stub", certificate());
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager trust) {
          return trust;
        }
      }
      throw new IllegalStateException("this JVM has no X.509 trust manager");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JVM cannot trust a certificate", e);
    }
  }
}

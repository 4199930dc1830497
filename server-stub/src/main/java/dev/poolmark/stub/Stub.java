package dev.poolmark.stub;

import dev.poolmark.stub.stats.StubStats;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * A server to call, and its counts. It runs in this JVM ({@link StubServer}) or in a process of its own ({@code
 * RemoteStub}). It answers {@code /} with a body of the configured length, {@code /bytes/N} with a body of N bytes, a
 * POST to {@code /echo} with the request's body, and everything else with 404. Byte i of a body is {@code (byte) i}.
 * Thread-safe.
 */
public interface Stub extends AutoCloseable {
  /** The address of the plain port; ends in a slash. */
  URI httpUri();

  /** The address of the TLS port; ends in a slash. */
  URI httpsUri();

  /** The self-signed certificate of the TLS port, for localhost, 127.0.0.1 and ::1. */
  X509Certificate certificate();

  /** The counts of both ports. */
  StubStats stats();

  /** Sets the counts to zero, and the peaks to the current values. */
  void resetStats();

  /** Closes every open connection, as servers do with idle ones. */
  void closeConnections();

  /** Closes the ports and every connection. A second call does nothing. */
  @Override
  void close();

  /** A trust manager that trusts {@link #certificate()} and nothing else. */
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

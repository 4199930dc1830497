package dev.poolmark.stub.tls;

import dev.poolmark.stub.config.KeyType;
import dev.poolmark.stub.config.TlsSettings;
import dev.poolmark.stub.stats.Counters;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the server's TLS engines and counts their handshakes. A handshake is full if it asks the key manager for a key
 * for a new session, and resumed if it succeeds without. The key manager is our own, so that measurements do not depend
 * on which one a JDK chooses. Without resumption each connection gets its own context, which holds no earlier session,
 * whatever session ID or ticket the client presents. Thread-safe.
 */
public final class Handshakes extends SslContextFactory.Server implements SslHandshakeListener {
  private static final String ALIAS = "stub";
  private static final TrustManager[] NO_CLIENT_CERTIFICATES = {};

  private final TlsSettings tls;
  private final Counters counters;
  private final KeyManager[] keyManagers;
  private final SSLContext sharedContext;
  private final Map<SSLEngine, Boolean> keyChosen =
      Collections.synchronizedMap(new WeakHashMap<>());

  /** Engines for these settings and this certificate. */
  public Handshakes(TlsSettings tls, Identity identity, Counters counters) {
    this.tls = tls;
    this.counters = counters;
    this.keyManagers = new KeyManager[] {new OneKey(tls.key(), identity)};
    this.sharedContext = newContext();
    setSslContext(sharedContext);
    setIncludeProtocols(tls.version().jdkName());
  }

  private SSLContext newContext() {
    try {
      SSLContext context = SSLContext.getInstance(tls.version().jdkName());
      context.init(keyManagers, NO_CLIENT_CERTIFICATES, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no " + tls.version().jdkName(), e);
    }
  }

  @Override
  public SSLEngine newSSLEngine(InetSocketAddress client) {
    SSLEngine engine = (tls.resumption() ? sharedContext : newContext()).createSSLEngine();
    customize(engine);
    return engine;
  }

  @Override
  public void handshakeSucceeded(Event event) {
    counters.handshake(keyChosen.remove(event.getSSLEngine()) != null);
  }

  private final class OneKey extends X509ExtendedKeyManager {
    private final KeyType type;
    private final Identity identity;

    OneKey(KeyType type, Identity identity) {
      this.type = type;
      this.identity = identity;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
      if (!keyType.equals(type.algorithm())) {
        return null;
      }
      // Newer JDKs also ask while they restore a session from a ticket; then there is none yet.
      if (engine.getHandshakeSession() != null) {
        keyChosen.put(engine, true);
      }
      return ALIAS;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return identity.key();
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {identity.certificate()};
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, Socket socket) {
      return null; // Jetty uses engines
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
      return null;
    }
  }
}

package dev.poolmark.stub;

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
 * The server's side of TLS, and the count of its handshakes. A handshake is full when it asks the key manager for a
 * key for its new session, and resumed when it succeeds without. The key manager is our own, so that no JDK's choice
 * of one becomes part of what is measured. Without resumption every connection gets a context of its own, in which
 * there is no earlier session to be found, whatever cache or ticket the client presents. Safe for several threads.
 */
final class Handshakes extends SslContextFactory.Server implements SslHandshakeListener {
  private static final String ALIAS = "stub";
  private static final TrustManager[] NO_CLIENT_CERTIFICATES = {};

  private final Tls tls;
  private final Counters counters;
  private final KeyManager[] keyManagers;
  private final SSLContext sharedContext;
  private final Map<SSLEngine, Boolean> keyChosen =
      Collections.synchronizedMap(new WeakHashMap<>());

  Handshakes(Tls tls, Identity identity, Counters counters) {
    this.tls = tls;
    this.counters = counters;
    this.keyManagers = new KeyManager[] {new OneKey(tls.key(), identity)};
    this.sharedContext = newContext();
    setSslContext(sharedContext);
    setIncludeProtocols(tls.version().protocol);
  }

  private SSLContext newContext() {
    try {
      SSLContext context = SSLContext.getInstance(tls.version().protocol);
      context.init(keyManagers, NO_CLIENT_CERTIFICATES, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no " + tls.version().protocol, e);
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
    private final Tls.Key kind;
    private final Identity identity;

    OneKey(Tls.Key kind, Identity identity) {
      this.kind = kind;
      this.identity = identity;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
      if (!keyType.equals(kind.algorithm)) {
        return null;
      }
      // Newer JDKs also ask when they restore a session from a ticket, before there is a session.
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

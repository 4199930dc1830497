package dev.poolmark.fidelity;

import dev.poolmark.stub.Stub;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Measures one claim of the stub. */
interface FidelityCheck {
  String NO_BODY = "/bytes/0";

  /** Takes from ten seconds to a minute. */
  List<Finding> measure() throws Exception;

  /** A context for clients of this stub; it keeps TLS sessions. */
  static SSLContext trusting(Stub stub) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {stub.trust()}, null);
    return context;
  }
}

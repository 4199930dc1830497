package dev.poolmark.stub.fidelity;

import dev.poolmark.stub.Stub;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** One claim of the stub, measured. */
interface Study {
  String NO_BODY = "/bytes/0";

  /** Measures; takes some ten seconds to a minute. */
  List<Finding> measure() throws Exception;

  /** For clients of this stub; it keeps sessions. */
  static SSLContext trusting(Stub stub) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {stub.trust()}, null);
    return context;
  }
}

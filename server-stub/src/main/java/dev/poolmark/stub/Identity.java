package dev.poolmark.stub;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A private key and its self-signed certificate for localhost, 127.0.0.1 and ::1. Made once for each kind of key in a
 * JVM, and never written to disk. Immutable.
 */
record Identity(PrivateKey key, X509Certificate certificate) {
  private static final Map<Tls.Key, Identity> MADE = new ConcurrentHashMap<>();
  private static final Duration VALID = Duration.ofDays(30);

  static Identity of(Tls.Key kind) {
    return MADE.computeIfAbsent(kind, Identity::make);
  }

  private static Identity make(Tls.Key kind) {
    try {
      KeyPair pair = keyPair(kind);
      X500Name name = new X500Name("CN=poolmark stub");
      Instant now = Instant.now();
      X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
          name,
          BigInteger.valueOf(now.toEpochMilli()),
          Date.from(now.minus(VALID)),
          Date.from(now.plus(VALID)),
          name,
          pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      builder.addExtension(
          Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
            new GeneralName(GeneralName.iPAddress, "::1")
          }));
      return new Identity(
          pair.getPrivate(),
          new JcaX509CertificateConverter()
              .getCertificate(builder.build(
                  new JcaContentSignerBuilder(kind.signature).build(pair.getPrivate()))));
    } catch (GeneralSecurityException | OperatorCreationException | java.io.IOException e) {
      throw new IllegalStateException(
          "this JVM cannot make a certificate with a key of kind " + kind, e);
    }
  }

  private static KeyPair keyPair(Tls.Key kind) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(kind.algorithm);
    if (kind.algorithm.equals("EC")) {
      generator.initialize(new ECGenParameterSpec(kind.size));
    } else {
      generator.initialize(Integer.parseInt(kind.size));
    }
    return generator.generateKeyPair();
  }
}

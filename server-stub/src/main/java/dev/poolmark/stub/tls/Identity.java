package dev.poolmark.stub.tls;

import dev.poolmark.stub.config.KeyType;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.DEROctetString;
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
 * A private key and its self-signed certificate for localhost, 127.0.0.1, ::1 and the addresses that the server listens
 * on. A JVM makes one for each type of key and set of addresses, and never writes it to disk. Immutable.
 */
public record Identity(PrivateKey key, X509Certificate certificate) {
  private record CacheKey(KeyType type, Set<InetAddress> addresses) {}

  private static final Map<CacheKey, Identity> CACHE = new ConcurrentHashMap<>();
  private static final Duration VALID = Duration.ofDays(30);

  /** The identity for these addresses as well as loopback; making a new one takes a while. */
  public static Identity of(KeyType type, Set<InetAddress> addresses) {
    return CACHE.computeIfAbsent(new CacheKey(type, addresses), Identity::make);
  }

  private static Identity make(CacheKey cacheKey) {
    KeyType type = cacheKey.type;
    try {
      KeyPair pair = keyPair(type);
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
      List<GeneralName> names = new ArrayList<>();
      names.add(new GeneralName(GeneralName.dNSName, "localhost"));
      names.add(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
      names.add(new GeneralName(GeneralName.iPAddress, "::1"));
      for (InetAddress address : cacheKey.addresses) {
        names.add(new GeneralName(GeneralName.iPAddress, new DEROctetString(address.getAddress())));
      }
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(names.toArray(GeneralName[]::new)));
      return new Identity(
          pair.getPrivate(),
          new JcaX509CertificateConverter()
              .getCertificate(builder.build(new JcaContentSignerBuilder(type.signatureAlgorithm())
                  .build(pair.getPrivate()))));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException(
          "this JVM cannot make a certificate with a key of type " + type, e);
    }
  }

  private static KeyPair keyPair(KeyType type) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(type.algorithm());
    if (type.algorithm().equals("EC")) {
      generator.initialize(new ECGenParameterSpec(type.size()));
    } else {
      generator.initialize(Integer.parseInt(type.size()));
    }
    return generator.generateKeyPair();
  }
}

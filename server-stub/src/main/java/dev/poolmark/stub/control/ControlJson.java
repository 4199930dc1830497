package dev.poolmark.stub.control;

import dev.poolmark.stub.config.Fault;
import dev.poolmark.stub.stats.StubStats;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON objects that a stub's process and its callers exchange. Uses only Jackson's streaming parser, since a
 * benchmark's JVM reads them while its start-up is being timed. Thread-safe.
 */
final class ControlJson {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String PER_CONNECTION = "requestsPerConnection";
  private static final String FAULTS = "faults";

  private ControlJson() {}

  static String json(Map<String, ?> members) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      write(json, members);
    }
    return out.toString();
  }

  private static void write(JsonGenerator json, Map<?, ?> members) {
    json.writeStartObject();
    members.forEach((name, value) -> {
      json.writeName(name.toString());
      if (value instanceof Map<?, ?> inner) {
        write(json, inner);
      } else if (value instanceof Number number) {
        json.writeNumber(number.longValue());
      } else {
        json.writeString(value.toString());
      }
    });
    json.writeEndObject();
  }

  /**
   * Parses an object into text values. Member b of an inner object a is named a.b.
   *
   * @throws IllegalArgumentException if the text is not a JSON object
   */
  static Map<String, String> members(String text) {
    Map<String, String> members = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        read(json, "", members);
        return members;
      }
    } catch (JacksonException e) {
      throw new IllegalArgumentException("a stub's process must answer in JSON: " + text, e);
    }
    throw new IllegalArgumentException("a stub's process must answer with an object: " + text);
  }

  private static void read(JsonParser json, String prefix, Map<String, String> members) {
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = prefix + json.currentName();
      if (json.nextToken() == JsonToken.START_OBJECT) {
        read(json, name + ".", members);
      } else {
        members.put(name, json.getString());
      }
    }
  }

  static Map<String, Object> members(StubStats stats) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("connections", stats.connections());
    members.put("openConnections", stats.openConnections());
    members.put("peakConnections", stats.peakConnections());
    members.put("fullHandshakes", stats.fullHandshakes());
    members.put("resumedHandshakes", stats.resumedHandshakes());
    members.put("requests", stats.requests());
    members.put("requestsInFlight", stats.requestsInFlight());
    members.put("peakRequestsInFlight", stats.peakRequestsInFlight());
    members.put("rejectedRequests", stats.rejectedRequests());
    members.put(PER_CONNECTION, stats.requestsPerConnection());
    Map<String, Long> faults = new LinkedHashMap<>();
    stats.faults().forEach((kind, count) -> faults.put(kind.label(), count));
    members.put(FAULTS, faults);
    members.put("busyPercent", stats.busyPercent());
    return members;
  }

  static StubStats stats(String text) {
    Map<String, String> members = members(text);
    SortedMap<Integer, Long> perConnection = new TreeMap<>();
    Map<Fault.Kind, Long> faults = new EnumMap<>(Fault.Kind.class);
    members.forEach((name, value) -> {
      if (name.startsWith(PER_CONNECTION + ".")) {
        int requests = Integer.parseInt(name.substring(PER_CONNECTION.length() + 1));
        perConnection.put(requests, Long.parseLong(value));
      } else if (name.startsWith(FAULTS + ".")) {
        faults.put(Fault.Kind.of(name.substring(FAULTS.length() + 1)), Long.parseLong(value));
      }
    });
    return new StubStats(
        Long.parseLong(members.get("connections")),
        Integer.parseInt(members.get("openConnections")),
        Integer.parseInt(members.get("peakConnections")),
        Long.parseLong(members.get("fullHandshakes")),
        Long.parseLong(members.get("resumedHandshakes")),
        Long.parseLong(members.get("requests")),
        Integer.parseInt(members.get("requestsInFlight")),
        Integer.parseInt(members.get("peakRequestsInFlight")),
        Long.parseLong(members.get("rejectedRequests")),
        perConnection,
        faults,
        Integer.parseInt(members.get("busyPercent")));
  }

  static String pem(X509Certificate certificate) {
    try {
      String base64 =
          Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
      return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
    } catch (CertificateException e) {
      throw new IllegalStateException("this JVM cannot encode a certificate", e);
    }
  }

  static X509Certificate certificate(String pem) {
    try {
      return (X509Certificate) CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    } catch (CertificateException e) {
      throw new IllegalArgumentException("certificate must be X.509 in PEM: " + pem, e);
    }
  }
}

package dev.poolmark.clients;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The URI of a request in the canonical form of RFC 9110, section 4.2.3, and its parts. Immutable.
 *
 * @param uri scheme and host in lower case, neither a default port nor a fragment; path and query as given, but for
 *     an empty query, which is left out, and an apostrophe in a query, which is percent-encoded as in the URL Standard
 * @param host in lower case; an IPv6 address is in brackets
 * @param port the scheme's default if the URI has none
 * @param endpoint what {@link #uri} begins with: scheme, host and, unless it is the default, port
 */
record TargetUri(URI uri, String host, int port, String endpoint) {
  /** An authority that {@link URI} does not take apart: its host has an underscore. */
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(?<host>[A-Za-z0-9._-]+)(:(?<port>[0-9]*))?");

  private static final Pattern DOT_SEGMENT =
      Pattern.compile("/(\\.|%2e){1,2}(/|$)", Pattern.CASE_INSENSITIVE);

  private static final int MAX_PORT = 65_535;
  private static final int MAX_PORT_DIGITS = 5;

  /**
   * Checks a URI and makes it canonical.
   *
   * @throws IllegalArgumentException that names the rule and the value
   */
  static TargetUri of(URI uri) {
    String authority = uri.getRawAuthority();
    if (authority != null && authority.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "uri must have no user info (RFC 9110, section 4.2.4), send an Authorization header: "
              + uri.getScheme() + "://...@" + authority.substring(authority.lastIndexOf('@') + 1));
    }
    boolean secure = "https".equalsIgnoreCase(uri.getScheme());
    if (authority == null || !(secure || "http".equalsIgnoreCase(uri.getScheme()))) {
      throw notHttp(uri);
    }
    checkAscii(uri);
    checkPath(uri);
    String host = uri.getHost();
    int port = uri.getPort();
    if (host == null) {
      Matcher parts = HOST_AND_PORT.matcher(authority);
      if (!parts.matches()) {
        throw notHttp(uri);
      }
      host = parts.group("host");
      port = port(uri, parts.group("port"));
    }
    return canonical(uri, secure, lowerCase(host), port);
  }

  private static TargetUri canonical(URI uri, boolean secure, String host, int port) {
    int defaultPort = secure ? 443 : 80;
    boolean isDefault = port < 0 || port == defaultPort;
    if (!isDefault && (port == 0 || port > MAX_PORT)) {
      throw wrongPort(uri);
    }
    String prefix = secure ? "https://" : "http://";
    String endpoint = isDefault ? prefix + host : prefix + host + ':' + port;
    return new TargetUri(
        isCanonical(uri, endpoint) ? uri : rebuilt(uri, endpoint),
        host,
        isDefault ? defaultPort : port,
        endpoint);
  }

  private static boolean isCanonical(URI uri, String endpoint) {
    return uri.getRawFragment() == null
        && (uri.getRawQuery() == null || isCanonicalQuery(uri.getRawQuery()))
        && endpoint.length()
            == uri.getScheme().length() + 3 + uri.getRawAuthority().length()
        && uri.toString().startsWith(endpoint);
  }

  private static boolean isCanonicalQuery(String query) {
    return !query.isEmpty() && query.indexOf('\'') < 0;
  }

  private static URI rebuilt(URI uri, String endpoint) {
    String raw = uri.getRawQuery();
    String query = raw == null || raw.isEmpty() ? "" : "?" + raw.replace("'", "%27");
    return URI.create(endpoint + uri.getRawPath() + query);
  }

  private static int port(URI uri, @Nullable String digits) {
    if (digits == null || digits.isEmpty()) {
      return -1;
    }
    if (digits.length() > MAX_PORT_DIGITS) {
      throw wrongPort(uri);
    }
    return Integer.parseInt(digits);
  }

  /** The name of a network interface in an IPv6 address keeps its case. */
  private static String lowerCase(String host) {
    int zone = host.indexOf('%');
    return zone < 0
        ? host.toLowerCase(Locale.ROOT)
        : host.substring(0, zone).toLowerCase(Locale.ROOT) + host.substring(zone);
  }

  /** {@link URI} lets other characters pass, which some libraries encode and others lose. */
  private static void checkAscii(URI uri) {
    String text = uri.toString();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > '~') {
        throw new IllegalArgumentException(
            "uri must be ASCII: percent-encode its path and query, and use java.net.IDN for its host: "
                + uri);
      }
    }
  }

  /** Some libraries resolve such segments, and others send them as they are. */
  private static void checkPath(URI uri) {
    if (DOT_SEGMENT.matcher(uri.getRawPath()).find()) {
      throw new IllegalArgumentException(
          "the path of uri must have no segment . or .. (RFC 3986, section 5.2.4), resolve it first: "
              + uri);
    }
  }

  private static IllegalArgumentException notHttp(URI uri) {
    return new IllegalArgumentException(
        "uri must be absolute, with scheme http or https and a host: " + uri);
  }

  private static IllegalArgumentException wrongPort(URI uri) {
    return new IllegalArgumentException("port of uri must be from 1 to 65535: " + uri);
  }
}

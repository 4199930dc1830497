package dev.poolmark.clients;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How far a client reuses what it has set up. The arms of a comparison. */
public enum Reuse {
  /** One client; its pool keeps connections open between requests. */
  POOLED,
  /** One client that opens a connection for each request and closes it after the response. */
  CONNECTION_PER_REQUEST,
  /** A new client, with all that it needs, for each request, as careless code does. */
  CLIENT_PER_REQUEST;

  /** The name in parameters and reports, such as {@code connection-per-request}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The constant of that label.
   *
   * @throws IllegalArgumentException that lists the labels, if there is none
   */
  public static Reuse ofLabel(String label) {
    return Arrays.stream(values())
        .filter(reuse -> reuse.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("reuse must be one of "
            + Arrays.stream(values()).map(Reuse::label).collect(Collectors.joining(", ")) + ": "
            + label));
  }
}

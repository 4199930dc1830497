package dev.poolmark.clients;

import java.util.Locale;

/** A setting of {@link ClientConfig} that a library may or may not be able to honour. */
public enum Setting {
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_PER_ENDPOINT,
  MAX_IDLE_CONNECTIONS,
  MAX_WAITERS,
  IDLE_TIMEOUT,
  MAX_LIFETIME,
  VALIDATE_AFTER_IDLE,
  ACQUIRE_TIMEOUT,
  CALL_TIMEOUT,
  CONNECT_TIMEOUT,
  READ_TIMEOUT,
  WRITE_TIMEOUT,
  HTTP_2;

  /** Whether the config cannot be honoured without this. */
  boolean isNeededBy(ClientConfig config) {
    return switch (this) {
      case MAX_LIFETIME -> config.maxLifetime().isPresent();
      case HTTP_2 -> config.protocol() == Protocol.HTTP_2;
      default -> true;
    };
  }

  /** The name in messages and tables: the field's, such as {@code maxLifetime}, or {@code HTTP/2}. */
  public String label() {
    if (this == HTTP_2) {
      return "HTTP/2";
    }
    StringBuilder label = new StringBuilder();
    for (String word : name().toLowerCase(Locale.ROOT).split("_", -1)) {
      label.append(
          label.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return label.toString();
  }
}

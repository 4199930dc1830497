package dev.poolmark.stub.config;

import java.time.Duration;

/** The bounds that several settings share. */
final class Limits {
  static final Duration MAX_DELAY = Duration.ofMinutes(1);
  private static final Duration MAX_TIMEOUT = Duration.ofHours(1);

  private Limits() {}

  static void checkDelay(String field, Duration value) {
    if (value.isNegative() || value.compareTo(MAX_DELAY) > 0) {
      throw new IllegalArgumentException(field + " must be from 0 to 1 min: " + value);
    }
  }

  static void checkTimeout(String field, Duration value) {
    if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException(field + " must be from 1 ms to 1 h: " + value);
    }
  }
}

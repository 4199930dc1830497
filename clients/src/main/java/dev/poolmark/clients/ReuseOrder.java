package dev.poolmark.clients;

import java.util.Locale;

/** Which of several idle connections the next call gets. */
public enum ReuseOrder {
  /** Always one of the few that were used last, so that the others end by {@code idleTimeout}. */
  LIFO,
  /**
   * The one that has been idle for longest, so that calls spread over all. After an outage of one of several servers
   * behind a name, the newest connections are all to the others, and {@link #LIFO} would stay with them.
   */
  FIFO;

  /** The name in variables and messages, such as {@code lifo}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

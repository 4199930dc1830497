package dev.poolmark.clients;

/** How a client honours a {@link Setting}. */
public enum Support {
  /** The library does it. */
  NATIVE("native"),
  /** The library cannot, and the adapter does it. */
  BY_ADAPTER("by adapter"),
  /** Neither does it. A config that needs it is refused. */
  UNSUPPORTED("unsupported");

  private final String label;

  Support(String label) {
    this.label = label;
  }

  /** The name in tables. */
  public String label() {
    return label;
  }
}

package dev.poolmark.clients.spi;

/** Who provides a {@link Capability}. */
public enum Support {
  /** The library does it. */
  NATIVE("native"),
  /** The library cannot, and Poolmark does it: the core, or the library's adapter. */
  BY_ADAPTER("by adapter"),
  /** Nobody does. A config that needs it is refused. */
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

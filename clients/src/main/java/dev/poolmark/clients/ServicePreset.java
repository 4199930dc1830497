package dev.poolmark.clients;

import java.time.Duration;

/** The limits of the source design's services; every other setting has its default. Immutable. */
public enum ServicePreset {
  /** Embedding and entity generation. */
  ENTITY_EXTRACTOR(20, 5, Duration.ofSeconds(30)),
  /** Semantic analysis. */
  LANG_EXTRACT(20, 5, Duration.ofSeconds(5)),
  /** Bridge database. */
  FRESHNESS_DATABASE(10, 5, Duration.ofSeconds(30)),
  /** Workflow steps. */
  WORKFLOW_COORDINATOR(20, 5, Duration.ofSeconds(30)),
  /**
   * Background indexing, and whatever else one application shares: the defaults. {@link ClientConfig#fromEnvironment()}
   * overrides them with environment variables.
   */
  SHARED(100, 20, Duration.ofSeconds(30));

  private final int maxConnections;
  private final int maxIdleConnections;
  private final Duration callTimeout;

  ServicePreset(int maxConnections, int maxIdleConnections, Duration callTimeout) {
    this.maxConnections = maxConnections;
    this.maxIdleConnections = maxIdleConnections;
    this.callTimeout = callTimeout;
  }

  /** A builder with this service's limits. It reads no environment variables. */
  public ClientConfig.Builder config() {
    return ClientConfig.builder()
        .maxConnections(maxConnections)
        .maxIdleConnections(maxIdleConnections)
        .callTimeout(callTimeout);
  }
}

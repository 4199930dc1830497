package dev.poolmark.clients.micrometer;

/** By which convention {@link ClientMeters} names meters and tags. */
public enum Naming {
  /** {@code httpclient.pool.} and what the meter shows. */
  MICROMETER,
  /**
   * OpenTelemetry's semantic conventions for metrics of HTTP clients, as of version 1.44, where these have a name: {@code
   * http.client.request.duration}, {@code http.client.active_requests} and {@code http.client.open_connections}. Other
   * meters keep their name. Every meter has the tag {@code client} as well.
   */
  OPEN_TELEMETRY
}

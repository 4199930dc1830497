package dev.poolmark.stub;

/**
 * What the server saw since it started or since {@link StubServer#resetStats()}, over all doors together.
 *
 * @param connections connections accepted
 * @param openConnections connections open now
 * @param peakConnections most connections open at once
 * @param fullHandshakes TLS handshakes that made a new session, with the private key
 * @param resumedHandshakes TLS handshakes that resumed a session
 * @param requests requests received
 * @param requestsInFlight requests received and not yet answered
 * @param peakRequestsInFlight most requests in flight at once
 */
public record StubStats(
    long connections,
    int openConnections,
    int peakConnections,
    long fullHandshakes,
    long resumedHandshakes,
    long requests,
    int requestsInFlight,
    int peakRequestsInFlight) {}

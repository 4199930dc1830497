package dev.poolmark.stub;

import java.util.Map;
import java.util.SortedMap;

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
 * @param rejectedRequests requests that found the service's queue full
 * @param requestsPerConnection how many connections carried how many requests; one that is older than the last reset
 *     counts only if it carried any since
 * @param faults how often each fault was applied; those that never were are missing, and so is what a door does that
 *     always refuses or swallows
 * @param busyPercent how much of the processors that it may use the server's whole process has used, in percent; the
 *     system counts in steps of up to 10 ms, so a short time makes it coarse; -1 if the JVM cannot tell
 */
public record StubStats(
    long connections,
    int openConnections,
    int peakConnections,
    long fullHandshakes,
    long resumedHandshakes,
    long requests,
    int requestsInFlight,
    int peakRequestsInFlight,
    long rejectedRequests,
    SortedMap<Integer, Long> requestsPerConnection,
    Map<Fault.Kind, Long> faults,
    int busyPercent) {}

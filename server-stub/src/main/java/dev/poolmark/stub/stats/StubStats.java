package dev.poolmark.stub.stats;

import dev.poolmark.stub.config.Fault;
import java.util.Map;
import java.util.SortedMap;

/**
 * What the server counted since it started or since its counts were reset, over both ports. Immutable.
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
 * @param requestsPerConnection number of connections by the number of requests that they carried; a connection from
 *     before the last reset is in it only if it has carried a request since
 * @param faults how often each fault was applied; faults that never were are missing, and so are those of a port that
 *     always refuses or never answers
 * @param busyPercent processor time of the server's process, in percent of all processors that it may use; the system
 *     counts in steps of up to 10 ms, so it is coarse over a short time; -1 if the JVM cannot tell
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

package dev.poolmark.clients;

/**
 * One HTTP response, read to its end: when a caller holds it, its connection is back in the pool.
 *
 * @param status the status code; an error status is a response, not an exception
 * @param headers as received
 * @param body whole, empty if there was none; the array belongs to the caller
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, not shared; nobody compares responses
public record Response(int status, Headers headers, byte[] body) {}

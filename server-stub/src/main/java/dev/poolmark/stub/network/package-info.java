/**
 * The way of a byte below TLS: the ports, the emulated link with its delays, window and bandwidth, and the faults that
 * hit whole connections.
 */
@NullMarked
package dev.poolmark.stub.network;

import org.jspecify.annotations.NullMarked;

/**
 * An HTTP server behind an emulated network, both with known delays and faults. {@link
 * dev.poolmark.stub.StubServer#start} starts one. A byte passes through {@code network}, {@code tls} and {@code http};
 * {@code config} describes a stub, {@code stats} is what it counts, and {@code control} runs it in a process of its own.
 */
@NullMarked
package dev.poolmark.stub;

import org.jspecify.annotations.NullMarked;

/** Measures what the stub claims of itself, with sockets of its own and no HTTP client library. */
@NullMarked
package dev.poolmark.stub.fidelity;

import org.jspecify.annotations.NullMarked;

/** Measures how exact the stub is, with plain sockets instead of an HTTP client library. The stub does not know it. */
@NullMarked
package dev.poolmark.fidelity;

import org.jspecify.annotations.NullMarked;

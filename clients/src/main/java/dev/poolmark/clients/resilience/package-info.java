/** Retries and circuit breakers around any client. */
@NullMarked
package dev.poolmark.clients.resilience;

import org.jspecify.annotations.NullMarked;

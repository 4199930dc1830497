/** An HTTP server and a network between it and its clients, both with known delays. */
@NullMarked
package dev.poolmark.stub;

import org.jspecify.annotations.NullMarked;

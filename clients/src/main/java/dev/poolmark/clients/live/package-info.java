/** A client's metrics as a page that follows them. */
@NullMarked
package dev.poolmark.clients.live;

import org.jspecify.annotations.NullMarked;

/** Pooled HTTP clients behind one interface and one configuration. */
@NullMarked
package dev.poolmark.clients;

import org.jspecify.annotations.NullMarked;

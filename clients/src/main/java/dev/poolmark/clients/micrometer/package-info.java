/** The metrics of a client as Micrometer's. */
@NullMarked
package dev.poolmark.clients.micrometer;

import org.jspecify.annotations.NullMarked;

/**
 * For who writes an adapter: the one core, {@link dev.poolmark.clients.spi.TransportClient}, and what a library supplies
 * to it, a {@link dev.poolmark.clients.spi.Transport} and its {@link dev.poolmark.clients.spi.ClientProvider}.
 */
@NullMarked
package dev.poolmark.clients.spi;

import org.jspecify.annotations.NullMarked;

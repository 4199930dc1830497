/** The client on Reactor Netty. */
@NullMarked
package dev.poolmark.clients.reactor;

import org.jspecify.annotations.NullMarked;

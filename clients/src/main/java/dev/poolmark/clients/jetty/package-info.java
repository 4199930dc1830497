/** The client on Jetty's HttpClient. */
@NullMarked
package dev.poolmark.clients.jetty;

import org.jspecify.annotations.NullMarked;

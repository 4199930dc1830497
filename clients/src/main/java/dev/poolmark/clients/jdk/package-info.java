/** The client on the JDK's own HttpClient. */
@NullMarked
package dev.poolmark.clients.jdk;

import org.jspecify.annotations.NullMarked;

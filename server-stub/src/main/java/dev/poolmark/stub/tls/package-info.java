/** The server's side of TLS: its certificate, its engines, and which handshakes were full or resumed. */
@NullMarked
package dev.poolmark.stub.tls;

import org.jspecify.annotations.NullMarked;

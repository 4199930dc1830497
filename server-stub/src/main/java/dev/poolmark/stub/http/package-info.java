/** What the server does with a request: the simulated service, the answer, its faults, and the connection's end. */
@NullMarked
package dev.poolmark.stub.http;

import org.jspecify.annotations.NullMarked;

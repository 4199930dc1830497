/** The benchmarks: the same work through every client and every arm, with the server's counts beside each score. */
@NullMarked
package dev.poolmark.jmh;

import org.jspecify.annotations.NullMarked;

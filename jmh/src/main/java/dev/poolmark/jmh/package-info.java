/** The benchmarks: the same work through every client and every arm, with the server's counts next to each score. */
@NullMarked
package dev.poolmark.jmh;

import org.jspecify.annotations.NullMarked;

/** What the server counts: the oracle of the contract suite and of the benchmarks. */
@NullMarked
package dev.poolmark.stub.stats;

import org.jspecify.annotations.NullMarked;

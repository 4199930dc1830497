/** What a stub is like, as values: each checked when it is made. Depends on no other package of the stub. */
@NullMarked
package dev.poolmark.stub.config;

import org.jspecify.annotations.NullMarked;

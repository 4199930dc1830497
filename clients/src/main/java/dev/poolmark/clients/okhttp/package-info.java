/** The client on OkHttp. */
@NullMarked
package dev.poolmark.clients.okhttp;

import org.jspecify.annotations.NullMarked;

/** The client on Apache HttpClient 5, asynchronous API. */
@NullMarked
package dev.poolmark.clients.apacheasync;

import org.jspecify.annotations.NullMarked;

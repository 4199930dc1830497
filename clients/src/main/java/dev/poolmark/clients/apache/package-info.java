/** The client on Apache HttpClient 5, classic API. */
@NullMarked
package dev.poolmark.clients.apache;

import org.jspecify.annotations.NullMarked;

/** The client on HttpClient 5 of Apache, classic API. */
@NullMarked
package dev.poolmark.clients.apache;

import org.jspecify.annotations.NullMarked;

package dev.poolmark.clients.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * A promise that every registered client keeps over each of these kinds of {@link Endpoint}. Its method takes the
 * client's name, and the kind if it needs it. A client that does not speak HTTP/2 is not tried over it. The timeout only
 * ends a hang.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0} over {1}: {displayName}", quoteTextArguments = false)
@ArgumentsSource(Cells.class)
@Timeout(60)
@interface Promise {
  Endpoint[] value() default {Endpoint.PLAIN, Endpoint.TLS, Endpoint.H2};
}

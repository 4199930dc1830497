package dev.poolmark.clients.resilience;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A promise that holds around any client; tested with two unlike ones. The timeout only ends a hang. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}, {1}: {displayName}")
@CsvSource({"okhttp, EXECUTE", "okhttp, EXECUTE_ASYNC", "jdk, EXECUTE", "jdk, EXECUTE_ASYNC"})
@Timeout(60)
@interface EveryWay {}

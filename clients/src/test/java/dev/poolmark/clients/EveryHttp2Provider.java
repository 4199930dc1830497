package dev.poolmark.clients;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A promise that holds for every registered provider that speaks HTTP/2 on this JVM. The timeout only ends a hang. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}: {displayName}")
@MethodSource("dev.poolmark.clients.Clients#http2Providers")
@Timeout(60)
@interface EveryHttp2Provider {}

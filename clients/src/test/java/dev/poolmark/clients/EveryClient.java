package dev.poolmark.clients;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A promise that holds for every registered provider through either door. The timeout only ends a hang. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}, {1}: {displayName}")
@MethodSource("dev.poolmark.clients.Clients#providersAndDoors")
@Timeout(60)
@interface EveryClient {}

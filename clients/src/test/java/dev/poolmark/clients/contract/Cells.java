package dev.poolmark.clients.contract;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.clients.spi.ClientProvider;
import dev.poolmark.clients.spi.Support;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The combinations of client and endpoint on which a {@link Promise} is tried. */
final class Cells implements ArgumentsProvider, AnnotationConsumer<Promise> {
  private static final Map<String, Boolean> SPEAKS_HTTP_2 = new ConcurrentHashMap<>();

  private Endpoint[] endpoints = {};

  @Override
  public void accept(Promise promise) {
    endpoints = promise.value();
  }

  @Override
  public Stream<Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    return over(endpoints);
  }

  /** Each client with each kind of endpoint that it can call. */
  static Stream<Arguments> over(Endpoint... endpoints) {
    return clients()
        .flatMap(client -> Stream.of(endpoints)
            .filter(endpoint -> endpoint != Endpoint.H2 || speaksHttp2(client))
            .map(endpoint -> Arguments.of(client, endpoint)));
  }

  static Stream<String> clients() {
    return ClientProvider.all().stream().map(ClientProvider::name);
  }

  /** Whether the client speaks HTTP/2 on this JVM; some clients that can need a newer one. */
  static boolean speaksHttp2(String client) {
    return SPEAKS_HTTP_2.computeIfAbsent(client, Cells::opensHttp2);
  }

  private static boolean opensHttp2(String client) {
    if (!supports(client, Capability.HTTP_2)) {
      return false;
    }
    try {
      PooledHttpClient.open(
              client, ClientConfig.builder().protocol(Protocol.HTTP_2).build())
          .close();
      return true;
    } catch (IllegalArgumentException notOnThisJvm) {
      return false;
    }
  }

  static boolean supports(String client, Capability capability) {
    return ClientProvider.named(client).support(capability) != Support.UNSUPPORTED;
  }
}

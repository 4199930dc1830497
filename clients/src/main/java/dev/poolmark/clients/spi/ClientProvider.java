package dev.poolmark.clients.spi;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.Reuse;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * Makes a library available under a name. A client of your own is one class that implements this, registered in {@code
 * META-INF/services/dev.poolmark.clients.spi.ClientProvider}. Stateless and thread-safe.
 */
public interface ClientProvider {
  /** The name in parameters and reports, such as {@code okhttp}. */
  String name();

  /** The Maven coordinates, without version, of the library that must be on the class path. */
  String artifact();

  /** What the library does itself; what is absent, the core does. */
  Map<Capability, Support> capabilities();

  /** What must be on the class path for this version of HTTP, if it is more than {@link #artifact()}. */
  default String artifact(Protocol protocol) {
    return artifact();
  }

  /**
   * Opens the library's part of a client, for {@link Reuse#POOLED} or {@link Reuse#CONNECTION_PER_REQUEST}.
   *
   * @param connections to be told of each connection, unless {@link Capability#CONNECTION_METRICS} is unsupported
   * @param addresses where connections may lead, unless {@link Capability#RESOLVER} is unsupported
   * @throws IllegalArgumentException if the library cannot honour a setting; names the setting
   */
  Transport open(ClientConfig config, ConnectionMeter connections, Addresses addresses);

  /** How the library honours this setting. */
  default Support support(Capability capability) {
    Support support = capabilities().getOrDefault(capability, Support.BY_ADAPTER);
    return capability.presupposesHttp2() && support(Capability.HTTP_2) == Support.UNSUPPORTED
        ? Support.UNSUPPORTED
        : support;
  }

  /** All registered providers, in the order of their names. */
  static List<ClientProvider> all() {
    return ServiceLoader.load(ClientProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .toList();
  }

  /**
   * The provider of that name.
   *
   * @throws IllegalArgumentException that lists the names, if there is none
   */
  static ClientProvider named(String name) {
    List<ClientProvider> all = all();
    return all.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow(() -> {
      String names = all.stream().map(ClientProvider::name).collect(Collectors.joining(", "));
      return new IllegalArgumentException("client must be one of " + names + ": " + name);
    });
  }
}

package dev.poolmark.clients;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * What makes a library available under a name. A client of your own is one class that implements this, registered in
 * {@code META-INF/services/dev.poolmark.clients.ClientProvider}. Providers are stateless and safe for use by several
 * threads.
 */
public interface ClientProvider {
  /** The name in parameters and reports, such as {@code okhttp}. */
  String name();

  /** The Maven coordinates, without version, of the library that must be on the class path. */
  String artifact();

  /**
   * How the library honours each setting. What is absent is by adapter: the bounds and the waiting are the same for all
   * ({@link Leases}).
   */
  Map<Setting, Support> capabilities();

  /** What must be on the class path for this version of HTTP, if it is more than {@link #artifact()}. */
  default String artifact(Protocol protocol) {
    return artifact();
  }

  /**
   * Opens a client for {@link Reuse#POOLED} or {@link Reuse#CONNECTION_PER_REQUEST}. Callers use {@link
   * #open(String, ClientConfig)}, which also knows {@link Reuse#CLIENT_PER_REQUEST}.
   *
   * @throws IllegalArgumentException if the library cannot honour a setting; names the setting
   */
  PooledHttpClient open(ClientConfig config);

  /** How the library honours this setting. */
  default Support support(Setting setting) {
    Support support = capabilities().getOrDefault(setting, Support.BY_ADAPTER);
    return setting.presupposesHttp2() && support(Setting.HTTP_2) == Support.UNSUPPORTED
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

  /**
   * Opens the client of that name.
   *
   * @throws IllegalArgumentException if the name is unknown or the library cannot honour a setting
   * @throws IllegalStateException if the library is not on the class path; names the artifact to add
   */
  static PooledHttpClient open(String name, ClientConfig config) {
    ClientProvider provider = named(name);
    for (Setting setting : Setting.values()) {
      if (setting.isNeededBy(config) && provider.support(setting) == Support.UNSUPPORTED) {
        throw new IllegalArgumentException(
            setting.label() + " must not be set: client " + name + " does not support it");
      }
    }
    try {
      return config.reuse() == Reuse.CLIENT_PER_REQUEST
          ? new OneOffClient(provider, config)
          : provider.open(config);
    } catch (NoClassDefFoundError missing) {
      throw new IllegalStateException(
          "client " + name + " needs " + provider.artifact(config.protocol())
              + " on the class path",
          missing);
    }
  }
}

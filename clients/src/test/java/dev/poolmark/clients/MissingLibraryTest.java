package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.poolmark.clients.spi.ClientProvider;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A class path without any of the optional libraries. */
final class MissingLibraryTest {
  @ParameterizedTest
  @CsvSource({
    "okhttp, HTTP_1_1, com.squareup.okhttp3:okhttp-jvm",
    "okhttp, HTTP_2, com.squareup.okhttp3:okhttp-jvm",
    "httpclient5, HTTP_1_1, org.apache.httpcomponents.client5:httpclient5",
    "httpclient5-async, HTTP_1_1, org.apache.httpcomponents.client5:httpclient5",
    "httpclient5-async, HTTP_2, org.apache.httpcomponents.client5:httpclient5",
    "jetty, HTTP_1_1, org.eclipse.jetty:jetty-client",
    "jetty, HTTP_2, org.eclipse.jetty.http2:jetty-http2-client-transport",
    "reactor-netty, HTTP_1_1, io.projectreactor.netty:reactor-netty-http",
    "reactor-netty, HTTP_2, io.projectreactor.netty:reactor-netty-http"
  })
  void isAnErrorThatNamesTheArtifact(String name, String protocol, String artifact)
      throws Exception {
    URL ours = ClientProvider.class.getProtectionDomain().getCodeSource().getLocation();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader bare =
        new URLClassLoader(new URL[] {ours}, ClassLoader.getPlatformClassLoader())) {
      thread.setContextClassLoader(bare); // where providers are looked up
      Class<?> providers = bare.loadClass(PooledHttpClient.class.getName());
      Class<?> configs = bare.loadClass(ClientConfig.class.getName());
      Object builder = configs.getMethod("builder").invoke(null);
      Class<?> protocols = bare.loadClass(Protocol.class.getName());
      builder
          .getClass()
          .getMethod("protocol", protocols)
          .invoke(builder, protocols.getMethod("valueOf", String.class).invoke(null, protocol));
      Object config = builder.getClass().getMethod("build").invoke(builder);
      Throwable failure = catchThrowable(
          () -> providers.getMethod("open", String.class, configs).invoke(null, name, config));
      assertThat(failure).isInstanceOf(InvocationTargetException.class);
      assertThat(failure.getCause())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("client " + name + " needs " + artifact + " on the class path");
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}

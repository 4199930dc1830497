package dev.poolmark.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.Protocol;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.annotations.Param;

class ReuseLevelTest {
  private static final Profile PROFILE = Profile.parse("reference");

  @Test
  void aStudyMayUseEveryLevel() throws Exception {
    Properties parameters = new Properties();
    try (InputStream in =
        ReuseLevel.class.getResourceAsStream("/META-INF/poolmark/parameters.properties")) {
      parameters.load(in);
    }
    List<String> values = new ArrayList<>(
        List.of(ClientState.class.getField("reuse").getAnnotation(Param.class).value()));
    values.addAll(List.of(parameters.getProperty("reuse").split(", ")));

    assertThat(values)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(ReuseLevel.values()).map(ReuseLevel::label).toList());
  }

  @Test
  void tlsResumptionIsOfferedByTheServer() {
    Profile offering = PROFILE.offering(ReuseLevel.TLS_RESUMPTION);
    assertThat(offering.stub().tls().resumption()).isTrue();
    assertThat(offering.stub().withTls(PROFILE.stub().tls())).isEqualTo(PROFILE.stub());
  }

  @Test
  void http2IsSpokenByServerAndClient() {
    Profile offering = PROFILE.offering(ReuseLevel.H2);
    assertThat(ReuseLevel.H2.label()).isEqualTo(Protocol.HTTP_2.label());
    assertThat(offering.protocol()).isEqualTo(Protocol.HTTP_2);
    assertThat(offering.stub().withProtocol(PROFILE.stub().protocol())).isEqualTo(PROFILE.stub());
  }

  @ParameterizedTest
  @EnumSource(names = {"CLIENT_PER_REQUEST", "CONNECTION_PER_REQUEST", "POOLED"})
  void theOtherLevelsNeedNothingOfTheServer(ReuseLevel level) {
    assertThat(PROFILE.offering(level)).isEqualTo(PROFILE);
  }
}

package dev.poolmark.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MainTest {

  @Test
  void aProfileThatCannotBeReadIsRefusedBeforeAnyFork() {
    assertThat(Main.wrongProfile("-p", "profile=reference,rtt=5", "-lp"))
        .hasValueSatisfying(message -> assertThat(message).contains("rtt", "5").hasLineCount(1));
    assertThat(Main.wrongProfile("-p", "client=jdk", "-p", "profile=retry=1ms"))
        .hasValueSatisfying(message -> assertThat(message).contains("retry=1ms"));
  }

  @Test
  void otherValuesAreJmhsOwn() {
    assertThat(Main.wrongProfile("-p", "profile=reference,rtt=5ms+tls=1.3", "-lp"))
        .isEmpty();
    assertThat(Main.wrongProfile("-p", "client=nonsense", "profile=nonsense")).isEmpty();
    assertThat(Main.wrongProfile()).isEmpty();
  }
}

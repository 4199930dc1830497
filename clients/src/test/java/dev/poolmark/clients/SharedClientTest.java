package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SharedClientTest {
  private final List<LogRecord> warnings = new ArrayList<>();
  private final Logger logger = Logger.getLogger(SharedClient.class.getName());
  private final Handler keeper = new Handler() {
    @Override
    public void publish(LogRecord record) {
      warnings.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  };
  private StubServer server;
  private SharedClient shared;

  @BeforeEach
  void start() throws IOException {
    logger.setUseParentHandlers(false);
    logger.addHandler(keeper);
    server = StubServer.start(StubConfig.defaults());
    shared = new SharedClient("okhttp", ClientConfig.builder().build());
  }

  @AfterEach
  void stop() {
    shared.close();
    server.close();
    logger.removeHandler(keeper);
    logger.setUseParentHandlers(true);
  }

  private void call(int times) throws IOException {
    for (int i = 0; i < times; i++) {
      assertThat(shared.execute(Request.get(server.httpUri())).status()).isEqualTo(200);
    }
  }

  @Test
  void onceOpenAllCallsShareItsPool() throws Exception {
    shared.open();
    call(5);
    assertThat(shared.executeAsync(Request.get(server.httpUri())).get().status())
        .isEqualTo(200);
    assertThat(server.stats().connections()).isEqualTo(1);
    assertThat(shared.oneOffCalls()).isZero();
    assertThat(shared.metrics().calls()).isEqualTo(6);
    assertThat(warnings).isEmpty();
  }

  @Test
  void beforeThatACallGetsAClientOfItsOwnWhichIsCountedAndWarnedOf() throws Exception {
    call(12);
    assertThat(server.stats().connections()).isEqualTo(12);
    assertThat(shared.oneOffCalls()).isEqualTo(12);
    assertThat(warnings).hasSize(2); // the first and the tenth
    assertThat(warnings.get(0).getMessage()).contains("shared client", "is not open");

    shared.open();
    call(3);
    assertThat(server.stats().connections()).isEqualTo(13);
    assertThat(shared.oneOffCalls()).isEqualTo(12);
  }

  @Test
  void itIsOpenedOnceAndClosedOnce() throws Exception {
    shared.open();
    assertThatIllegalStateException()
        .isThrownBy(shared::open)
        .withMessage("client okhttp is open already");
    call(1);
    shared.close();
    shared.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> call(1))
        .withMessage("client okhttp is closed");
    assertThatIllegalStateException()
        .isThrownBy(shared::open)
        .withMessage("client okhttp is closed");
    Clients.eventually("closed", () -> server.stats().openConnections() == 0);
  }

  @Test
  void neverOpenedItRefusesCallsAfterItsCloseToo() {
    shared.close();
    assertThatIllegalStateException().isThrownBy(() -> call(1));
    assertThat(server.stats().requests()).isZero();
  }

  @Test
  void aMistakeShowsAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SharedClient("nothing", ClientConfig.builder().build()));
  }
}

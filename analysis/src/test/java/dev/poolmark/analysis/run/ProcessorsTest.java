package dev.poolmark.analysis.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorsTest {

  @TempDir
  private Path proc;

  @Test
  void whatIsNotOursIsOthers() throws Exception {
    // busy 100+1+20+0+5 = 126, of which we 10+5+20+5 = 40 and the server 3+1 = 4; 7 stolen
    write("100 1 20 900 50 0 5 7 3 0", "10 5 20 5", "3 1 9 9");
    Processors before = Processors.now(proc, Optional.of(42L)).orElseThrow();
    assertThat(before).isEqualTo(new Processors(126, 44, 7));

    // 2 s later on two cores: 300 ticks busy, 180 of them ours, 20 the server's
    write("350 1 70 1000 50 0 5 17 3 0", "20 5 185 10", "20 4 9 9");
    Processors after = Processors.now(proc, Optional.of(42L)).orElseThrow();
    assertThat(after.otherCoresSince(before, 2000)).isCloseTo(0.5, within(1e-9));
    assertThat(after.stolenCoresSince(before, 2000)).isCloseTo(0.05, within(1e-9));
  }

  @Test
  void nothingIsKnownWhereThereIsNoProc() {
    assertThat(Processors.now(proc.resolve("none"), Optional.empty())).isEmpty();
  }

  private void write(String all, String own, String server) throws IOException {
    Files.writeString(proc.resolve("stat"), "cpu  " + all + "\ncpu0 1 2 3\n");
    writeProcess("self", own);
    writeProcess("42", server);
  }

  private void writeProcess(String name, String times) throws IOException {
    Files.createDirectories(proc.resolve(name));
    Files.writeString(
        proc.resolve(name).resolve("stat"),
        "7 (a b) c) S 1 2 3 4 -1 5 6 7 8 9 " + times + " 20 0 18446744073709551615\n");
  }
}

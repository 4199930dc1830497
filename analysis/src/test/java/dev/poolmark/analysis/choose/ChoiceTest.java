package dev.poolmark.analysis.choose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.analysis.study.Studies;
import dev.poolmark.analysis.study.Study;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Choices from draws whose truth is known: four clients, five rounds, forks that scatter by 2 %. */
class ChoiceTest {

  private static final int DRAWS = 2000;
  private static final Study STUDY = Studies.builtIn().get(0);

  private final Random random = new Random(20261125);

  /** All are the same, so any client that is called slower is an error: in 5 % of the choices, or three sigma more. */
  @Test
  void seldomPartsClientsThatAreTheSame() {
    long wrong = IntStream.range(0, DRAWS)
        .filter(i -> choose(30, 30, 30, 30).first().size() < 4)
        .count();

    assertThat(wrong / (double) DRAWS).isBetween(0.005, 0.05 + 0.0147);
  }

  /** One is faster by a tenth: five times the scatter of a fork. */
  @Test
  void findsTheOneThatIsFaster() {
    long found = IntStream.range(0, DRAWS)
        .filter(i -> choose(33, 30, 33, 33).first().equals(List.of("c1")))
        .count();

    assertThat(found / (double) DRAWS).isGreaterThan(0.95);
  }

  /** The truth that the last client is slower costs the three that are the same no protection. */
  @Test
  void keepsTheTieOfTheOthers() {
    long wrong = IntStream.range(0, DRAWS)
        .filter(i -> !choose(30, 30, 30, 40).first().containsAll(List.of("c0", "c1", "c2")))
        .count();

    assertThat(wrong / (double) DRAWS).isBetween(0.005, 0.05 + 0.0147);
  }

  @Test
  void withoutClientsThereIsNoChoice() {
    Contender flawed = new Contender("c0", List.of(), List.of(), Map.of(), List.of("is void"));
    Choice choice = Choice.of(STUDY, Choice.CLIENT, List.of(flawed), List.of(), List.of());

    assertThat(choice.first()).isEmpty();
    assertThat(choice.words()).isEqualTo("no client");
    assertThat(choice.standings().get(0).reasons()).containsExactly("is void");
  }

  private Choice choose(double... truths) {
    List<Contender> contenders = IntStream.range(0, truths.length)
        .mapToObj(i -> new Contender(
            "c" + i,
            Stream.generate(() -> truths[i] * Math.exp(0.02 * random.nextGaussian()))
                .limit(5)
                .toList(),
            List.of(),
            Map.of(),
            List.of()))
        .toList();
    return Choice.of(STUDY, Choice.CLIENT, contenders, List.of(), List.of());
  }
}

package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.poolmark.analysis.table.Text;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is to be measured and what it is to show. Immutable; every value is checked when the study is made. Its file has
 * the keys of all parts side by side.
 *
 * @param name short name
 * @param question what the study answers, in a sentence
 * @param design what is measured
 * @param aim what it is to show
 * @param notes what the report adds
 */
public record Study(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) String question,
    @JsonUnwrapped Design design,
    @JsonUnwrapped Aim aim,
    @JsonUnwrapped Notes notes) {

  /** What the name of a full form ends with. */
  private static final String FULL = "-full";

  /** Checks the values. */
  public Study {
    StudyRules.checkName("name", name);
    StudyRules.checkValue("question", question);
    aim.checkAgainst(design);
    try {
      design.fullForm().ifPresent(aim::checkAgainst);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("full: " + e.getMessage(), e);
    }
  }

  /** What a scenario compares, for people: latency, or the counter that its benchmark compares instead. */
  public String measureOf(String scenario) {
    return aim.nameOf(design.benchmarks().get(scenario).metric().orElse("latency"));
  }

  /** What is compared, for people. */
  public String compared() {
    return design.benchmarks().keySet().stream()
        .map(this::measureOf)
        .distinct()
        .collect(Collectors.joining(" or "));
  }

  /** The claim as a sentence without a full stop; only of a study that claims something. */
  public String claimWords() {
    return aim.claim()
        .map(sentence -> sentence.replaceFirst("\\.$", ""))
        .orElseGet(() -> Text.capitalized(aim.nameOf(design.arms().candidate().value())) + " cuts "
            + compared() + " by " + aim.targetWords().orElseThrow());
  }

  /** The study as it is run in its short form. */
  @JsonIgnore
  public Study shortForm() {
    return withRounds(design.rounds());
  }

  /** The study as it is run in its full form, which has a name of its own; empty if it has none. */
  @JsonIgnore
  public Optional<Study> fullForm() {
    return design.fullForm().map(more -> new Study(name + FULL, question, more, aim, notes));
  }

  /** The same study on another jar. */
  public Study withJar(String jar) {
    return with(design.withJar(jar));
  }

  /** The same study on these JDKs, by their names. */
  public Study withJvms(Map<String, String> jvms) {
    return with(design.withJvms(jvms));
  }

  /** The same study with another number of rounds. */
  public Study withRounds(int rounds) {
    return with(design.withRounds(rounds));
  }

  private Study with(Design other) {
    return new Study(name, question, other, aim, notes);
  }

  /**
   * The same study with fewer values of some axes.
   *
   * @param choices {@code AXIS=VALUE[,VALUE]} each
   * @throws InputException if a choice is not of that form, or its axis or a value is not in the study
   */
  public Study only(List<String> choices) throws InputException {
    return StudyFilter.only(this, choices);
  }

  /**
   * The same study with fewer values of one axis. The scenarios are an axis too, named {@code scenario}.
   *
   * @throws InputException if the axis or a value is not in the study
   */
  public Study only(String axis, List<String> values) throws InputException {
    return StudyFilter.only(this, axis, values);
  }

  /** What tells another study from this one, wherever their jars lie; empty if nothing does. */
  public Optional<String> differenceFrom(Study other) {
    Design now = other.design;
    return Stream.of(
            difference("rounds", design.rounds(), now.rounds()),
            difference("seed", design.seed(), now.seed()),
            difference("name", name, other.name),
            difference("parameters", design.parameters(), now.parameters()),
            difference("jvms", design.jvms(), now.jvms()),
            difference("benchmarks", design.benchmarks(), now.benchmarks())
                .map(values -> "benchmarks differ"),
            difference("server", design.server(), now.server()),
            difference("arms", design.arms(), now.arms()).map(values -> "arms differ"),
            difference("", withJar(now.jar()), other)
                .map(values -> "question, claim, target, confidence, model, names or notes differ"))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> difference(String field, Object was, Object now) {
    return was.equals(now) ? Optional.empty() : Optional.of(field + " is " + was + ", now " + now);
  }
}

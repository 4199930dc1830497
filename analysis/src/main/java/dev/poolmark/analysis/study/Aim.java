package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.poolmark.analysis.table.Text;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a study is to show, and in which words. Immutable; every value is checked when it is made.
 *
 * @param claim the sentence that the study judges; by default, that the candidate cuts latency by {@code target}
 * @param finding whether the study maps a field instead, so that its cells are judged but not the study
 * @param target the savings with which the claim holds; may be empty in a study that claims nothing
 * @param ratio whether the answer gives the ratio of the arms instead of the saving
 * @param names what people read instead of the names of arms, scenarios, counters and values of axes
 * @param confidence of the intervals
 * @param model what to set against the model of the cost of a connection; empty if nothing
 * @param claims published figures to show with the measured ones
 */
public record Aim(
    Optional<String> claim,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean finding,
    Optional<Target> target,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean ratio,
    Map<String, String> names,
    Double confidence,
    Optional<Model> model,
    List<Claim> claims) {

  private static final double DEFAULT_CONFIDENCE = 0.95;

  /** Checks the values. */
  public Aim {
    claim.ifPresent(sentence -> StudyRules.checkValue("claim", sentence));
    names = StudyRules.copy(names);
    names.forEach((key, words) -> StudyRules.checkValue("names." + key, words));
    if (finding && claim.isPresent()) {
      throw new IllegalArgumentException(
          "claim must not be set in a study that is a finding: " + claim.get());
    }
    if (!finding && target.isEmpty()) {
      throw new IllegalArgumentException(
          "target must be set, with minPercent and maxPercent, unless finding is true");
    }
    confidence = Objects.requireNonNullElse(confidence, DEFAULT_CONFIDENCE);
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence must be > 0 and < 1: " + confidence);
    }
    claims = StudyRules.copy(claims);
  }

  /** What people read for the name of an arm, a scenario, a counter or a value. */
  public String nameOf(String name) {
    return names.getOrDefault(name, name);
  }

  /** The target for people, as savings or as ratios; empty if there is none. */
  public Optional<String> targetWords() {
    return target.map(savings -> ratio
        ? Text.range(1 - savings.maxPercent() / 100, 1 - savings.minPercent() / 100) + " times"
        : savings.words());
  }

  /** The same for fewer scenarios. */
  Aim only(Set<String> scenarios) {
    return new Aim(
        claim,
        finding,
        target,
        ratio,
        names,
        confidence,
        model.flatMap(all -> all.only(scenarios)),
        claims.stream().filter(figure -> scenarios.contains(figure.scenario())).toList());
  }

  void checkAgainst(Design design) {
    for (Claim published : claims) {
      if (!design.benchmarks().containsKey(published.scenario())) {
        throw new IllegalArgumentException("claims: scenario must be one of "
            + String.join(", ", design.benchmarks().keySet()) + ": " + published.scenario());
      }
    }
    model.ifPresent(each -> each.check(design.benchmarks().keySet(), design.parameters()));
  }
}

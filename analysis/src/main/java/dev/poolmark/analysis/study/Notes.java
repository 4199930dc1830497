package dev.poolmark.analysis.study;

import java.util.List;

/**
 * What the report of a study is to say besides the figures. Immutable.
 *
 * @param method what the report is to say of how the benchmarks measure, a sentence each
 * @param limits what the report is to say of what the results do not say, a sentence each
 */
public record Notes(List<String> method, List<String> limits) {

  /** Copies the lists. */
  public Notes {
    method = StudyRules.copy(method);
    limits = StudyRules.copy(limits);
  }
}

package dev.poolmark.analysis.study;

import java.util.Locale;

/**
 * One JVM that measures one arm of one cell: the unit of replication.
 *
 * @param round the round that it belongs to, from 1
 */
public record Fork(int round, Cell cell, Arm arm) {

  /** For people, such as {@code round 3: sequential okhttp reference pooled}. */
  public String label() {
    return "round " + round + ": " + cell.label() + " " + arm.value();
  }

  /** For files, such as {@code 03-sequential-okhttp-reference-pooled}. */
  public String fileName() {
    String name = String.format(
        Locale.ROOT, "%02d-%s-%s", round, cell.label().replace(' ', '-'), arm.value());
    return name.replaceAll("[^A-Za-z0-9._-]", "_");
  }
}

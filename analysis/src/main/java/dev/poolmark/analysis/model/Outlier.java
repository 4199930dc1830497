package dev.poolmark.analysis.model;

import java.util.List;
import java.util.Locale;

/**
 * An arm that the model gets wrong in at least one cell.
 *
 * @param label what tells its cells from others of the same network and service; may be empty
 * @param arm the arm's name
 * @param percents what it costs more than the model in each such cell, or less if negative; all of one sign
 * @param profiles the network and the service of each such cell
 * @param cells how many cells of this label were modelled
 */
public record Outlier(
    String label, String arm, List<Double> percents, List<String> profiles, int cells) {

  /** For people, such as {@code okhttp pooled costs 31 % more than the model at rtt=1ms+service-time=1ms}. */
  public String sentence() {
    double low = percents.stream().mapToDouble(Math::abs).min().getAsDouble();
    double high = percents.stream().mapToDouble(Math::abs).max().getAsDouble();
    String least = String.format(Locale.ROOT, "%.0f", low);
    String most = String.format(Locale.ROOT, "%.0f", high);
    return (label + " " + arm).strip()
        + " costs " + (least.equals(most) ? least : least + " to " + most) + " % "
        + (percents.get(0) > 0 ? "more" : "less") + " than the model "
        + (profiles.size() == cells && cells > 1
            ? "in all " + cells + " cells"
            : "at " + String.join(", ", profiles));
  }
}

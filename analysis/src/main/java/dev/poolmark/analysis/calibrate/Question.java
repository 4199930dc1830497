package dev.poolmark.analysis.calibrate;

import java.util.List;
import java.util.Optional;

/**
 * One question of the calibration.
 *
 * @param text what is drawn and counted, for people
 * @param columns of the figures, this project's first
 * @param bound of the first column; empty if the question only shows
 */
record Question(
    String title,
    String text,
    List<String> columns,
    Optional<Bound> bound,
    List<Experiment> experiments) {}

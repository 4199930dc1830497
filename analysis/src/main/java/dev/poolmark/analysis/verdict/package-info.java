/** From results to verdicts: the rules, {@code verdict.json} and the table for the terminal. */
package dev.poolmark.analysis.verdict;

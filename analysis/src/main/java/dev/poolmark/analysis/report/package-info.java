/** From verdicts to pages: HTML, Markdown and the forest plot. */
package dev.poolmark.analysis.report;

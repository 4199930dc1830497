/** Numbers to numbers: the arithmetic of a comparison, free of files and of verdicts. */
package dev.poolmark.analysis.stats;

/** What was measured: the folder of a run, JMH's files in it, and where they come from. */
package dev.poolmark.analysis.results;

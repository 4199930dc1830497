/** Measures: one JMH fork after the other, in the order of the study, into the folder of the run. */
package dev.poolmark.analysis.run;

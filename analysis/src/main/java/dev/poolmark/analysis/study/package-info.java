/** What is to be measured: studies, their cells and arms, and the forks in the order in which they run. */
package dev.poolmark.analysis.study;

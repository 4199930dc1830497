/** From two runs of one study to what changed between them. */
package dev.poolmark.analysis.compare;

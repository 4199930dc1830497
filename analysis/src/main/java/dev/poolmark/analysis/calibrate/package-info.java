/** The engine, tried on data whose truth is known. */
package dev.poolmark.analysis.calibrate;

/** The model of the cost of a connection, calibrated on some cells of a run and set against the others. */
package dev.poolmark.analysis.model;

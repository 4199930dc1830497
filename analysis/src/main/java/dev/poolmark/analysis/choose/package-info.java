/** From what was measured of each client, and what is needed, to the client to take. */
package dev.poolmark.analysis.choose;

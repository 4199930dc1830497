/** The stub as a process of its own: its command line, its ready line, its statistics and its remote control. */
@NullMarked
package dev.poolmark.stub.control;

import org.jspecify.annotations.NullMarked;

package dev.poolmark.jmh;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** How the calls of an iteration ended, as JMH's secondary results. */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Outcomes {
  /** Calls that were made. */
  public long calls;

  /** Calls that brought no response. */
  public long failedCalls;
}

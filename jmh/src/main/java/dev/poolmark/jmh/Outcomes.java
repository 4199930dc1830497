package dev.poolmark.jmh;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** How an iteration's calls ended, as JMH's auxiliary counters. */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Outcomes {
  /** Calls made. */
  public long calls;

  /** Calls that got no response. */
  public long failedCalls;
}

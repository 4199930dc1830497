package dev.poolmark.clients.spi;

/**
 * A change of the limit on the connections that calls to one endpoint lease. Immutable.
 *
 * @param nanos when, as a value of {@link System#nanoTime()}
 */
record LimitChange(long nanos, int from, int to, Reason reason) {
  /** Why a limit changes. */
  enum Reason {
    CALLS_WAIT("calls wait: try more"),
    NO_MORE_THROUGHPUT("more did not bring more throughput"),
    TRY_FEWER("calls wait: try whether fewer bring the same throughput"),
    LESS_THROUGHPUT("fewer brought less throughput"),
    SAME_THROUGHPUT("fewer brought the same throughput"),
    UNDECIDED("calls stopped before the last try could be judged"),
    FAILURES("more calls failed than succeeded");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }
}

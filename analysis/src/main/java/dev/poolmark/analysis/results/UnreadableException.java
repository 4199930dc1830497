package dev.poolmark.analysis.results;

/** A round file that is no whole result of the fork whose name it bears. The message says why, in one line. */
public final class UnreadableException extends Exception {

  private static final long serialVersionUID = 1;

  UnreadableException(String message) {
    super(message);
  }
}

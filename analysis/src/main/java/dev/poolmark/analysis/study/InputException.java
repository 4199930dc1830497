package dev.poolmark.analysis.study;

/** A mistake in what the user gave. The message is one line: what is wrong, the rule, and the value. */
public final class InputException extends Exception {

  private static final long serialVersionUID = 1;

  /** Says what is wrong. */
  public InputException(String message) {
    super(message);
  }
}

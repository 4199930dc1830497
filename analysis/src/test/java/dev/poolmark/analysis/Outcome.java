package dev.poolmark.analysis;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command left behind: its exit status, and what it wrote to both streams. */
record Outcome(int status, String out, String err) {

  /** Runs the command in this JVM. */
  static Outcome of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status = Poolmark.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Outcome(status, out.toString(), err.toString());
  }
}

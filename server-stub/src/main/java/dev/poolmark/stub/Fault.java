package dev.poolmark.stub;

import java.util.Objects;

/**
 * Something that goes wrong, and when. As text: {@code reset:0.01}, or {@code 503:@3} for the third request. Immutable.
 *
 * @param kind what goes wrong
 * @param when which requests or connections it hits
 */
public record Fault(Kind kind, When when) {
  /** What goes wrong. The first five hit requests, the others connections. */
  public enum Kind {
    /** A 503 with {@code Retry-After: 1} and no body. */
    UNAVAILABLE("503", true),
    /** Half of the body, then RST. */
    RESET("reset", true),
    /** Half of the body, then FIN. */
    TRUNCATE("truncate", true),
    /** Half of the body, then nothing until the idle timeout, then FIN. */
    STALL("stall", true),
    /** RST instead of a response. */
    DROP("drop", true),
    /** At the TLS door: the client's hello is read and never answered. */
    HANDSHAKE_STALL("handshake-stall", false),
    /**
     * RST as soon as the connection is accepted; with probability 1 nobody listens at the doors, and the connect
     * itself is refused.
     */
    REFUSE("refuse", false),
    /**
     * The connection is accepted and never served; with probability 1 the doors' queues are full, and a connect does
     * not complete (on Linux; other kernels may refuse it).
     */
    BLACKHOLE("blackhole", false);

    final String text;
    final boolean hitsRequests;

    Kind(String text, boolean hitsRequests) {
      this.text = text;
      this.hitsRequests = hitsRequests;
    }

    static Kind of(String text) {
      return Texts.oneOf(values(), kind -> kind.text, text);
    }
  }

  /**
   * Which requests of the server or connections of each door, counted from 1 since the server started.
   */
  public sealed interface When {}

  /** Each one with this probability, drawn from the config's seed and its number. */
  public record Probability(double value) implements When {
    public Probability {
      if (!(value > 0 && value <= 1)) {
        throw new IllegalArgumentException("probability must be above 0 and at most 1: " + value);
      }
    }
  }

  /** The one with this number. */
  public record Nth(long number) implements When {
    public Nth {
      if (number < 1) {
        throw new IllegalArgumentException("number must be >= 1: " + number);
      }
    }
  }

  /** Checks that there is a kind and a time. */
  public Fault {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(when, "when");
  }

  /**
   * Reads a fault's text.
   *
   * @throws IllegalArgumentException that names the rule and the value
   */
  public static Fault of(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "fault must be KIND:PROBABILITY or KIND:@NUMBER, such as reset:0.01 or 503:@3: " + text);
    }
    Kind kind = Kind.of(text.substring(0, colon));
    String when = text.substring(colon + 1);
    try {
      return new Fault(
          kind,
          when.startsWith("@")
              ? new Nth(Long.parseLong(when.substring(1)))
              : new Probability(Double.parseDouble(when)));
    } catch (NumberFormatException noNumber) {
      throw new IllegalArgumentException(
          "fault must be KIND:PROBABILITY or KIND:@NUMBER, such as reset:0.01 or 503:@3: " + text,
          noNumber);
    }
  }

  /** Whether it hits every time. */
  boolean always() {
    return when instanceof Probability probability && probability.value() == 1;
  }

  /** The text that {@link #of} reads as this fault. */
  @Override
  public String toString() {
    String whenText =
        when instanceof Nth nth ? "@" + nth.number() : String.valueOf(((Probability) when).value());
    return kind.text + ":" + whenText;
  }
}

package dev.poolmark.stub.config;

import java.util.Objects;

/**
 * A fault that the server injects, and when. As text: {@code reset:0.01}, or {@code 503:@3} for the third request.
 * Immutable.
 *
 * @param kind the fault
 * @param when which requests or connections it hits
 */
public record Fault(Kind kind, When when) {
  /** What goes wrong. The first five hit requests, the others hit connections. */
  public enum Kind {
    /** A 503 with {@code Retry-After: 1} and no body. */
    UNAVAILABLE("503", true),
    /** Half of the body, then RST. */
    RESET("reset", true),
    /** Half of the body, then FIN. */
    TRUNCATE("truncate", true),
    /** Half of the body, silence until the idle timeout, then FIN. */
    STALL("stall", true),
    /** RST instead of a response. */
    DROP("drop", true),
    /** TLS port only: the server reads the ClientHello and never answers. */
    HANDSHAKE_STALL("handshake-stall", false),
    /**
     * RST as soon as the connection is accepted. With probability 1 nothing listens on the ports, and the connect
     * itself is refused.
     */
    REFUSE("refuse", false),
    /**
     * The connection is accepted and never served. With probability 1 the ports' accept queues are full, and a
     * connect never completes (on Linux; other kernels may refuse it).
     */
    BLACKHOLE("blackhole", false);

    private final String label;
    private final boolean hitsRequests;

    Kind(String label, boolean hitsRequests) {
      this.label = label;
      this.hitsRequests = hitsRequests;
    }

    /** The name in options and statistics, such as {@code handshake-stall}. */
    public String label() {
      return label;
    }

    /** Whether it hits requests, and not connections. */
    public boolean hitsRequests() {
      return hitsRequests;
    }

    /**
     * The kind of this label.
     *
     * @throws IllegalArgumentException that lists the labels
     */
    public static Kind of(String label) {
      return OptionText.oneOf(values(), Kind::label, label);
    }
  }

  /** Which of the server's requests, or of each port's connections; both are numbered from 1. */
  public sealed interface When {}

  /** Each one with this probability, drawn from the config's seed and the number. */
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

  /** Checks that both are given. */
  public Fault {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(when, "when");
  }

  /**
   * Parses a fault.
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

  /** Whether it always hits. */
  public boolean always() {
    return when instanceof Probability probability && probability.value() == 1;
  }

  /** The text that {@link #of} parses into this fault. */
  @Override
  public String toString() {
    String whenText =
        when instanceof Nth nth ? "@" + nth.number() : String.valueOf(((Probability) when).value());
    return kind.label + ":" + whenText;
  }
}

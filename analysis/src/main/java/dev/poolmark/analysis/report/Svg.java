package dev.poolmark.analysis.report;

import dev.poolmark.analysis.table.Text;
import dev.poolmark.analysis.verdict.CellVerdict;

/**
 * An SVG document in the making, with the one look that all pictures share: light and dark, a shape for every colour.
 * It may stand in HTML as it is. Not thread-safe.
 */
final class Svg {

  static final int WIDTH = 460;
  static final int LEFT = 16;
  static final int RIGHT = 444;

  /** Letters that a line has room for. */
  static final int LONGEST_LINE = 56;

  private static final int LINE = 16;

  private static final String STYLE = """
      <style>
      .fp-bg{fill:#fff}.fp-band{fill:#0072b2;fill-opacity:.13}.fp-grid{stroke:#b6bcc4;fill:none}
      .fp text{font-family:system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-size:13px;fill:#1f2328}
      .fp .fp-tick,.fp .fp-note{font-size:12px;fill:#4b5563}.fp .fp-head{font-weight:600;font-size:14px}
      .fp-line{stroke-width:2.5;fill:none}.fp-mark{stroke-width:2}
      .fp-within,.fp-measured{stroke:#0072b2;fill:#0072b2}.fp-above{stroke:#00795a;fill:#00795a}.fp-below{stroke:#c24f00;fill:#c24f00}
      .fp-inconclusive{stroke:#6b5b00;fill:#fff}.fp-void{stroke:#6b7280;fill:none}.fp-line.fp-void{stroke-dasharray:4 4}
      .fp-dot{stroke-width:1.5}.fp-base{stroke:#c24f00;fill:none}.fp-cand{stroke:#0072b2;fill:#0072b2;fill-opacity:.55}
      .fp-curve{fill:none;stroke-width:1.5;stroke-opacity:.7}.fp-curve.fp-base{stroke-dasharray:5 2}
      .fp-curve.fp-cand{fill:none}.fp-warm{fill:#6b7280;fill-opacity:.16}
      .fp .fp-figure{font-weight:600;font-size:15px}.fp-square{stroke-width:1.5;fill-opacity:.1}
      .fp-square.fp-inconclusive,.fp-square.fp-void{fill-opacity:0;stroke-dasharray:5 3}
      .fp-edge{stroke:#1f2328;stroke-width:3;stroke-dasharray:3 3;fill:none}
      @media screen and (prefers-color-scheme:dark){
      .fp-bg{fill:#15181c}.fp-band{fill:#56b4e9;fill-opacity:.2}.fp-grid{stroke:#4a525c}
      .fp text{fill:#e6e8ea}.fp .fp-tick,.fp .fp-note{fill:#aeb6bf}
      .fp-within,.fp-measured{stroke:#56b4e9;fill:#56b4e9}.fp-above{stroke:#2fc49a;fill:#2fc49a}.fp-below{stroke:#ff8f4a;fill:#ff8f4a}
      .fp-inconclusive{stroke:#e8d24a;fill:#15181c}.fp-void{stroke:#9aa3ad}
      .fp-base{stroke:#ff8f4a}.fp-cand{stroke:#56b4e9;fill:#56b4e9}.fp-warm{fill:#9aa3ad;fill-opacity:.2}
      .fp-edge{stroke:#e6e8ea}}
      </style>
      """;

  private final StringBuilder body = new StringBuilder();

  /** A group with a name that a browser shows and reads out. */
  void open(String name) {
    body.append("<g><title>").append(Text.xml(name)).append("</title>\n");
  }

  /** Ends the group. */
  void close() {
    body.append("</g>\n");
  }

  void text(String look, double x, double y, String anchor, String text) {
    body.append("<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>\n"
        .formatted(look, Text.decimal(x, 1), Text.shortest(y), anchor, Text.xml(text)));
  }

  /**
   * A name at the left and words at the right, on two lines if one has no room for both.
   *
   * @return the height of the second line, if there is one
   */
  int named(String name, String look, String words, int y) {
    return inOneLineOrTwo("fp-name", name, look, words, y);
  }

  /** The same for the name of what follows. */
  int headed(String name, String look, String words, int y) {
    return inOneLineOrTwo("fp-head", name, look, words, y);
  }

  private int inOneLineOrTwo(String nameLook, String name, String look, String words, int y) {
    int more = name.length() + words.length() > LONGEST_LINE ? LINE : 0;
    text(nameLook, LEFT, y, "start", name);
    text(look, RIGHT, y + more, "end", words);
    return more;
  }

  void path(String look, String data) {
    body.append("<path class=\"%s\" d=\"%s\"/>\n".formatted(look, data));
  }

  void rect(String look, double x, int y, double width, int height) {
    body.append("<rect class=\"%s\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\"/>\n"
        .formatted(look, Text.decimal(x, 1), y, Text.decimal(width, 1), height));
  }

  /** The shape that stands for a verdict. */
  void mark(CellVerdict verdict, double x, int y) {
    String shape = switch (verdict) {
      case WITHIN, MEASURED -> "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z";
      case ABOVE -> "m-6 5h12l-6-11z";
      case BELOW -> "m-6-5h12l-6 11z";
      case INCONCLUSIVE -> "m-6 0l6-6l6 6l-6 6z";
      case VOID -> "m-5-5l10 10m0-10l-10 10";
    };
    path("fp-mark fp-" + verdict.word(), "M" + Text.decimal(x, 1) + " " + y + shape);
  }

  /** Vertical lines at these places. */
  void grid(double[] xs, int top, int height) {
    StringBuilder lines = new StringBuilder();
    for (double x : xs) {
      lines.append("M").append(Text.decimal(x, 1)).append(' ').append(top);
      lines.append('v').append(height);
    }
    path("fp-grid", lines.toString());
  }

  /** What another has drawn. */
  void add(Svg other) {
    body.append(other.body);
  }

  /**
   * The whole document.
   *
   * @param id tells it from other pictures of the same page
   */
  String document(String id, String title, int height) {
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fp\" viewBox=\"0 0 %d %d\" role=\"img\""
            .formatted(WIDTH, height)
        + " aria-labelledby=\"" + id + "\">\n<title id=\"" + id + "\">" + Text.xml(title)
        + "</title>\n" + STYLE
        + "<rect class=\"fp-bg\" width=\"%d\" height=\"%d\"/>\n".formatted(WIDTH, height)
        + body + "</svg>\n";
  }
}

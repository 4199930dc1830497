package dev.poolmark.analysis;

import dev.poolmark.analysis.study.DidYouMean;
import dev.poolmark.analysis.study.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * The command line. Exit status: 0 it holds, 1 it does not, 2 wrong usage, unreadable input, or a folder that cannot be
 * written. A mistake of the user's is one line on the error stream.
 */
@Command(
    name = "poolmark",
    description = "Runs studies of a JMH jar, one fork at a time, and judges what they claim.",
    mixinStandardHelpOptions = true,
    versionProvider = Poolmark.Version.class,
    scope = CommandLine.ScopeType.INHERIT,
    subcommands = {
      StudiesCommand.class,
      PredictCommand.class,
      InitCommand.class,
      RunCommand.class,
      VerdictCommand.class,
      ReportCommand.class,
      SiteCommand.class,
      CompareCommand.class,
      ChooseCommand.class,
      CalibrateCommand.class
    })
public final class Poolmark {

  static final int HOLDS = 0;
  static final int DOES_NOT_HOLD = 1;
  static final int CANNOT_TELL = 3;
  static final int WRONG_INPUT = 2;

  private Poolmark() {}

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(execute(out, err, args));
  }

  /** Runs the command and returns its status. */
  static int execute(PrintWriter out, PrintWriter err, String... args) {
    CommandLine commandLine = new CommandLine(new Poolmark())
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(Poolmark::usageError)
        .setExecutionExceptionHandler(Poolmark::inputError)
        .registerConverter(Path.class, Poolmark::path);
    return commandLine.execute(args);
  }

  static String version() {
    return Objects.requireNonNullElse(
        Poolmark.class.getPackage().getImplementationVersion(), "development");
  }

  private static int usageError(ParameterException e, String[] args) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    e.getCommandLine()
        .getErr()
        .println(command + ": " + e.getMessage().lines().findFirst().orElse("wrong usage")
            + hint(e, args)
            + " (see " + command + " -h)");
    return WRONG_INPUT;
  }

  /** The command or option that the user may have meant. */
  private static String hint(ParameterException e, String[] args) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    Set<String> options = command.optionsMap().keySet();
    return Arrays.stream(args)
        .map(arg -> arg.replaceFirst("=.*", ""))
        .filter(arg -> !options.contains(arg))
        .map(arg -> DidYouMean.hint(
            arg, arg.startsWith("-") ? options : command.subcommands().keySet()))
        .filter(hint -> !hint.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static int inputError(
      Exception e, CommandLine commandLine, CommandLine.ParseResult parsed) throws Exception {
    if (e instanceof InputException) {
      commandLine.getErr().println("poolmark: " + e.getMessage());
      return WRONG_INPUT;
    }
    if (e instanceof InvalidPathException path) {
      commandLine.getErr().println("poolmark: " + words(path));
      return WRONG_INPUT;
    }
    if (e instanceof IOException) {
      commandLine
          .getErr()
          .println("poolmark: cannot read or write: " + e.getMessage()
              + "; finished rounds stay valid, the same command goes on");
      return WRONG_INPUT;
    }
    if (e instanceof InterruptedException) {
      commandLine.getErr().println("poolmark: stopped; the same command goes on");
      return DOES_NOT_HOLD;
    }
    throw e;
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(words(e));
    }
  }

  /** The JVM cannot name a file in letters that the locale does not have. */
  private static String words(InvalidPathException e) {
    return "path must be of characters that " + System.getProperty("sun.jnu.encoding")
        + " has, the encoding of this locale; LC_ALL=C.UTF-8 has all: " + e.getInput();
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"poolmark " + version()};
    }
  }
}

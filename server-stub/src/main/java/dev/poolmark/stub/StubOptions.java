package dev.poolmark.stub;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** A {@link StubConfig} as command-line options, and back. */
final class StubOptions {
  @Option(
      names = "--rtt",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Round trip of the emulated link, such as 5ms; default: no link.")
  private Duration roundTrip;

  @Option(
      names = "--service-time",
      paramLabel = "TIME",
      defaultValue = "0ms",
      converter = DurationConverter.class,
      description = "From a request's last byte to the start of its response; default: none.")
  private Duration serviceTime;

  @Option(
      names = "--body-bytes",
      paramLabel = "N",
      defaultValue = "2048",
      description = "Length of a response's body; default: ${DEFAULT-VALUE}.")
  private int bodyBytes;

  @Option(
      names = "--tls",
      paramLabel = "VERSION",
      defaultValue = "1.2",
      converter = VersionConverter.class,
      description = "1.2 or 1.3; default: ${DEFAULT-VALUE}.")
  private Tls.Version version;

  @Option(
      names = "--key",
      paramLabel = "KIND",
      defaultValue = "rsa2048",
      converter = KeyConverter.class,
      description = "rsa2048, rsa3072 or p256; default: ${DEFAULT-VALUE}.")
  private Tls.Key key;

  @Option(
      names = "--resumption",
      paramLabel = "on|off",
      defaultValue = "off",
      description = "Whether a TLS session may be resumed; default: ${DEFAULT-VALUE}.")
  private Switch resumption;

  /**
   * Reads options.
   *
   * @throws CommandLine.ParameterException that names the option, the rule and the value
   */
  static StubConfig parse(List<String> arguments) {
    StubOptions options = new StubOptions();
    CommandLine line = new CommandLine(options);
    line.parseArgs(arguments.toArray(String[]::new));
    try {
      return options.config();
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(line, e.getMessage(), e);
    }
  }

  /** The options that {@link #parse} reads as this config. */
  static List<String> format(StubConfig config) {
    String link = config.link().map(l -> "--rtt=" + nanos(l.roundTrip())).orElse("");
    return List.of(
            link,
            "--service-time=" + nanos(config.serviceTime()),
            "--body-bytes=" + config.bodyBytes(),
            "--tls=" + VersionConverter.name(config.tls().version()),
            "--key=" + KeyConverter.name(config.tls().key()),
            "--resumption=" + (config.tls().resumption() ? "on" : "off"))
        .stream()
        .filter(option -> !option.isEmpty())
        .toList();
  }

  /** What the options say. */
  StubConfig config() {
    return new StubConfig(
        Optional.ofNullable(roundTrip).map(Link::new),
        new Tls(version, key, resumption == Switch.on),
        serviceTime,
        bodyBytes);
  }

  /** In lower case, because picocli takes the names for the values. */
  private enum Switch {
    on,
    off
  }

  private static String nanos(Duration time) {
    return time.toNanos() + "ns";
  }

  private static final class DurationConverter implements ITypeConverter<Duration> {
    private static final Pattern TIME = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(ns|us|ms|s)");

    @Override
    public Duration convert(String value) {
      Matcher matcher = TIME.matcher(value);
      if (!matcher.matches()) {
        throw new TypeConversionException("must be a time such as 0.5ms, 20us or 2s: " + value);
      }
      int exponent = switch (matcher.group(2)) {
        case "s" -> 9;
        case "ms" -> 6;
        case "us" -> 3;
        default -> 0;
      };
      BigDecimal nanos = new BigDecimal(matcher.group(1)).scaleByPowerOfTen(exponent);
      return Duration.ofSeconds(
          nanos.scaleByPowerOfTen(-9).longValue(),
          nanos.remainder(BigDecimal.TEN.pow(9)).longValue());
    }
  }

  private static final class VersionConverter implements ITypeConverter<Tls.Version> {
    static String name(Tls.Version version) {
      return version.protocol.substring("TLSv".length());
    }

    @Override
    public Tls.Version convert(String value) {
      for (Tls.Version version : Tls.Version.values()) {
        if (name(version).equals(value)) {
          return version;
        }
      }
      throw new TypeConversionException("must be 1.2 or 1.3: " + value);
    }
  }

  private static final class KeyConverter implements ITypeConverter<Tls.Key> {
    static String name(Tls.Key key) {
      return key.name().toLowerCase(Locale.ROOT).replace("_", "");
    }

    @Override
    public Tls.Key convert(String value) {
      for (Tls.Key key : Tls.Key.values()) {
        if (name(key).equals(value)) {
          return key;
        }
      }
      throw new TypeConversionException("must be rsa2048, rsa3072 or p256: " + value);
    }
  }
}

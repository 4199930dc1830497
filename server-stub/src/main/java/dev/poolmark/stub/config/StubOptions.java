package dev.poolmark.stub.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The table of the stub's command-line options: formats a {@link StubConfig} and parses it. Thread-safe. */
public final class StubOptions {

  /**
   * One option.
   *
   * @param text the option's value in a config; empty if the config has none
   * @param set a copy of the config with this value
   */
  private record StubOption(
      String name,
      String label,
      String description,
      Function<StubConfig, String> text,
      BiFunction<StubConfig, String, StubConfig> set) {}

  /** In the order in which they are applied: a value comes after those that it is checked against. */
  private static final List<StubOption> OPTIONS = List.of(
      link(
          "--rtt",
          "TIME",
          "Round trip of the emulated network, such as 5ms. Without any network option"
              + " clients connect directly.",
          l -> OptionText.time(l.roundTrip()),
          (l, text) -> l.withRoundTrip(OptionText.time(text))),
      link(
          "--jitter",
          "TIME",
          "Lengthens or shortens a round trip by up to this; at most --rtt.",
          l -> OptionText.time(l.jitter()),
          (l, text) -> l.withJitter(OptionText.time(text))),
      link(
          "--bandwidth",
          "RATE",
          "Bandwidth in each direction, shared by all connections, such as 100Mbit.",
          l -> l.bitsPerSecond() == 0 ? "" : l.bitsPerSecond() + "bit",
          (l, text) -> l.withBitsPerSecond(OptionText.bitsPerSecond(text))),
      link(
          "--slow-start",
          "on|off",
          "Whether senders start with a window of 10 segments.",
          l -> OptionText.onOff(l.slowStart()),
          (l, text) -> l.withSlowStart(OptionText.onOff(text))),
      link(
          "--nat-timeout",
          "TIME",
          "Lose all bytes of a connection that has idled for longer.",
          l -> l.natTimeout().map(OptionText::time).orElse(""),
          (l, text) -> l.withNatTimeout(OptionText.time(text))),
      service(
          "--service-time",
          "TIME",
          "Time from a request's last byte to the start of its response:"
              + " TIME, lognormal:MEDIAN:SIGMA or bimodal:FAST:SLOW:SHARE, such as"
              + " bimodal:5ms:80ms:0.1.",
          s -> OptionText.serviceTime(s.time()),
          (s, text) -> s.withTime(OptionText.serviceTime(text))),
      service(
          "--max-concurrent",
          "N",
          "Requests worked on at once; the others queue. 0: no limit.",
          s -> String.valueOf(s.maxConcurrent()),
          (s, text) -> s.withMaxConcurrent(OptionText.integer(text))),
      service(
          "--max-queued",
          "N",
          "Requests that may queue; the others get a 503. 0: no limit.",
          s -> String.valueOf(s.maxQueued()),
          (s, text) -> s.withMaxQueued(OptionText.integer(text))),
      new StubOption(
          "--body-bytes",
          "N",
          "Length of a response body.",
          config -> String.valueOf(config.bodyBytes()),
          (config, text) -> config.withBodyBytes(OptionText.integer(text))),
      tls(
          "--tls",
          "VERSION",
          "Version of TLS: 1.2 or 1.3.",
          t -> t.version().label(),
          (t, text) -> new TlsSettings(
              OptionText.oneOf(TlsVersion.values(), TlsVersion::label, text),
              t.key(),
              t.resumption())),
      tls(
          "--key",
          "KIND",
          "Key of the certificate: rsa2048, rsa3072 or p256.",
          t -> t.key().label(),
          (t, text) -> new TlsSettings(
              t.version(),
              OptionText.oneOf(KeyType.values(), KeyType::label, text),
              t.resumption())),
      tls(
          "--resumption",
          "on|off",
          "Whether clients may resume TLS sessions.",
          t -> OptionText.onOff(t.resumption()),
          (t, text) -> new TlsSettings(t.version(), t.key(), OptionText.onOff(text))),
      new StubOption(
          "--protocol",
          "NAME",
          "http/1.1, or h2 to offer both.",
          config -> config.protocol().label(),
          (config, text) -> config.withProtocol(
              OptionText.oneOf(HttpProtocol.values(), HttpProtocol::label, text))),
      keepAlive(
          "--idle-timeout",
          "TIME",
          "Close a connection that has idled for this long.",
          k -> OptionText.time(k.idleTimeout()),
          (k, text) -> k.withIdleTimeout(OptionText.time(text))),
      keepAlive(
          "--requests-per-connection",
          "N",
          "Requests that a connection may carry. 0: no limit.",
          k -> String.valueOf(k.maxRequests()),
          (k, text) -> k.withMaxRequests(OptionText.integer(text))),
      keepAlive(
          "--ending",
          "HOW",
          "How the server closes a connection: announced, fin or rst.",
          k -> k.ending().label(),
          (k, text) -> k.withEnding(
              OptionText.oneOf(KeepAlive.Ending.values(), KeepAlive.Ending::label, text))),
      keepAlive(
          "--advertise",
          "TIME",
          "Timeout to promise in a Keep-Alive header; need not be true.",
          k -> k.advertised().map(OptionText::time).orElse(""),
          (k, text) -> k.withAdvertised(OptionText.time(text))),
      new StubOption(
          "--fault",
          "KIND:WHEN",
          "Inject a fault: with a probability (reset:0.01) or once, on the n-th (503:@3). May be"
              + " repeated. On requests: 503, reset, truncate, stall, drop. On connections:"
              + " handshake-stall, refuse, blackhole.",
          config -> config.faults().stream().map(Fault::toString).collect(Collectors.joining(",")),
          (config, text) -> config.withFaults(
              Arrays.stream(text.split(",", -1)).map(Fault::of).toList())),
      new StubOption(
          "--seed",
          "N",
          "Seed of all that is random.",
          config -> String.valueOf(config.seed()),
          (config, text) -> config.withSeed(OptionText.wholeNumber(text))));

  private StubOptions() {}

  private static StubOption link(
      String name,
      String label,
      String description,
      Function<Link, String> text,
      BiFunction<Link, String, Link> set) {
    return new StubOption(
        name,
        label,
        description,
        config -> config.link().map(text).orElse(""),
        (config, value) ->
            config.withLink(set.apply(config.link().orElse(new Link(Duration.ZERO)), value)));
  }

  private static StubOption service(
      String name,
      String label,
      String description,
      Function<SimulatedService, String> text,
      BiFunction<SimulatedService, String, SimulatedService> set) {
    return new StubOption(
        name,
        label,
        description,
        config -> text.apply(config.service()),
        (config, value) -> config.withService(set.apply(config.service(), value)));
  }

  private static StubOption tls(
      String name,
      String label,
      String description,
      Function<TlsSettings, String> text,
      BiFunction<TlsSettings, String, TlsSettings> set) {
    return new StubOption(
        name,
        label,
        description,
        config -> text.apply(config.tls()),
        (config, value) -> config.withTls(set.apply(config.tls(), value)));
  }

  private static StubOption keepAlive(
      String name,
      String label,
      String description,
      Function<KeepAlive, String> text,
      BiFunction<KeepAlive, String, KeepAlive> set) {
    return new StubOption(
        name,
        label,
        description,
        config -> text.apply(config.keepAlive()),
        (config, value) -> config.withKeepAlive(set.apply(config.keepAlive(), value)));
  }

  /** Adds the options to a command. */
  public static void addTo(CommandSpec spec) {
    for (StubOption option : OPTIONS) {
      String usual = option.text.apply(StubConfig.defaults());
      String description = option.description + (usual.isEmpty() ? "" : " Default: " + usual + ".");
      OptionSpec.Builder builder = OptionSpec.builder(option.name)
          .paramLabel(option.label)
          .description(description.replace("%", "%%"));
      spec.addOption(
          option.name.equals("--fault")
              ? builder.type(String[].class).splitRegex(",").build()
              : builder.type(String.class).build());
    }
  }

  /**
   * The config that parsed options describe.
   *
   * @throws ParameterException that names the option, the rule and the value
   */
  public static StubConfig config(ParseResult parsed) {
    StubConfig config = StubConfig.defaults();
    for (StubOption option : OPTIONS) {
      if (parsed.hasMatchedOption(option.name)) {
        String text = String.join(",", parsed.matchedOption(option.name).stringValues());
        try {
          config = option.set.apply(config, text);
        } catch (IllegalArgumentException e) {
          throw new ParameterException(
              parsed.commandSpec().commandLine(), option.name + ": " + e.getMessage(), e);
        }
      }
    }
    return config;
  }

  /**
   * Parses options.
   *
   * @throws ParameterException that names the option, the rule and the value
   */
  public static StubConfig parse(List<String> arguments) {
    CommandSpec spec = CommandSpec.create();
    addTo(spec);
    return config(new CommandLine(spec).parseArgs(arguments.toArray(String[]::new)));
  }

  /** The options that {@link #parse} turns into this config. */
  public static List<String> format(StubConfig config) {
    return OPTIONS.stream()
        .filter(option -> !option.text.apply(config).isEmpty())
        .map(option -> option.name + "=" + option.text.apply(config))
        .toList();
  }
}

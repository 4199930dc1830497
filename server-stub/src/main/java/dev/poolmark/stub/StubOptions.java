package dev.poolmark.stub;

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

/** A {@link StubConfig} as command-line options, and back: one table. */
final class StubOptions {

  /**
   * One option.
   *
   * @param text what it is in a config; empty if it is not there
   * @param set the config with this option's value
   */
  private record Setting(
      String name,
      String label,
      String description,
      Function<StubConfig, String> text,
      BiFunction<StubConfig, String, StubConfig> set) {}

  /** In the order in which they are applied, so that what a value is checked against comes before it. */
  private static final List<Setting> SETTINGS = List.of(
      link(
          "--rtt",
          "TIME",
          "Round trip of the emulated network, such as 5ms. Without any option"
              + " of the network there is none.",
          l -> Texts.time(l.roundTrip()),
          (l, text) -> l.withRoundTrip(Texts.time(text))),
      link(
          "--jitter",
          "TIME",
          "A round trip is longer or shorter by up to this, at most --rtt.",
          l -> Texts.time(l.jitter()),
          (l, text) -> l.withJitter(Texts.time(text))),
      link(
          "--bandwidth",
          "RATE",
          "In each direction, over all connections, such as 100Mbit.",
          l -> l.bitsPerSecond() == 0 ? "" : l.bitsPerSecond() + "bit",
          (l, text) -> l.withBitsPerSecond(Texts.bitsPerSecond(text))),
      link(
          "--slow-start",
          "on|off",
          "Start with a window of 10 segments.",
          l -> Texts.onOff(l.slowStart()),
          (l, text) -> l.withSlowStart(Texts.onOff(text))),
      link(
          "--nat-timeout",
          "TIME",
          "Forget a connection that is idle for longer: bytes vanish.",
          l -> l.natTimeout().map(Texts::time).orElse(""),
          (l, text) -> l.withNatTimeout(Texts.time(text))),
      service(
          "--service-time",
          "TIME",
          "From a request's last byte to the start of its response:"
              + " TIME, lognormal:MEDIAN:SIGMA or bimodal:FAST:SLOW:SHARE, such as"
              + " bimodal:5ms:80ms:0.1.",
          s -> Texts.serviceTime(s.time()),
          (s, text) -> s.withTime(Texts.serviceTime(text))),
      service(
          "--max-concurrent",
          "N",
          "Requests worked on at once, the others queue; 0: any.",
          s -> String.valueOf(s.maxConcurrent()),
          (s, text) -> s.withMaxConcurrent(Texts.integer(text))),
      service(
          "--max-queued",
          "N",
          "Requests that may queue, the others get a 503; 0: any.",
          s -> String.valueOf(s.maxQueued()),
          (s, text) -> s.withMaxQueued(Texts.integer(text))),
      new Setting(
          "--body-bytes",
          "N",
          "Length of a response's body.",
          config -> String.valueOf(config.bodyBytes()),
          (config, text) -> config.withBodyBytes(Texts.integer(text))),
      tls(
          "--tls",
          "VERSION",
          "1.2 or 1.3.",
          t -> t.version().text,
          (t, text) -> new Tls(
              Texts.oneOf(Tls.Version.values(), v -> v.text, text), t.key(), t.resumption())),
      tls(
          "--key",
          "KIND",
          "Key of the certificate: rsa2048, rsa3072 or p256.",
          t -> t.key().text,
          (t, text) -> new Tls(
              t.version(), Texts.oneOf(Tls.Key.values(), v -> v.text, text), t.resumption())),
      tls(
          "--resumption",
          "on|off",
          "Whether a TLS session may be resumed.",
          t -> Texts.onOff(t.resumption()),
          (t, text) -> new Tls(t.version(), t.key(), Texts.onOff(text))),
      new Setting(
          "--protocol",
          "NAME",
          "http1, or http2 for both.",
          config -> config.protocol().text,
          (config, text) ->
              config.withProtocol(Texts.oneOf(StubConfig.Protocol.values(), v -> v.text, text))),
      keepAlive(
          "--idle-timeout",
          "TIME",
          "Close a connection that is idle for that long.",
          k -> Texts.time(k.idleTimeout()),
          (k, text) -> k.withIdleTimeout(Texts.time(text))),
      keepAlive(
          "--requests-per-connection",
          "N",
          "Requests that a connection may carry; 0: any.",
          k -> String.valueOf(k.maxRequests()),
          (k, text) -> k.withMaxRequests(Texts.integer(text))),
      keepAlive(
          "--ending",
          "HOW",
          "How a connection ends: announced, fin or rst; the latter two without a word.",
          k -> k.ending().text,
          (k, text) -> k.withEnding(Texts.oneOf(KeepAlive.Ending.values(), v -> v.text, text))),
      keepAlive(
          "--advertise",
          "TIME",
          "Promise this in a Keep-Alive header, true or not.",
          k -> k.advertised().map(Texts::time).orElse(""),
          (k, text) -> k.withAdvertised(Texts.time(text))),
      new Setting(
          "--fault",
          "KIND:WHEN",
          "What goes wrong, and when: with a probability"
              + " (reset:0.01) or on the n-th (503:@3). May be repeated. On requests: 503, reset,"
              + " truncate, stall, drop. On connections: handshake-stall, refuse, blackhole.",
          config -> config.faults().stream().map(Fault::toString).collect(Collectors.joining(",")),
          (config, text) -> config.withFaults(
              Arrays.stream(text.split(",", -1)).map(Fault::of).toList())),
      new Setting(
          "--seed",
          "N",
          "Of everything that is drawn.",
          config -> String.valueOf(config.seed()),
          (config, text) -> config.withSeed(Texts.wholeNumber(text))));

  private StubOptions() {}

  private static Setting link(
      String name,
      String label,
      String description,
      Function<Link, String> text,
      BiFunction<Link, String, Link> set) {
    return new Setting(
        name,
        label,
        description,
        config -> config.link().map(text).orElse(""),
        (config, value) ->
            config.withLink(set.apply(config.link().orElse(new Link(Duration.ZERO)), value)));
  }

  private static Setting service(
      String name,
      String label,
      String description,
      Function<Service, String> text,
      BiFunction<Service, String, Service> set) {
    return new Setting(
        name,
        label,
        description,
        config -> text.apply(config.service()),
        (config, value) -> config.withService(set.apply(config.service(), value)));
  }

  private static Setting tls(
      String name,
      String label,
      String description,
      Function<Tls, String> text,
      BiFunction<Tls, String, Tls> set) {
    return new Setting(
        name,
        label,
        description,
        config -> text.apply(config.tls()),
        (config, value) -> config.withTls(set.apply(config.tls(), value)));
  }

  private static Setting keepAlive(
      String name,
      String label,
      String description,
      Function<KeepAlive, String> text,
      BiFunction<KeepAlive, String, KeepAlive> set) {
    return new Setting(
        name,
        label,
        description,
        config -> text.apply(config.keepAlive()),
        (config, value) -> config.withKeepAlive(set.apply(config.keepAlive(), value)));
  }

  /** Adds the options to a command. */
  static void addTo(CommandSpec spec) {
    for (Setting setting : SETTINGS) {
      String usual = setting.text.apply(StubConfig.defaults());
      String description =
          setting.description + (usual.isEmpty() ? "" : " Default: " + usual + ".");
      OptionSpec.Builder option = OptionSpec.builder(setting.name)
          .paramLabel(setting.label)
          .description(description.replace("%", "%%"));
      spec.addOption(
          setting.name.equals("--fault")
              ? option.type(String[].class).splitRegex(",").build()
              : option.type(String.class).build());
    }
  }

  /**
   * What the options say.
   *
   * @throws ParameterException that names the option, the rule and the value
   */
  static StubConfig config(ParseResult parsed) {
    StubConfig config = StubConfig.defaults();
    for (Setting setting : SETTINGS) {
      if (parsed.hasMatchedOption(setting.name)) {
        String text = String.join(",", parsed.matchedOption(setting.name).stringValues());
        try {
          config = setting.set.apply(config, text);
        } catch (IllegalArgumentException e) {
          throw new ParameterException(
              parsed.commandSpec().commandLine(), setting.name + ": " + e.getMessage(), e);
        }
      }
    }
    return config;
  }

  /**
   * Reads options.
   *
   * @throws ParameterException that names the option, the rule and the value
   */
  static StubConfig parse(List<String> arguments) {
    CommandSpec spec = CommandSpec.create();
    addTo(spec);
    return config(new CommandLine(spec).parseArgs(arguments.toArray(String[]::new)));
  }

  /** The options that {@link #parse} reads as this config. */
  static List<String> format(StubConfig config) {
    return SETTINGS.stream()
        .filter(setting -> !setting.text.apply(config).isEmpty())
        .map(setting -> setting.name + "=" + setting.text.apply(config))
        .toList();
  }
}

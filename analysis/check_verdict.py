#!/usr/bin/env python3
"""Computes a verdict again from the raw rounds of a run, without Poolmark, and compares it with verdict.json.

Usage: python3 analysis/check_verdict.py RUN_DIR

Needs Python 3.8 or later and nothing else. It shares no code with the analysis: the cells come from study.yaml, the
times from rounds/, and the t distribution is integrated numerically here. Prints a line for each cell; exit status 0
if all agree, 1 if one does not, 2 for wrong usage or unreadable input.
"""

import gzip
import itertools
import json
import math
import re
import sys
from pathlib import Path

# Published figures have eight significant digits.
TOLERANCE = 2e-7
MILLIS = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1e3, "Nanos": 1e-6, "Micros": 1e-3, "Millis": 1.0}


def yaml(text):
    """The part of YAML in which Poolmark writes study.yaml: blocks of mappings, sequences and scalars."""
    lines = [(len(line) - len(line.lstrip()), line.strip()) for line in text.splitlines() if line.strip()]
    value, rest = yaml_block(lines, 0)
    if rest:
        raise ValueError(f"unexpected line: {rest[0][1]}")
    return value


def yaml_block(lines, indent):
    if lines and lines[0][1].startswith("- "):
        items = []
        while lines and lines[0][0] == indent and lines[0][1].startswith("- "):
            text = lines[0][1][2:]
            if re.match(r'[\w.-]+: |[\w.-]+:$', text):
                value, lines = yaml_block([(indent + 2, text)] + lines[1:], indent + 2)
            else:
                value, lines = yaml_scalar(text), lines[1:]
            items.append(value)
        return items, lines
    mapping = {}
    while lines and lines[0][0] == indent and not lines[0][1].startswith("- "):
        match = re.match(r'("(?:[^"\\]|\\.)*"|[^:]+(?::[^ ]+)*?):(?: (.*))?$', lines[0][1])
        if not match:
            raise ValueError(f"not a mapping: {lines[0][1]}")
        key, text = yaml_scalar(match.group(1)), match.group(2)
        lines = lines[1:]
        if text is not None:
            mapping[key] = yaml_scalar(text)
        else:
            mapping[key], lines = yaml_block(lines, lines[0][0] if lines else indent)
    return mapping, lines


def yaml_scalar(text):
    if text in ("{}", "[]"):
        return json.loads(text)
    if text.startswith('"'):
        return json.loads(text)
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    return text


def t_cumulative(t, df):
    """P(T <= t) for t >= 0: Simpson's rule over the density after x = sqrt(df) tan(a), which bounds the range."""
    upper = math.atan(t / math.sqrt(df))
    steps = 2000
    width = upper / steps
    total = 0.0
    for i in range(steps + 1):
        weight = 1 if i in (0, steps) else 4 if i % 2 else 2
        total += weight * math.cos(i * width) ** (df - 1)
    log_constant = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - 0.5 * math.log(math.pi)
    return 0.5 + math.exp(log_constant) * total * width / 3


def t_quantile(p, df):
    low, high = 0.0, 1e4
    for _ in range(200):
        middle = (low + high) / 2
        if t_cumulative(middle, df) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def mean(values):
    return sum(values) / len(values)


def variance(values):
    m = mean(values)
    return sum((v - m) ** 2 for v in values) / (len(values) - 1)


def cells_of(study):
    """Scenario and values of every axis, in the study's order."""
    axes = dict(study.get("parameters", {}))
    if study.get("jvms"):
        axes["jvm"] = list(study["jvms"])
    for scenario in study["benchmarks"]:
        for values in itertools.product(*axes.values()):
            yield scenario, dict(zip(axes, values))


def fork_of(run, study, scenario, values, arm, round_number):
    """What the fork measured, in ms, its server's connections for each request, its mode, its server's load,
    and whether the server saw nine in ten of the requests at once that were asked."""
    name = f"{round_number:02d}-" + " ".join([scenario, *values.values()]).replace(" ", "-") + f"-{arm}"
    path = run / "rounds" / (re.sub(r"[^A-Za-z0-9._-]", "_", name) + ".json")
    packed = path.with_name(path.name + ".gz")
    if packed.is_file():
        text = gzip.decompress(packed.read_bytes()).decode()
    elif path.is_file():
        text = path.read_text()
    else:
        return None
    result = json.loads(text)[0]
    secondary = result["secondaryMetrics"]
    metric = study["benchmarks"][scenario].get("metric")
    if metric:
        unit = next(unit for unit in MILLIS if metric.endswith(unit))
        millis = mean(secondary[metric]["rawData"][0]) * MILLIS[unit]
    else:
        primary = result["primaryMetric"]
        raw = primary.get("rawData", [[]])[0]
        score = mean(raw) if raw else primary["score"]
        before, after = primary["scoreUnit"].split("/")
        millis = MILLIS[after] / score if before == "ops" else score * MILLIS[before]
    counted = [secondary.get(name, {}).get("rawData", [[]])[0] for name in ("connections", "requests")]
    reused = sum(counted[0]) / sum(counted[1]) if all(counted) and sum(counted[1]) else None
    busy = secondary.get("serverBusyPercent", {}).get("rawData", [[]])[0]
    peak = secondary.get("peakRequestsInFlight", {}).get("rawData", [[]])[0]
    asked = study["benchmarks"][scenario].get("inFlight")
    asked = asked and float(values.get(asked) or study["benchmarks"][scenario]["parameters"][asked])
    crowded = not asked or bool(peak and mean(peak) >= 0.9 * asked)
    return millis, reused, result["mode"], mean(busy) if busy else None, crowded


def compare(baseline, candidate, confidence):
    """Saving in percent, with the interval: Welch's t on the logarithms of the fork means."""
    b = [math.log(fork[0]) for fork in baseline]
    c = [math.log(fork[0]) for fork in candidate]
    log_ratio = mean(c) - mean(b)
    if min(len(b), len(c)) < 2:
        return 100 * (1 - math.exp(log_ratio)), None, None
    vb, vc = variance(b) / len(b), variance(c) / len(c)
    error = math.sqrt(vb + vc)
    half = 0
    if error:
        df = (vb + vc) ** 2 / (vb**2 / (len(b) - 1) + vc**2 / (len(c) - 1))
        half = t_quantile(1 - (1 - confidence) / 2, df) * error
    return tuple(100 * (1 - math.exp(log_ratio + d)) for d in (0, half, -half))


def bounds_of(study, arm, values):
    bounds = arm.get("connectionsPerRequest")
    by_value = arm.get("connectionsPerRequestOf", {})
    value = values.get(study["arms"].get("parameter"))
    bounds = bounds or by_value.get(value)
    return bounds and (float(bounds["min"]), float(bounds["max"]))


def proven(forks, bounds):
    reused = not bounds or all(f[1] is not None and bounds[0] <= f[1] <= bounds[1] for f in forks)
    return reused and all(f[4] for f in forks)


def servers_own(forks):
    """Operations per second that are the server's: it had less than 1.5 times the headroom."""
    busy = [fork[3] for fork in forks]
    return any(fork[2] == "thrpt" for fork in forks) and None not in busy and mean(busy) > 100 / 1.5


def judged(low, high, target):
    if low is None:
        return "inconclusive"
    if target is None:
        return "measured"
    if high < target[0]:
        return "below"
    if low > target[1]:
        return "above"
    return "within" if low >= target[0] and high <= target[1] else "inconclusive"


def wanted_forks(cells, alpha):
    forks = 3
    while cells * 2 ** (1 - 2 * forks) > alpha:
        forks += 1
    return forks


def same_figure(computed, published):
    if computed is None or published is None:
        return computed is published
    return abs(computed - published) <= TOLERANCE * max(1.0, abs(published))


def check(run):
    study = yaml((run / "study.yaml").read_text())
    verdict = json.loads((run / "verdict.json").read_text())
    target = study.get("target") and (float(study["target"]["minPercent"]), float(study["target"]["maxPercent"]))
    rounds, confidence = int(study["rounds"]), float(study["confidence"])
    cells = list(cells_of(study))
    published = {json.dumps([c["scenario"], {k: c.get(k) for k in cells[0][1]}]): c for c in verdict["cells"]}
    wrong, missing, too_few, verdicts = 0, 0, False, set()
    for scenario, values in cells:
        arms = []
        for side in ("baseline", "candidate"):
            arm = study["arms"][side]
            forks = [fork_of(run, study, scenario, values, arm["value"], n) for n in range(1, rounds + 1)]
            missing += forks.count(None)
            forks = [fork for fork in forks if fork]
            arms.append((forks, proven(forks, bounds_of(study, arm, values))))
        (baseline, base_proven), (candidate, candidate_proven) = arms
        fewest = min(len(baseline), len(candidate))
        too_few |= fewest < wanted_forks(len(cells), 1 - confidence)
        own = servers_own(baseline) or servers_own(candidate)
        figures = compare(baseline, candidate, confidence) if fewest and not own else (None, None, None)
        computed = "void" if own or not (base_proven and candidate_proven) else judged(*figures[1:], target)
        verdicts.add(computed)
        cell = published.pop(json.dumps([scenario, values]), None)
        names = ("reductionPercent", "lowPercent", "highPercent")
        same = (
            cell is not None
            and computed == cell["verdict"]
            and fewest == cell["forks"]
            and all(same_figure(figure, cell[name]) for figure, name in zip(figures, names))
        )
        wrong += not same
        words = " ".join([scenario, *values.values()])
        shown = "not compared" if figures[1] is None else "{:.3f} % [{:.3f}, {:.3f}]".format(*figures)
        print(f"{words}: {shown} {computed}: " + ("agrees" if same else f"DIFFERS: {cell}"))
    for cell in published.values():
        wrong += 1
        print(f"NOT IN THE STUDY: {cell}")
    if study.get("finding") == "true":
        whole = "finding"
    elif "below" in verdicts:
        whole = "provisional" if too_few else "refuted"
    elif verdicts <= {"within", "above"} and not missing:
        whole = "provisional" if too_few else "validated"
    else:
        whole = "inconclusive"
    wrong += whole != verdict["verdict"]
    print(f"{verdict['study']}: {whole}, verdict.json says {verdict['verdict']}; {len(cells)} cells, {wrong} differ")
    return 1 if wrong else 0


def main(arguments):
    if len(arguments) != 1:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    try:
        return check(Path(arguments[0]))
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError) as e:
        print(f"check_verdict: {arguments[0]} must be the folder of a run with its verdict: {e!r}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

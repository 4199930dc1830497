#!/usr/bin/env python3
"""Computes a verdict again from the raw rounds of a run, without Poolmark, and compares it with verdict.json.

Usage: python3 analysis/check_verdict.py RUN_DIR

Needs Python 3.8 or later and nothing else. It shares no code with the analysis: the t distribution is integrated
numerically here. Prints a line for each cell; exit status 0 if all agree, 1 if one does not, 2 for wrong usage.
"""

import gzip
import json
import math
import sys
from collections import defaultdict
from pathlib import Path

# A published verdict has six decimals, of milliseconds or of percent.
TOLERANCE = 2e-6


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


def forks_of(run, study):
    """(benchmark, client, profile, arm) -> a list of (mean time, connections for each request), one for each fork."""
    forks = defaultdict(list)
    for path in sorted((run / "rounds").glob("*.json*")):
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt") as text:
            results = json.load(text)
        for result in results:
            params = result["params"]
            scores = [s for fork in result["primaryMetric"]["rawData"] for s in fork]
            counts = result["secondaryMetrics"]
            reused = counts["connections"]["score"] / counts["requests"]["score"]
            scenario = path.name.split("-")[1]
            key = (scenario, params["client"], params["profile"], params["reuse"])
            forks[key].append((mean(scores), reused))
    return forks


def compare(baseline, candidate, confidence):
    """Saving in percent, with the interval: Welch's t on the logarithms of the fork means."""
    b = [math.log(time) for time, _ in baseline]
    c = [math.log(time) for time, _ in candidate]
    vb, vc = variance(b) / len(b), variance(c) / len(c)
    error = math.sqrt(vb + vc)
    df = (vb + vc) ** 2 / (vb**2 / (len(b) - 1) + vc**2 / (len(c) - 1))
    half = t_quantile(1 - (1 - confidence) / 2, df) * error
    log_ratio = mean(c) - mean(b)
    return [100 * (1 - math.exp(log_ratio + d)) for d in (0, half, -half)]


def judged(low, high, baseline, candidate, target):
    if any(r != 1 for _, r in baseline) or any(r > 0.02 for _, r in candidate):
        return "void"
    if high < target["minPercent"]:
        return "below"
    if low > target["maxPercent"]:
        return "above"
    inside = low >= target["minPercent"] and high <= target["maxPercent"]
    return "within" if inside else "inconclusive"


def main(arguments):
    if len(arguments) != 1 or not Path(arguments[0], "verdict.json").is_file():
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    run = Path(arguments[0])
    verdict = json.loads((run / "verdict.json").read_text())
    forks = forks_of(run, verdict)
    wrong = 0
    verdicts = set()
    for cell in verdict["cells"]:
        key = (cell["scenario"], cell["client"], cell["profile"])
        baseline = forks[key + (cell["baseline"],)]
        candidate = forks[key + (cell["candidate"],)]
        saving, low, high = compare(baseline, candidate, verdict["confidence"])
        computed = judged(low, high, baseline, candidate, verdict["target"])
        verdicts.add(computed)
        same = (
            computed == cell["verdict"]
            and len(baseline) == len(candidate) == cell["forks"]
            and abs(saving - cell["reductionPercent"]) < TOLERANCE
            and abs(low - cell["lowPercent"]) < TOLERANCE
            and abs(high - cell["highPercent"]) < TOLERANCE
        )
        wrong += not same
        print(
            f"{cell['scenario']:11} {cell['client']:18} {saving:8.3f} % [{low:8.3f}, {high:8.3f}] "
            f"{computed:13}" + ("agrees" if same else f"DIFFERS: {cell}")
        )
    whole = (
        "refuted"
        if "below" in verdicts
        else "validated"
        if verdicts <= {"within", "above"} and not verdict["missing"]
        else "inconclusive"
    )
    wrong += whole != verdict["verdict"]
    print(f"{verdict['study']}: {whole}, verdict.json says {verdict['verdict']}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

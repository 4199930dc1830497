#!/usr/bin/env python3
"""Bytes that each client allocates for a call, from the rounds of the tax study (JMH's gc.alloc.rate.norm).

Usage: python3 analysis/bytes_per_call.py RUN_DIR

Needs Python 3.8 or later and nothing else. Prints, for each number of threads and each client, the mean over the forks
of both arms and what the adapter adds.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path


def main(arguments):
    if len(arguments) != 1 or not Path(arguments[0], "rounds").is_dir():
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    values = defaultdict(list)
    for path in sorted(Path(arguments[0], "rounds").glob("*.json")):
        for result in json.loads(path.read_text()):
            score = next(
                metric["score"]
                for name, metric in result["secondaryMetrics"].items()
                if name.endswith("gc.alloc.rate.norm")
            )
            params = result["params"]
            values[result["threads"], params["client"], params["via"]].append(score)
    print("| threads | client | library, B | adapter, B | more, B |")
    print("|---|---|---|---|---|")
    for threads, client in sorted({(t, c) for t, c, _ in values}):
        library, adapter = (
            sum(values[threads, client, via]) / len(values[threads, client, via])
            for via in ("library", "adapter")
        )
        print(f"| {threads} | {client} | {library:.0f} | {adapter:.0f} | {adapter - library:+.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

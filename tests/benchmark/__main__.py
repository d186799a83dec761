# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long it takes to bring N backlogs in order: this collection and other ways of doing it, side by side.

The portal drains two requests a second from a bucket of fifty; a request takes 30 ms, and each command of a batch 5 ms more.
The exit code is 1 when a run of the collection did not do its job, or sent another number of requests than the theory says.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from goals import goals
from measuring import row
from ways import BULK, LOOP, MOST, START, WAYS

SIZES = (1, 50, 200, 1000, 10000)
PACKAGES = ("ansible-core", "requests", "b24pysdk", "fast_bitrix24")
HEAD = "way                     backlogs state      seconds   CPU s requests theory refused wrong peak MB engine MB"


def main():
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(prog="benchmark", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of backlogs")
    parser.add_argument("--ways", nargs="+", default=WAYS, choices=WAYS, metavar="WAY", help=", ".join(WAYS))
    parser.add_argument("--repeat", type=int, default=3, help="runs of a quick row; the fastest counts")
    parser.add_argument("--json", type=Path, default=Path("build/benchmark.json"), metavar="FILE", help="where the numbers go")
    parser.add_argument("--join", type=Path, nargs="+", metavar="FILE", help="measure nothing: put the rows of earlier runs into one table")
    options = parser.parse_args()
    about, measured = _joined(options.join) if options.join else (_about(), _measured(options))
    print(about["machine"] + "\n\n" + HEAD, flush=True)
    rows = []
    for found in measured:
        rows.append(found)
        print(_line(found), flush=True)
        _write(options.json, {**about, "rows": rows})
    print(f"\n{_portal(rows)}\n")
    judged = list(goals(rows))
    for goal, found, met in judged:
        print(f"{'met   ' if met else 'MISSED'} {goal}: {found}")
    _write(options.json, {**about, "rows": rows, "goals": [dict(zip(("goal", "found", "met"), line)) for line in judged]})
    ours = [line for line in rows if line["way"] in (START, BULK, LOOP)]
    exact = all(line["requests"] - line["refused"] == line["theory"] for line in ours if line["way"] == BULK)
    return 0 if exact and not any(line["failed"] for line in ours) else 1


def _measured(options):
    row(START, 0, False, 1)  # not counted: the first run of an interpreter compiles
    yield row(START, 0, False, options.repeat)
    for count in options.sizes:
        for drifted in (False, True):
            for way in options.ways:
                if count <= MOST.get(way, count):
                    yield row(way, count, drifted, options.repeat)


def _joined(paths):
    """What several runs found, in the order of one run; where two have the same row, that of the later file counts."""
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    rows = {(found["way"], found["backlogs"], found["drifted"]): found for run in runs for found in run["rows"]}
    order = (START, *WAYS)
    return runs[-1], sorted(rows.values(), key=lambda found: (found["backlogs"], found["drifted"], order.index(found["way"])))


def _about():
    versions = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in PACKAGES)
    machine = f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}"
    return {"machine": machine, "command": "make bench"}


def _line(found):
    state = "" if found["way"] == START else "drifted" if found["drifted"] else "in order"
    counts = f"{found['requests']:9}{found['theory']:7}{found['refused']:8}{found['wrong']:6}"
    line = f"{found['way']:23}{found['backlogs']:9} {state:9}{found['seconds']:9.2f}{found['cpu_seconds']:8.2f}{counts}"
    line = f"{line}{found['peak_mb']:8}{found['engine_mb'] or '':10}".rstrip()
    return line + (f"\n    FAILED: {found['failed']}" if found["failed"] else "")


def _portal(rows):
    """Whether the portal itself was in the way: what its answers took beside what they were to take, and what it computed."""
    told = sum(found["portal_told_seconds"] for found in rows)
    took = sum(found["portal_took_seconds"] for found in rows)
    busiest = max(found["portal_cpu_seconds"] / found["seconds"] for found in rows)
    return f"The portal was to take {told:.0f} s for its answers and took {took:.0f} s; at most it computed {busiest:.0%} of a row's time."


def _write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

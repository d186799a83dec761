# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the gates of quick, test or check in two lanes, or the gates that are named. The last line counts what passed and failed."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

from gates import GATES, chosen, with_prerequisites
from workspace import CACHE, OLDEST, TARGET, Workspace

#: Seconds after which a gate hangs.
LIMIT = 2700
SHOWN = 20000
SKIPPED = re.compile(r"(?m)^SKIPPED \[\d+\] [^:]+(?::\d+)?: (.+)$")
COUNTS = re.compile(r"\b(\d+) (passed|failed|errors?)\b")


@dataclass
class Outcome:
    """What came of a gate; without tests of its own it counts as one.

    :ivar skipped: what tests that were left out say they would have tested, and why they could not.
    """

    name: str
    good: bool
    seconds: float
    passed: int
    failed: int
    log: str
    skipped: tuple = ()


def run(name, gate, workspace, env):
    """Run a Gate under a name, and let its output be judged; returns its Outcome."""
    started = time.monotonic()
    place = workspace.checkout if gate.checkout else workspace.copy
    log, said, complaints = "", "", []
    for command in gate.commands(workspace):
        status, output = _call(command, place, env)
        log += f"$ {' '.join(command)[:400]}\n{output}"
        said += output
        if status != 0:
            complaints.append(f"{command[0]} ended with {status}")
    if gate.refuse and re.search(gate.refuse, said):
        complaints.append(f"the output holds {gate.refuse!r}")
    if gate.require and not re.search(gate.require, said):
        complaints.append(f"the output does not hold {gate.require!r}: nothing was checked")
    if gate.modules and not workspace.marker(name).exists():
        complaints.append("no module ran on the interpreter of BITRIX24_TEST_PYTHON: it was not tested")
    good = not complaints
    passed, failed = _counts(said, good)
    log += "".join(f"\n!! {text}\n" for text in complaints)
    return Outcome(name, good, time.monotonic() - started, passed, failed, log, tuple(SKIPPED.findall(said)))


def _call(command, place, env):
    try:
        done = subprocess.run(
            command,
            cwd=place,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        return f"no answer within {LIMIT} s", str(error.stdout or "")
    except FileNotFoundError:
        return "command not found", ""
    return done.returncode, done.stdout


def _counts(said, good):
    found = [(int(count), what) for count, what in COUNTS.findall(said)]
    passed = sum(count for count, what in found if what == "passed")
    failed = sum(count for count, what in found if what != "passed")
    return (passed or 1, 0) if good else (passed, failed or 1)


def _lane(names, workspace, outcomes, alone=False):
    for name in names:
        gate = GATES[name]
        env = workspace.environment(name, OLDEST, TARGET) if gate.oldest else workspace.environment(name)
        outcome = run(name, gate, workspace, env)
        outcomes.append(outcome)
        if alone or not outcome.good:
            print(outcome.log[-SHOWN:], flush=True)
        print(f"{'passed' if outcome.good else 'FAILED'}  {name:20} {outcome.seconds:6.1f} s", flush=True)


def summary(outcomes, workspace):
    """Print a line for each Outcome, and the count of all; returns the exit code."""
    print("\nGate                    seconds   passed   failed")
    for outcome in outcomes:
        print(
            f"{outcome.name:22} {outcome.seconds:8.1f} {outcome.passed:8} {outcome.failed:8}   {'' if outcome.good else 'FAILED'}".rstrip()
        )
    skipped = [reason for outcome in outcomes for reason in outcome.skipped]
    for note in dict.fromkeys([*workspace.notes, *skipped]):
        print(f"Not tested: {note}")
    passed, failed = sum(outcome.passed for outcome in outcomes), sum(outcome.failed for outcome in outcomes)
    print(f"\n{passed} passed, {failed} failed", flush=True)
    return 0 if passed and not failed else 1


def main(names):
    """Run the gates of a target (quick, test, check), or the named ones; returns the exit code."""
    lanes = chosen(names[0]) if names in (["quick"], ["test"], ["check"]) else None
    unknown = [name for name in names if name not in GATES and not lanes]
    if unknown or not names:
        sys.exit(f"No such gate: {', '.join(unknown)}. There are {', '.join(GATES)}.")
    needed = [name for lane in lanes for name in lane] if lanes else with_prerequisites(names)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    outcomes = []
    with Workspace(home=CACHE) as workspace:
        workspace.open(oldest=any(GATES[name].oldest for name in needed))
        if lanes:
            threads = [threading.Thread(target=_lane, args=(lane, workspace, outcomes), daemon=True) for lane in lanes]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            missing = set(needed) - {outcome.name for outcome in outcomes}
            outcomes += [Outcome(name, False, 0.0, 0, 1, "") for name in sorted(missing)]
        else:
            _lane(needed, workspace, outcomes, alone=True)
        return summary(outcomes, workspace)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the gates: all of them in two lanes, or the ones that are named. The last line counts what passed and failed."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

from workshop import NEWEST, OLDEST, ROOT, TARGET, Workshop

PYTEST = ["python", "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider"]
ANSIBLE_TEST = "ansible-test"


@dataclass(frozen=True)
class Gate:
    """One check of the project.

    :ivar commands: called with the Workshop; returns the command lines, or a sentence why the gate cannot run on this machine.
    :ivar lane: gates of one lane run one after the other.
    :ivar place: copy or checkout: where the commands run.
    :ivar oldest: with the oldest supported ansible-core in place of the newest.
    :ivar refuse: a pattern that must not occur in the output: tools that report faults and exit with 0.
    :ivar require: a pattern that must occur: tools that exit with 0 without having checked anything.
    """

    commands: object
    lane: int
    place: str = "copy"
    oldest: bool = False
    refuse: str = ""
    require: str = ""


def _oldest(*command):
    def commands(workshop):
        if "3.11" not in workshop.pythons:
            return "Python 3.11 is missing: the oldest ansible-core is not tested"
        return [["sh", str(ROOT / "tools" / "older_venvs.sh"), workshop.pythons["3.11"], workshop.pythons.get("3.9", "")], list(command)]

    return commands


def _importer(workshop):
    config = workshop.folder / "importer.cfg"
    config.write_text("[galaxy-importer]\nrun_ansible_test = False\ncheck_required_tags = True\n")
    return [["env", f"GALAXY_IMPORTER_CONFIG={config}", "python", "-m", "galaxy_importer.main", str(workshop.tarball)]]


def _units_oldest(workshop):
    oldest = min(workshop.pythons, key=lambda version: int(version.split(".")[1]))
    return [[ANSIBLE_TEST, "units", "--venv", "--python", oldest]]


NOT_VACUOUS = "All targets skipped"
PASSED = r"[1-9]\d* passed"

GATES = {
    "sanity": Gate(lambda w: [[ANSIBLE_TEST, "sanity", "--color", "no"]], 1, refuse=NOT_VACUOUS, require="Running sanity test"),
    "sanity-oldest": Gate(
        _oldest(ANSIBLE_TEST, "sanity", "--color", "no"), 1, oldest=True, refuse=NOT_VACUOUS, require="Running sanity test"
    ),
    "units-oldest": Gate(_units_oldest, 1, refuse=NOT_VACUOUS, require=PASSED),
    "importer": Gate(_importer, 1, refuse=r"(?m)^(WARNING|ERROR)", require="Importer processing completed successfully"),
    "molecule": Gate(lambda w: [["molecule", "test", "--all"]], 1, require="verify"),
    "lint": Gate(
        lambda w: [
            ["ansible-lint", "--offline"],
            ["yamllint", "--strict", "."],
            ["ruff", "check", "."],
            ["ruff", "format", "--check", "."],
        ],
        1,
        require="profile",
    ),
    "types": Gate(lambda w: [["mypy"]], 1, require="no issues found in"),
    "docs-lint": Gate(lambda w: [["antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs", "all", "."]], 1),
    "changelog-lint": Gate(lambda w: [["antsibull-changelog", "lint"]], 1),
    "ee": Gate(lambda w: [["ansible-builder", "introspect", str(w.folder / "source")]], 1, require="requests"),
    "units": Gate(
        lambda w: [
            [*PYTEST, "tests/unit", "tests/portal_tests", "tests/docs", "--cov=plugins", "--cov-branch", "--cov-report=term:skip-covered"]
        ],
        2,
        "checkout",
        require=PASSED,
    ),
    "integration": Gate(lambda w: [[*PYTEST, "-n", "2", "tests/integration"]], 2, "checkout", require=PASSED),
    "integration-oldest": Gate(
        _oldest(str(NEWEST / "bin" / "python"), *PYTEST[1:], "-n", "2", "tests/integration"), 2, "checkout", oldest=True, require=PASSED
    ),
}


@dataclass
class Outcome:
    """What came of a gate."""

    name: str
    result: str
    seconds: float
    tests: int
    log: str


def run(name, workshop):
    """Run one gate, and let its output be judged."""
    gate, started = GATES[name], time.monotonic()
    commands = gate.commands(workshop)
    if isinstance(commands, str):
        return Outcome(name, "skipped", 0.0, 0, commands)
    more = {}
    if gate.oldest:
        more["BITRIX24_TEST_PYTHON"] = str(TARGET / "bin" / "python")
    env = workshop.environment(OLDEST if gate.oldest else NEWEST, **more)
    log, good = "", True
    for command in commands:
        place = workshop.copy if gate.place == "copy" else ROOT
        done = subprocess.run(
            command, cwd=place, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        log += f"$ {' '.join(command)}\n{done.stdout}"
        good = good and done.returncode == 0
    if gate.refuse and re.search(gate.refuse, log):
        good, log = False, log + f"\nThe output holds {gate.refuse!r}.\n"
    if gate.require and not re.search(gate.require, log):
        good, log = False, log + f"\nThe output does not hold {gate.require!r}: nothing was checked.\n"
    tests = sum(int(count) for count in re.findall(r"(\d+) passed", log)) or 1
    return Outcome(name, "passed" if good else "FAILED", time.monotonic() - started, tests, log)


def _lane(names, workshop, outcomes):
    for name in names:
        outcome = run(name, workshop)
        outcomes.append(outcome)
        if outcome.result == "FAILED":
            print(outcome.log[-20000:])
        if outcome.result == "skipped":
            print(f"skipped  {name}: {outcome.log}", flush=True)
        else:
            print(f"{outcome.result:8} {name:20} {outcome.seconds:6.1f} s", flush=True)


def main(names):
    """Run the named gates, or all; returns the exit code."""
    workshop, outcomes = Workshop(), []
    try:
        workshop.open()
        if names:
            _lane(names, workshop, outcomes)
            if outcomes[-1].result == "passed":
                print(outcomes[-1].log)
        else:
            lanes = [[name for name, gate in GATES.items() if gate.lane == lane] for lane in (1, 2)]
            threads = [threading.Thread(target=_lane, args=(lane, workshop, outcomes)) for lane in lanes]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        workshop.close()
    failed = [outcome for outcome in outcomes if outcome.result == "FAILED"]
    passed = sum(outcome.tests for outcome in outcomes if outcome.result == "passed")
    print(f"\n{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sanity, units and integration on every supported ansible-core, with modules on every Python: matrix.py [CORE...] [PYTHON...]"""

from __future__ import annotations

import sys

from gates import NOT_VACUOUS, PASSED, PYTEST, SANITY, Gate
from run_gates import run, summary
from workspace import ROOT, SUPPORTED, Workspace, make_venv

#: ansible-core -> the Pythons that it runs on itself, the best first.
CORES = {
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13"),
    "2.21": ("3.13", "3.12"),
    "2.22": ("3.13", "3.12"),
}

#: Not released yet: what fails is told and does not count. One of its sanity tests asks for a package that no index has.
CANDIDATE = "2.22"


def _gates(core, targets):
    sanity = [*SANITY, "--skip-test", "pylint"] if core == CANDIDATE else SANITY
    yield "sanity", None, Gate(lambda w: [sanity], 1, refuse=NOT_VACUOUS, require="Running sanity test")
    for python in targets:
        units = ["ansible-test", "units", "--venv", "--python", python]
        yield f"units {python}", None, Gate(lambda w, units=units: [units], 1, refuse=NOT_VACUOUS, require=PASSED)
    for python in targets:
        tests = [*PYTEST, "-n", "2", "tests/integration"]
        yield f"integration {python}", python, Gate(lambda w, tests=tests: [tests], 1, checkout=True, modules=True, require=PASSED)


def main(chosen):
    """Run what was chosen, or all; returns the exit code."""
    cores = [word for word in chosen if word in CORES] or list(CORES)
    targets = [word for word in chosen if word in SUPPORTED] or list(SUPPORTED)
    unknown = set(chosen) - set(CORES) - set(SUPPORTED)
    if unknown:
        sys.exit(f"Neither an ansible-core ({', '.join(CORES)}) nor a Python ({', '.join(SUPPORTED)}): {', '.join(sorted(unknown))}")
    outcomes = []
    with Workspace() as workspace:
        workspace.open(oldest=False)
        here = [python for python in targets if python in workspace.pythons]
        for python in here:
            make_venv(ROOT / ".venv" / f"target-{python}", "requirements/target.txt", workspace.pythons[python])
        for core in cores:
            outcomes += _one_core(core, here, workspace)
        return summary(outcomes, workspace)


def _one_core(core, targets, workspace):
    controller = next((workspace.pythons[python] for python in CORES[core] if python in workspace.pythons), None)
    if controller is None:
        workspace.notes.append(f"ansible-core {core}: it needs Python {' or '.join(CORES[core])}")
        return
    venv = ROOT / ".venv" / f"core-{core}"
    make_venv(venv, f"requirements/matrix/{core}.txt", controller)
    for name, target, gate in _gates(core, targets):
        title = f"{core} {name}"
        env = workspace.environment(title.replace(" ", "-"), venv, ROOT / ".venv" / f"target-{target}" if target else None)
        outcome = run(title.replace(" ", "-"), gate, workspace, env)
        if not outcome.good:
            print(outcome.log[-8000:])
        print(f"{'passed' if outcome.good else 'FAILED'}  {title:20} {outcome.seconds:6.1f} s", flush=True)
        if core == CANDIDATE and not outcome.good:
            workspace.notes.append(f"{title} failed; this ansible-core is a release candidate, so it does not count")
            continue
        yield outcome


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

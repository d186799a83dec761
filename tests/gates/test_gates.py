# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the output of a gate is judged: tools that report a fault and exit with 0, or that checked nothing, do not pass."""

from __future__ import annotations

import re
import sys

import pytest

from gates import GATES, PYTEST, Gate
from run_gates import run, summary
from seeded_faults import FAULTS
from workspace import ROOT, Workspace


@pytest.fixture
def workspace():
    """A place to run things in."""
    with Workspace() as made:
        made.copy.mkdir(parents=True)
        yield made


def _says(text, status=0):
    return lambda w: [[sys.executable, "-c", f"print({text!r}); raise SystemExit({status})"]]


@pytest.mark.parametrize(
    "gate, good, passed, failed",
    [
        (Gate(_says("fine"), 1), True, 1, 0),
        (Gate(_says("12 passed in 3 s"), 1, require=r"[1-9]\d* passed"), True, 12, 0),
        (Gate(_says("2 failed, 12 passed in 3 s", 1), 1), False, 12, 2),
        (Gate(_says("12 passed, 1 error", 1), 1), False, 12, 1),
        (Gate(_says("dead", 3), 1), False, 0, 1),
        (Gate(_says("no tests ran"), 1, require=r"[1-9]\d* passed"), False, 0, 1),
        (Gate(_says("0 passed"), 1, require=r"[1-9]\d* passed"), False, 0, 1),
        (Gate(_says("WARNING: something"), 1, refuse=r"(?m)^(WARNING|ERROR)"), False, 0, 1),
        (Gate(_says("12 passed"), 1, modules=True), False, 12, 1),
        (Gate(lambda w: [["command-that-is-missing"]], 1), False, 0, 1),
    ],
)
def test_gate_outcome_is_judged_by_exit_code_and_output(workspace, capsys, gate, good, passed, failed):
    """Judged by its exit code, by what it must not say, by what it must say, and by who ran the modules."""
    outcome = run("some", gate, workspace, workspace.environment("some"))
    assert (outcome.good, outcome.passed, outcome.failed) == (good, passed, failed)
    assert summary([outcome], workspace) == (0 if good else 1)
    assert capsys.readouterr().out.splitlines()[-1] == f"{passed} passed, {failed} failed"


def test_skipped_tests_are_named_once(workspace, capsys, tmp_path):
    """By the reason that the tests give, as pytest prints it."""
    reason = "the far side: since no ship sails there"
    (tmp_path / "test_far.py").write_text(
        f"import pytest\n@pytest.mark.skipif(True, reason={reason!r})\ndef test_marked(): pass\ndef test_seen(): pytest.skip({reason!r})\n"
    )
    gate = Gate(lambda w: [[*PYTEST, str(tmp_path)]], 1)
    outcomes = [run(name, gate, workspace, workspace.environment(name)) for name in ("one", "two")]
    workspace.notes.clear()
    summary(outcomes, workspace)
    assert [line for line in capsys.readouterr().out.splitlines() if "Not tested" in line] == [f"Not tested: {reason}"]


def test_empty_run_fails(workspace, capsys):
    """An empty run does not pass."""
    assert summary([], workspace) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 0 failed"


def test_every_gate_has_a_seeded_fault():
    """make test-gates leaves none out, and what it replaces is there."""
    assert set(GATES) == set(FAULTS)
    for fault in FAULTS.values():
        assert not fault.old or fault.old in (ROOT / fault.path).read_text(encoding="utf-8"), fault.path


def test_pinned_versions_agree_across_lists():
    """A package that several lists name has one version in all of them, of ansible-core and of old Pythons apart."""
    pins = {}
    for path in (ROOT / "requirements").rglob("*.txt"):
        for name, version, marker in re.findall(r"(?m)^([\w-]+)==([^;\s]+)(.*)$", path.read_text(encoding="utf-8")):
            if name != "ansible-core" and "<" not in marker and "kept" not in marker:
                pins.setdefault(name, set()).add(version)
    assert pins
    assert {name: versions for name, versions in pins.items() if len(versions) > 1} == {}

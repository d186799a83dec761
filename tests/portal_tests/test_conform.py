# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The portal answers and stores what the server's own code was recorded to answer and store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.conform import Unreadable, conform
from portal.recorded import same

PORTAL = Path(__file__).resolve().parents[1] / "portal"
BACKLOGS = PORTAL / "vectors.json"
SCRUM = PORTAL / "scrum_vectors.json"

#: File of recorded cases -> how many they are.
RECORDED = {BACKLOGS: 396, SCRUM: 534}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_conform_replays_every_recorded_case(path):
    """None may differ, not even those that a simple stand-in need not know."""
    report = conform(path)
    assert (sum(report.cases.values()), [str(mismatch) for mismatch in report.mismatches]) == (RECORDED[path], [])


WRONG = {
    "status": 299,
    "answer": {"result": {"id": 4711}},
    "rows of the first form": [],
    "rows of the second form": {"entities": []},
    "a table that must not change": {"epics": [[1, 5, "Ghost", "", 1, None, ""]]},
}


@pytest.mark.parametrize("what", WRONG)
def test_altered_recording_is_reported(tmp_path, what):
    """A recording that was altered in one place is a mismatch of its method, there and nowhere else."""
    file = BACKLOGS if what == "rows of the first form" else SCRUM
    case = next(case for case in _cases(file) if len(case["steps"]) == 1 and case["state"].get("entities"))
    part = what if what in ("status", "answer") else "rows"
    case["steps"][0][part] = WRONG[what]
    report = conform(_written(tmp_path, case))
    assert sum(report.cases.values()) == 1
    assert [f", {part}: " in str(mismatch) for mismatch in report.mismatches] == [True]
    assert {mismatch.method for mismatch in report.mismatches} == set(report.cases)


SAME = [
    ("2026-07-10T12:00:00+00:00", "DATE", True),
    ("2026-07-10 12:00:00", "DATE", True),
    ("soon", "DATE", False),
    (None, "DATE", False),
    ("whatever", "TEXT", True),
    (7, "TEXT", False),
    (None, "FILES", True),
    (1, True, False),
    (1, 1.0, False),
    ([1, 2], [1], False),
    ({"a": 1}, {"a": 1, "b": 2}, False),
    ({"b": 2, "a": [1]}, {"a": [1], "b": 2}, True),
    ({"rows": [["DATE"]]}, {"rows": [["2026-07-10 12:00:00"]]}, False),
]


@pytest.mark.parametrize(("found", "expected", "good"), SAME)
def test_same_values_and_wildcards(found, expected, good):
    """A wildcard stands for a value of its form, in what was recorded only."""
    assert same(found, expected) is good


def _cases(path):
    return json.loads(path.read_text(encoding="utf-8"))["cases"]


def _written(folder, case):
    path = folder / "altered.json"
    path.write_text(json.dumps({"cases": [case]}), encoding="utf-8")
    return path


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cases": []}', '{"cases": [{}]}'])
def test_conform_without_cases_fails(tmp_path, content):
    """An empty or unreadable file is said to be one."""
    path = tmp_path / "empty.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Unreadable):
        conform(path)

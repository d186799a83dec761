# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The portal answers and stores what the server's own code was recorded to answer and store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.conform import Unreadable, conform

VECTORS = Path(__file__).resolve().parents[1] / "portal" / "vectors.json"


def test_every_recorded_case_is_replayed():
    """396 cases were recorded; none may differ."""
    report = conform(VECTORS)
    assert (sum(report.cases.values()), report.mismatches) == (396, [])


@pytest.mark.parametrize("what", ["status", "answer", "rows"])
def test_a_difference_is_reported(tmp_path, what):
    """A recording that was altered in one place is a mismatch, there and nowhere else."""
    case = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"][0]
    wrong = {"status": 299, "answer": {"result": []}, "rows": []}
    case["steps"][0][what] = wrong[what]
    path = tmp_path / "altered.json"
    path.write_text(json.dumps({"cases": [case]}), encoding="utf-8")
    report = conform(path)
    assert sum(report.cases.values()) == 1
    assert [f", {what}: " in str(mismatch) for mismatch in report.mismatches] == [True]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cases": []}', '{"cases": [{}]}'])
def test_a_file_without_cases_is_no_success(tmp_path, content):
    """An empty or unreadable file is said to be one."""
    path = tmp_path / "empty.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Unreadable):
        conform(path)

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Published numbers are measured ones: those of the README are in the benchmark's own table."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(r"^(\S.*?) +(\d+) (in order|drifted) +([\d.]+) +[\d.]+ +(\d+) +\d+ +\d+ +(\d+) +\d+(?: +\d+)?$", re.MULTILINE)


def _measured():
    """(way, backlogs, state) -> (seconds, requests, wrong groups)."""
    text = (ROOT / "docs" / "benchmark.md").read_text(encoding="utf-8")
    return {(way, int(count), state): (float(took), int(sent), int(wrong)) for way, count, state, took, sent, wrong in LINE.findall(text)}


def _published():
    """(way, backlogs, state, seconds, requests) of the README's table."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## Performance\n")[1].split("\n## ")[0]
    for row in re.findall(r"^\| ([^|]+) \| ([\d,]+) \| ([^|]+) \| ([^|]+) \|$", section, re.MULTILINE):
        way, count, *cells = row
        for state, cell in zip(("in order", "drifted"), cells):
            seconds, requests = re.fullmatch(r"([\d,]+) s, ([\d,]+) requests?", cell).groups()
            yield way, int(count.replace(",", "")), state, int(seconds.replace(",", "")), int(requests.replace(",", ""))


def test_readme_benchmark_numbers_match_measurements():
    """Rounded to seconds; and no row is shown of a way that left groups wrong."""
    measured, published = _measured(), list(_published())
    assert len(published) >= 6
    for way, count, state, seconds, requests in published:
        assert (way, count, state) in measured, (way, count, state)
        took, sent, wrong = measured[way, count, state]
        assert (round(took), sent, wrong) == (seconds, requests, 0), (way, count, state)

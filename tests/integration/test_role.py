# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role: chunks, the summary, what happens when some fail, and the report."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
import yaml

SUMMARY = {"total": 0, "changed": 0, "failed": 0, "none": 0, "create": 0, "update": 0, "move": 0, "delete": 0}


@pytest.fixture
def teams(portal):
    """Seven teams: four in order, two that drifted, one of others."""
    portal.user(9)
    for number in range(1, 7):
        portal.group(number).backlog(id=number, created_by=6, modified_by=9 if number > 4 else 7)
    portal.group(7, members={9: "A"}).backlog(id=7)
    return portal


def _apply(runner, items, check=False, **variables):
    """(exit code, output, summary) of a play with the role, at -vvvv."""
    kept = runner.folder / "summary.json"
    kept.unlink(missing_ok=True)
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": [
            {
                "name": "The role",
                "block": [{"ansible.builtin.include_role": {"name": "scrumops.bitrix24.scrum_backlogs"}}],
                "vars": {"scrum_backlogs_list": items, **variables},
                "always": [
                    {
                        "ansible.builtin.copy": {
                            "content": "{{ scrum_backlogs_summary | default('none') | to_json }}",
                            "dest": str(kept),
                            "mode": "0600",
                        },
                        "check_mode": False,
                        "diff": False,
                        "changed_when": False,
                    }
                ],
            }
        ],
    }
    (runner.folder / "role.yml").write_text(yaml.safe_dump([play]))
    status, output = runner.run(
        [
            "ansible-playbook",
            "-vvvv",
            "role.yml",
        ],
        check,
        ANSIBLE_SHOW_CUSTOM_STATS="true",
    )
    return status, output, json.loads(kept.read_text())


def _items(*groups):
    return [{"group_id": group, "modified_by": 7} for group in groups]


@pytest.mark.smoke
def test_role_applies_list_in_chunks(teams, runner):
    """Predicted, done, and done already; the log tells which chunk it is at."""
    items = _items(1, 2, 3, 4, 5, 6)
    with teams.read_only():
        status, output, predicted = _apply(runner, items, check=True, scrum_backlogs_chunk_size=2)
    assert (status, predicted) == (0, {**SUMMARY, "total": 6, "changed": 2, "none": 4, "update": 2})
    assert "(item=chunk" not in output
    status, output, done = _apply(runner, items, scrum_backlogs_chunk_size=1)
    assert (status, done) == (0, predicted)
    for chunk in (1, 2):
        assert f"(item=chunk {chunk} of 2)" in output
    assert "CUSTOM STATS" in output
    assert all(row[4] == 7 for row in teams.rows if row[1] < 7)
    status, output, again = _apply(runner, items)
    assert (status, again) == (0, {**SUMMARY, "total": 6, "none": 6})
    assert "changed=0" in output


def test_role_with_failed_chunk_applies_remaining_chunks(teams, runner):
    """The one in the middle fails; the last is done."""
    status, output, summary = _apply(runner, _items(1, 7, 6), scrum_backlogs_chunk_size=1)
    assert status == 2
    assert summary == {**SUMMARY, "total": 3, "changed": 1, "failed": 1, "none": 2, "update": 1}
    assert "1 of 3 backlogs failed" in output
    assert teams.backlog_of(6)[4] == 7


def test_role_with_unreachable_portal_counts_every_item_as_failed(teams, runner):
    """Every item counts as failed."""
    status, _output, summary = _apply(
        runner, _items(1, 2, 3), scrum_backlogs_chunk_size=2, bitrix24_webhook_url=teams.webhook(active=False)
    )
    assert (status, summary["failed"], summary["total"]) == (2, 3, 3)


@pytest.mark.parametrize("claim", ["id", "group_id"])
def test_role_with_duplicates_across_chunks_fails_before_any_call(teams, runner, claim):
    """With both positions."""
    items = [{"group_id": 1}, {"group_id": 2}, {"group_id": 3}] if claim == "group_id" else [{"id": 1}, {"group_id": 2}, {"id": 3}]
    items.append(dict(items[0], modified_by=9))
    status, output, _summary = _apply(runner, items, scrum_backlogs_chunk_size=1)
    assert status == 2
    assert "item 1 (scrum_backlogs_list[0]) and item 4 (scrum_backlogs_list[3])" in output
    assert teams.requests == []


@pytest.mark.parametrize(
    "variables",
    [
        {"scrum_backlogs_chunk_size": 0},
        {"scrum_backlogs_chunk_size": -1},
        {"scrum_backlogs_report": "drift.pdf"},
        {"scrum_backlogs_list": 5},
    ],
)
def test_role_with_invalid_settings_fails_before_any_call(teams, runner, variables):
    """Refused before any call."""
    status, _output, _summary = _apply(runner, **{"items": [{"group_id": 1}], **variables})
    assert status == 2
    assert teams.requests == []


def test_role_with_empty_list_changes_nothing(teams, runner):
    """Nothing to do, and zeroes to show."""
    status, _output, summary = _apply(runner, [])
    assert (status, summary, teams.requests) == (0, SUMMARY, [])


class Cells(HTMLParser):
    """The texts of a page's table cells, and everything that would be fetched."""

    def __init__(self):
        super().__init__()
        self.texts = []
        self.fetched = []
        self._inside = False

    def handle_starttag(self, tag, attrs):
        """Begin a cell; note what points elsewhere."""
        self._inside = tag in ("td", "p")
        self.fetched += [value for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag):
        """End a cell."""
        self._inside = False

    def handle_data(self, data):
        """Keep a cell's text."""
        if self._inside:
            self.texts.append(data)


@pytest.mark.parametrize("ending", ["md", "html"])
def test_role_report_in_check_mode_lists_drift_and_failures(teams, runner, ending):
    """Which backlog, which field, found and asked, by whom, and what failed; written in check mode too."""
    report = runner.folder / f"drift.{ending}"
    with teams.read_only():
        items = [*_items(1, 5), {"group_id": 7, "modified_by": 9}, {"group_id": 6, "state": "absent"}]
        status, output, _summary = _apply(runner, items, check=True, scrum_backlogs_report=str(report))
    assert status == 2
    text = report.read_text()
    cells = text.replace("|", "\n").split("\n")
    if ending == "html":
        page = Cells()
        page.feed(text)
        cells = page.texts
        assert page.fetched == []
    row = [cell.strip() for cell in cells if cell.strip()]
    at = row.index("modified_by")
    assert row[at - 3 : at + 5] == ["5", "5", "update", "modified_by", "9", "7", "6", "9"]
    assert any("Access denied" in cell for cell in row)
    assert "delete" in row
    assert "changed=2" not in output


@pytest.mark.parametrize("ending", ["md", "html"])
def test_role_report_without_drift_replaces_older_one(teams, runner, ending):
    """It says so, and replaces an older one."""
    report = runner.folder / f"drift.{ending}"
    report.write_text("old")
    status, output, _summary = _apply(runner, _items(1, 2), scrum_backlogs_report=str(report))
    assert status == 0
    assert "Nothing to report" in report.read_text()
    assert "changed=0" in output

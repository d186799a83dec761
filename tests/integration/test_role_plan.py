# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role plans a list as a whole: what it refuses before any write, what people read of it, and that chunks change nothing of that."""

from __future__ import annotations

import json
import math
import os

import pytest
import yaml

UPDATE = "tasks.api.scrum.backlog.update"
GET = "tasks.api.scrum.backlog.get"


def run(runner, items, check=False, arguments=(), play=None, env=None, **variables):
    """(exit code, output) of a play with the role, as a user reads it."""
    written = {"hosts": "localhost", "gather_facts": False, "roles": ["scrumops.bitrix24.scrum_backlogs"], **(play or {})}
    written["vars"] = {"scrum_backlogs_list": items, **variables}
    (runner.folder / "plan.yml").write_text(yaml.safe_dump([written]))
    return runner.run(["ansible-playbook", *arguments, "plan.yml"], check, **(env or {}))


def tables(output):
    """The lines of the tables, in their order."""
    shown = output.split('{\n    "msg": [\n')[1:]
    return [line.strip().rstrip(",").strip('"') for part in shown for line in part.partition("\n    ]")[0].splitlines()]


def summary(output):
    """The summary, as the output shows it."""
    return json.JSONDecoder().raw_decode(output.partition('"scrum_backlogs_summary": ')[2])[0]


def test_role_two_claims_found_by_reading_are_refused_as_within_one_task(teams, runner):
    """Whatever the chunk size: one item by the id, one by the group."""
    portal = teams(3)
    with portal.read_only():
        status, output = run(
            runner, [{"id": 1, "modified_by": 9}, {"group_id": 2}, {"group_id": 1, "modified_by": 6}], scrum_backlogs_chunk_size=1
        )
    assert (status, summary(output)["failed"], portal.writes) == (2, 2, [])
    (line,) = tables(output)
    assert "item 1 (scrum_backlogs_list[0]) and item 3 (scrum_backlogs_list[2]) are both backlog 1" in line


@pytest.mark.parametrize(
    ("items", "moves"),
    [([{"id": 1, "group_id": 2}, {"id": 2, "group_id": 4}], 2), ([{"id": 2, "state": "absent"}, {"id": 1, "group_id": 2}], 1)],
)
def test_role_moves_across_chunks_are_ordered_as_in_one_task(teams, runner, items, moves):
    """Predicted in check mode, and done in the first run."""
    portal = teams(3)
    portal.group(4)
    with portal.read_only():
        status, output = run(runner, items, check=True, scrum_backlogs_chunk_size=1)
    predicted = summary(output)
    assert (status, predicted["failed"], predicted["move"]) == (0, 0, moves), output
    status, output = run(runner, items, scrum_backlogs_chunk_size=1)
    assert (status, summary(output), portal.backlog_of(2)[0]) == (0, predicted, 1), output


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ([{"group_id": 1, "modified_by": 9}, {"group_id": 2}, {"group_id": 3}, {"group_id": 0}], "item 4 (scrum_backlogs_list[3])"),
        ([{"id": 1, "group_id": 2}, {"group_id": 3, "modified_by": 9}, {"id": 2, "group_id": 1}], "1 -> 2 -> 1"),
    ],
    ids=["invalid", "cycle"],
)
def test_role_an_error_of_the_whole_plan_writes_nothing(teams, runner, items, told):
    """One sentence, numbered by the whole list."""
    portal = teams(3)
    status, output = run(runner, items, scrum_backlogs_chunk_size=2)
    assert (status, portal.writes, summary(output)["failed"]) == (2, [], len(items))
    assert told in output.partition("fatal:")[2]
    assert tables(output) == []


def test_role_a_wrong_secret_is_told_in_one_sentence(teams, runner):
    """Whatever the length of the list; nothing is asked twice."""
    portal = teams(1)
    items = [{"group_id": number, "modified_by": 9} for number in range(1, 501)]
    status, output = run(runner, items, scrum_backlogs_chunk_size=50, bitrix24_webhook_url=portal.webhook(active=False))
    assert (status, summary(output)["failed"], len(portal.requests)) == (2, 500, 1)
    assert (output.partition("fatal:")[2].count("INVALID_CREDENTIALS"), tables(output)) == (1, [])
    assert len(output) < 12000


def test_role_a_portal_that_fails_between_chunks_ends_the_run(teams, runner):
    """The rest is not tried, and counted as failed; max_wait is not spent again."""
    portal = teams(4)
    portal.fault("html", method=UPDATE, skip=1, times=99, status=403)
    items = [{"group_id": number, "modified_by": 9} for number in range(1, 5)]
    status, output = run(runner, items, scrum_backlogs_chunk_size=1, scrum_backlogs_report="drift.md")
    counts = summary(output)
    assert (status, counts["changed"], counts["failed"], counts["total"]) == (2, 1, 3, 4)
    assert sum(request.method == UPDATE for request in portal.requests) == 2
    assert "3 of 4 backlogs failed, 2 of them were not tried" in output
    assert "chunk 3 of 4" not in output
    report = (runner.folder / "drift.md").read_text()
    assert len([line for line in report.splitlines() if line.startswith("- ")]) == 1


def test_role_a_portal_that_fails_in_the_last_chunk_leaves_nothing_untried(teams, runner):
    """Then nothing is said of it."""
    portal = teams(1)
    portal.fault("html", method=UPDATE, times=99, status=403)
    status, output = run(runner, [{"group_id": 1, "modified_by": 9}])
    assert (status, "1 of 1 backlogs failed. Working through" in output, "not tried" in output) == (2, True, False), output


def test_role_a_report_that_is_no_regular_file_is_refused_before_any_call(teams, runner):
    """A pipe by the name of a report would be replaced by a file."""
    portal = teams(1)
    os.mkfifo(runner.folder / "drift.md")
    status, output = run(runner, [{"group_id": 1, "modified_by": 9}], scrum_backlogs_report="drift.md")
    assert (status, portal.requests) == (2, []), output
    assert (runner.folder / "drift.md").is_fifo()


@pytest.mark.parametrize("flags", [["--check", "--diff"], ["--diff"]])
@pytest.mark.smoke
def test_role_one_failing_item_hides_no_difference(teams, runner, flags):
    """A readable line each, with the group's name where it is known, then the failures; no sentence twice, and no row as JSON."""
    portal = teams(4)
    portal.group(7, name="Mobile apps")
    portal.group(1, name="Web")
    for number in (8, 9):
        portal.group(number, members={9: "A"}).backlog(id=number)
    items = [{"group_id": number, "modified_by": 9} for number in (8, 1, 9, 2)]
    items += [{"group_id": 7, "created_by": 6}, {"group_id": 3, "state": "absent"}, {"id": 4, "group_id": 4}]
    items += [{"id": number, "group_id": number} for number in (94, 95, 96)]
    status, output = run(runner, items, arguments=flags, scrum_backlogs_chunk_size=1)
    assert status == 2
    lines = [" ".join(line.split()) for line in tables(output)]
    assert lines[:4] == [
        "group 1 Web update modified_by 7 -> 9",
        "group 2 Group 2 update modified_by 7 -> 9",
        "group 7 Mobile apps create created_by 6, modified_by 6",
        "group 3 Group 3 delete backlog 3",
    ]
    failure, missing = lines[4:]
    assert ("94" in missing, missing.endswith("The same: group 95, group 96.")) == (True, True), missing
    assert failure.startswith("failed: Reading the backlog of group 8 failed: the portal answered: Access denied")
    assert failure.endswith("The same: group 9.")
    assert (output.count("Access denied"), output.count('"backlogs"')) == (1, 0)
    assert portal.backlog_of(1)[4] == (7 if "--check" in flags else 9)


def test_role_a_value_that_is_not_stored_is_told_after_the_chunks(teams, runner):
    """The plan cannot know; the others are applied."""
    portal = teams(3)
    items = [{"group_id": 1, "created_by": 9}, {"group_id": 2, "modified_by": 9}]
    status, output = run(runner, items, scrum_backlogs_chunk_size=1)
    assert (status, summary(output)["failed"], portal.backlog_of(2)[4]) == (2, 1, 9)
    assert "created_by 9 was not stored, the portal has 6" in tables(output)[-1]


@pytest.mark.parametrize("count", [1, 50, 51])
def test_role_a_list_in_order_costs_its_reading(teams, runner, count):
    """ceil(N/50) requests and no other, whatever the chunk size."""
    portal = teams(count)
    status, _output = run(runner, [{"group_id": number} for number in range(1, count + 1)], scrum_backlogs_chunk_size=10)
    assert (status, len(portal.requests)) == (0, math.ceil(count / 50))
    assert {command for request in portal.requests for command in request.commands} == {GET}


def test_role_in_a_play_in_check_mode_writes_nothing(teams, runner):
    """The keyword of the play, not the flag of the command: the same forecast."""
    portal = teams(3)
    portal.group(4)
    items = [{"id": 1, "group_id": 2}, {"id": 2, "group_id": 4}]
    with portal.read_only():
        status, output = run(runner, items, play={"check_mode": True}, scrum_backlogs_chunk_size=1)
    assert (status, summary(output)["move"], summary(output)["failed"], portal.writes) == (0, 2, 0, []), output

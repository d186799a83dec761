# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The portal's limits: waited for, within one budget per task, and by many forks side by side."""

from __future__ import annotations

import pytest

from support.runner import backlog, backlogs

GET = "tasks.api.scrum.backlog.get"
ADD = "tasks.api.scrum.backlog.add"
UPDATE = "tasks.api.scrum.backlog.update"
DELETE = "tasks.api.scrum.backlog.delete"


def test_twenty_forks_at_rate_limit_all_finish(teams, runner):
    """Six times as many requests as it holds: all finish, no host fails, and nobody hammers."""
    portal = teams(20)
    portal.limits(10, 5)
    hosts = {f"team{number}": {"number": number} for number in range(1, 21)}
    task = backlog(group_id="{{ number }}", modified_by=9)
    status, output = runner.side_by_side(hosts, task, BITRIX24_MAX_WAIT="200")
    assert status == 0, output
    assert output.count("failed=0") == 20
    assert [row[4] for row in portal.rows] == [9] * 20
    assert sorted(portal.writes) == [UPDATE] * 20
    assert len(portal.requests) - portal.refused == 60
    assert 0 < portal.refused <= 60


def test_requests_after_rate_limit_keep_the_pace(teams, runner):
    """A task that meets the limit meets it once."""
    portal = teams(500)
    portal.limits(3, 2)
    result = runner.run_tasks({"all": backlogs([{"group_id": number} for number in range(1, 501)])}, BITRIX24_MAX_WAIT="60").single
    assert (result["failed"], result["changed"]) == (False, False)
    assert (len(portal.requests), portal.refused) == (11, 1)


def test_operation_limit_of_whole_response_is_retried_once(teams, runner):
    """Of single calls and of a batch; whatever the call does, it is done once."""
    portal = teams(4)
    portal.group(901)
    for method in (GET, ADD, UPDATE, DELETE, "batch"):
        portal.operation_limit(method)
    tasks = {
        "update": backlog(group_id=1, modified_by=9),
        "create": backlog(group_id=901, created_by=6),
        "delete": backlog(group_id=2, state="absent"),
        "many": backlogs([{"group_id": 3, "modified_by": 9}, {"group_id": 4, "modified_by": 9}]),
    }
    results = runner.run_tasks(tasks, BITRIX24_MAX_WAIT="30").results
    assert [(result["failed"], result["changed"]) for result in results.values()] == [(False, True)] * 4
    assert sum(request.status == 429 for request in portal.requests) == 5
    assert portal.writes == [UPDATE, ADD, DELETE, UPDATE, UPDATE]
    assert [(row[1], row[4]) for row in portal.rows] == [(1, 9), (3, 9), (4, 9), (901, 6)]


@pytest.mark.parametrize("seconds", [None, 1])
def test_operation_limit_of_one_command_retries_only_it(teams, runner, seconds):
    """What was refused is repeated with the read that verifies it, the others are not; whatever the command does, it is done once."""
    portal = teams(6)
    portal.group(901)
    portal.group(902)
    for method in (ADD, UPDATE, DELETE):
        portal.operation_limit(method, times=2, seconds=seconds)
    items = [
        *({"group_id": number, "modified_by": 9} for number in (1, 2, 3)),
        *({"group_id": number, "state": "absent"} for number in (4, 5, 6)),
        {"group_id": 901, "created_by": 6},
        {"group_id": 902, "created_by": 6, "modified_by": 9},
    ]
    result = runner.run_tasks({"all": backlogs(items)}, BITRIX24_MAX_WAIT="30").single
    assert (result["failed"], [row["changed"] for row in result["backlogs"]]) == (False, [True] * 8)
    assert sorted(portal.writes) == sorted([UPDATE] * 4 + [DELETE] * 3 + [ADD] * 2)
    assert [(row[1], row[4]) for row in portal.rows] == [(1, 9), (2, 9), (3, 9), (901, 6), (902, 9)]


def test_max_wait_spans_all_batches_of_a_task(teams, runner):
    """When it is used up the task fails, names the limit, and every item keeps its row; what was stored is told."""
    portal = teams(60)
    portal.limits(3, 0.001)
    items = [{"group_id": number, "modified_by": 9} for number in range(1, 61)]
    result = runner.run_tasks({"all": backlogs(items)}, BITRIX24_MAX_WAIT="3").single
    assert result["failed"]
    assert "max_wait (3 s)" in result["msg"]
    assert {row["error"]["code"] for row in result["backlogs"] if row["failed"]} == {"QUERY_LIMIT_EXCEEDED"}
    assert [(row["group_id"], row["modified_by"]) for row in result["backlogs"]] == [(row[1], row[4]) for row in portal.rows]
    assert [row["failed"] for row in result["backlogs"]] == [False] * 25 + [True] * 35
    assert 2 <= portal.refused <= 4


def test_max_wait_zero_fails_at_first_limit(teams, runner):
    """The first refusal ends the task; what it stands before is not written."""
    portal = teams(3)
    portal.limits(1, 0.001)
    one = runner.run_tasks({"one": backlog(group_id=1, modified_by=9)}, BITRIX24_MAX_WAIT="0").single
    assert (one["error"]["code"], one["error"]["status"], one["error"]["method"]) == ("QUERY_LIMIT_EXCEEDED", 503, UPDATE)
    assert "max_wait (0 s)" in one["msg"]
    assert (len(portal.requests), portal.refused, portal.writes) == (2, 1, [])


def test_wait_longer_than_budget_fails_without_waiting(teams, runner):
    """Whether the server names it, or an earlier answer told when the method is free again: ten minutes."""
    portal = teams(60)
    portal.fault("error", method="tasks.api.scrum.backlog.get", code="QUERY_LIMIT_EXCEEDED", status=503, headers={"Retry-After": "999"})
    portal.fault("command", method=GET, skip=50, times=3, code="OPERATION_TIME_LIMIT")
    tasks = {"named": backlog(group_id=1), "told": backlogs([{"group_id": number} for number in range(1, 61)])}
    results = runner.run_tasks(tasks, BITRIX24_MAX_WAIT="500").results
    assert results["named"]["error"]["code"] == "QUERY_LIMIT_EXCEEDED"
    assert "999 s" in results["named"]["msg"]
    rows = results["told"]["backlogs"]
    assert [row["failed"] for row in rows] == [False] * 50 + [True] * 3 + [False] * 7
    assert {row["error"]["code"] for row in rows[50:53]} == {"OPERATION_TIME_LIMIT"}
    assert "max_wait (500 s)" in rows[50]["msg"]
    assert len(portal.requests) == 3

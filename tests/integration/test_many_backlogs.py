# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many backlogs in one task: outcomes item by item, in as few requests as the portal allows."""

from __future__ import annotations

import math

import pytest

from support.runner import backlogs, info

GET = "tasks.api.scrum.backlog.get"
KEYS = {"id", "group_id", "created_by", "modified_by", "action", "changed", "failed"}


@pytest.mark.parametrize("count", [2, 49, 50, 51, 125])
def test_list_uses_minimal_number_of_requests(teams, runner, count):
    """N in order: ceil(N/50). N drifted: at most ceil(N/50) + ceil(2N/50). In batches that end with their reads."""
    portal = teams(count)
    in_order = runner.run_tasks({"all": backlogs([{"group_id": number} for number in range(1, count + 1)])}).single
    assert (in_order["changed"], in_order["failed"]) == (False, False)
    assert len(portal.requests) == math.ceil(count / 50)
    portal.clear_log()
    drifted = runner.run_tasks({"all": backlogs([{"group_id": number, "modified_by": 9} for number in range(1, count + 1)])}).single
    assert [row["action"] for row in drifted["backlogs"]] == ["update"] * count
    assert [row["id"] for row in drifted["backlogs"]] == list(range(1, count + 1))
    assert len(portal.requests) <= math.ceil(count / 50) + math.ceil(2 * count / 50)
    for request in portal.requests:
        assert request.method == "batch"
        assert len(request.commands) <= 50
        assert request.commands == sorted(request.commands, key=lambda command: command == GET)
    assert all(row[4] == 9 for row in portal.rows)


@pytest.mark.smoke
def test_list_with_every_outcome_reports_each_item(teams, runner):
    """Predicted, done and done already; what fails fails alone, and nothing about the others is lost."""
    portal = teams(6)
    portal.group(10)
    portal.group(11)
    portal.group(12, members={9: "A"}).backlog(id=12)
    items = [
        {"group_id": 1},
        {"group_id": 2, "modified_by": 9},
        {"group_id": 3, "created_by": 9},
        {"id": 4, "group_id": 5},
        {"id": 5, "group_id": 10},
        {"group_id": 11, "created_by": 6, "modified_by": 9},
        {"id": 6, "state": "absent"},
        {"group_id": 12, "modified_by": 9},
        {"id": 99},
    ]
    actions = ["none", "update", "update", "move", "move", "create", "delete", "none", "none"]
    with portal.read_only():
        predicted = runner.run_tasks({"all": backlogs(items)}, check=True, expect_warnings=True).single
    done = runner.run_tasks({"all": backlogs(items)}).single
    again = runner.run_tasks({"all": backlogs(items)}).single
    for result in (predicted, done, again):
        assert len(result["backlogs"]) == len(items)
        for row in result["backlogs"]:
            assert set(row) == KEYS | ({"msg", "error"} if row["failed"] else set())
    assert [row["action"] for row in predicted["backlogs"]] == actions
    assert [row["action"] for row in done["backlogs"]] == actions
    assert [row["failed"] for row in predicted["backlogs"]] == [False] * 7 + [True, True]
    assert [row["failed"] for row in done["backlogs"]] == [False, False, True, False, False, False, False, True, True]
    assert [row["changed"] for row in done["backlogs"]] == [False, True, False, True, True, True, True, False, False]
    assert [row["changed"] for row in again["backlogs"]] == [False] * len(items)
    assert done["failed"]
    assert "3 of 9 backlogs failed" in done["msg"]
    assert [row["error"]["code"] for row in done["backlogs"] if row["failed"]] == ["not_stored", "0", "no_such_backlog"]
    assert set(done["diff"]["before"]) == {"2", "4", "5", "6"}
    assert set(done["diff"]["after"]) == {"2", "5", "10", "11"}
    assert [row for row in portal.rows if row[1] in (5, 10)] == [(4, 5, "backlog", 6, 7), (5, 10, "backlog", 6, 7)]


def test_list_with_conflicting_items_is_rejected_as_a_whole(teams, runner):
    """Two claims before any call; a circle of moves after reading, before any write."""
    portal = teams(3)
    twice = runner.run_tasks({"all": backlogs([{"group_id": 1}, {"id": 2}, {"id": 3, "group_id": 1}])}).single
    assert "backlogs[0]" in twice["msg"]
    assert "backlogs[2]" in twice["msg"]
    assert portal.requests == []
    circle = runner.run_tasks(
        {"all": backlogs([{"id": 1, "group_id": 2}, {"id": 2, "group_id": 1}, {"group_id": 3, "modified_by": 9}])}
    ).single
    assert circle["error"]["code"] == "move_cycle"
    assert [(row["action"], row["changed"], row["failed"]) for row in circle["backlogs"]] == [("none", False, True)] * 3
    same = runner.run_tasks({"all": backlogs([{"id": 1}, {"group_id": 1}, {"group_id": 3, "modified_by": 9}])}).single
    assert [row["failed"] for row in same["backlogs"]] == [True, True, False]
    assert portal.writes == ["tasks.api.scrum.backlog.update"]


def test_chain_of_moves_in_any_order_succeeds(teams, runner):
    """Each group takes its neighbour's backlog; the last one leaves first."""
    portal = teams(60)
    portal.group(61)
    result = runner.run_tasks({"all": backlogs([{"id": number, "group_id": number + 1} for number in range(1, 61)])}).single
    assert result["failed"] is False
    assert [row[:2] for row in portal.rows] == [(number, number + 1) for number in range(1, 61)]


def test_list_of_one_or_none_uses_no_batch(teams, runner):
    """Neither does an empty list use anything."""
    portal = teams(1)
    runner.run_tasks({"one": backlogs([{"group_id": 1, "modified_by": 9}]), "none": backlogs([])})
    assert [request.method for request in portal.requests] == [GET, "tasks.api.scrum.backlog.update", GET]


def test_list_with_lost_batch_response_creates_no_duplicate(teams, runner):
    """The batch was carried out, its answer was not heard: read first, then decide."""
    portal = teams(1)
    for number in range(100, 160):
        portal.group(number)
    portal.fault("reset", method="tasks.api.scrum.backlog.add", executed=True)
    items = [{"group_id": number, "created_by": 6} for number in range(100, 160)]
    result = runner.run_tasks({"all": backlogs(items)}, BITRIX24_MAX_WAIT="20").single
    assert (result["failed"], result["changed"]) == (False, True)
    assert len(portal.rows) == 61


def test_failed_batch_names_the_call_of_each_item(teams, runner):
    """Each row names the call that it failed with, not the envelope that carried it."""
    portal = teams(3)
    portal.group(10)
    items = [{"group_id": 1, "modified_by": 9}, {"group_id": 2, "state": "absent"}, {"group_id": 10, "created_by": 6}, {"group_id": 3}]
    before = portal.rows
    portal.fault("error", method="tasks.api.scrum.backlog.add", code="OVERLOAD_LIMIT", status=503)
    unwritten = runner.run_tasks({"all": backlogs(items)}).single
    portal.fault("error", method=GET, code="OVERLOAD_LIMIT", status=503)
    unread = runner.run_tasks({"all": backlogs(items)}).single
    assert portal.rows == before
    writes = [f"tasks.api.scrum.backlog.{action}" for action in ("update", "delete", "add")]
    assert [row["error"]["method"] for row in unwritten["backlogs"] if row["failed"]] == writes
    assert [row["error"]["method"] for row in unread["backlogs"]] == [GET] * 4
    assert {row["error"]["code"] for row in [*unwritten["backlogs"][:3], *unread["backlogs"]]} == {"OVERLOAD_LIMIT"}


def _of(result):
    """A task that is given the rows of an earlier one, as they are."""
    return backlogs("{{ " + result + ".backlogs }}")


def test_rows_of_results_given_back_change_nothing(teams, runner):
    """What was read, and what became of a list, also of what failed; where the portal knows of nobody, nobody is asked for."""
    portal = teams(3)
    portal.edit(3, created_by=0, modified_by=0)
    portal.group(4)
    failing = backlogs(
        [{"group_id": 1, "created_by": 9}, {"id": 2}, {"group_id": 3}, {"group_id": 4, "created_by": 6, "modified_by": None}]
    )
    tasks = {"read": info(), "again": _of("result_0"), "failing": failing, "once more": _of("result_2"), "and more": _of("result_3")}
    results = runner.run_tasks(tasks).results
    assert [row["created_by"] for row in results["read"]["backlogs"]] == [6, 6, None]
    assert [row["group_name"] for row in results["read"]["backlogs"]] == ["Group 1", "Group 2", "Group 3"]
    for again in ("again", "once more", "and more"):
        assert (results[again]["failed"], results[again]["changed"]) == (False, False), results[again]
    assert results["failing"]["backlogs"][0]["failed"] is True
    assert len(portal.writes) == 2


def test_rows_of_results_given_back_through_the_role(teams, runner):
    """Its list takes them too."""
    portal = teams(2)
    role = {"ansible.builtin.include_role": {"name": "scrumops.bitrix24.scrum_backlogs"}}
    runner.run_tasks({"read": info(), "apply": {**role, "vars": {"scrum_backlogs_list": "{{ result_0.backlogs }}"}}})
    assert portal.writes == []
    assert portal.requests[-1].commands == [GET, GET]


@pytest.mark.parametrize("key", ["name", "groupname", "created", "diff", "backlog"])
def test_item_with_unknown_key_is_refused(teams, runner, key):
    """Only what results hold is ignored; before any call."""
    portal = teams(2)
    result = runner.run_tasks({"all": backlogs([{"group_id": 1}, {"group_id": 2, key: "x"}])}).single
    assert result["failed"] is True
    assert key in result["msg"]
    assert portal.requests == []


def test_reading_one_batch_fails_its_items_fail(teams, runner):
    """The second of three: the other two say what they hold, and what differs there is written."""
    portal = teams(120)
    portal.fault("error", method=GET, skip=1, code="INTERNAL_SERVER_ERROR", status=500)
    result = runner.run_tasks({"all": backlogs([{"group_id": number, "modified_by": 9} for number in range(1, 121)])}).single
    assert [row["failed"] for row in result["backlogs"]] == [False] * 50 + [True] * 50 + [False] * 20
    assert {row["error"]["code"] for row in result["backlogs"] if row["failed"]} == {"INTERNAL_SERVER_ERROR"}
    assert [row[4] for row in portal.rows] == [9] * 50 + [7] * 50 + [9] * 20
    portal.fault("error", method=GET, skip=1, code="INTERNAL_SERVER_ERROR", status=500)
    read = runner.run_tasks({"all": info()}).single
    assert (read["failed"], read["error"]["code"], read["groups_failed"]) == (True, "INTERNAL_SERVER_ERROR", list(range(51, 101)))
    assert [row["group_id"] for row in read["backlogs"]] == [*range(1, 51), *range(101, 121)]


@pytest.mark.smoke
def test_info_module_returns_stored_backlogs(teams, runner):
    """Chosen groups, or all that are listed; names where they are known."""
    portal = teams(3)
    portal.group(20, name="Empty")
    portal.group(21, members={9: "A"}).backlog(id=21)
    portal.group(22, scrum=False).backlog(id=22)
    chosen = info(group_ids=[3, 1, 3, 20, 21, 404])
    results = runner.run_tasks({"all": info(), "chosen": chosen, "one": info(group_ids=[2]), "none": info(group_ids=[])}).results
    assert len(portal.requests) == 2 + 1 + 1 + 0
    assert results["one"]["backlogs"] == [{"id": 2, "group_id": 2, "created_by": 6, "modified_by": 7, "group_name": "Group 2"}]
    assert [row["group_id"] for row in results["all"]["backlogs"]] == [1, 2, 3]
    assert results["all"]["groups_without_backlog"] == [20]
    assert results["all"]["groups_denied"] == [21]
    assert results["all"]["backlogs"][0] == {"id": 1, "group_id": 1, "created_by": 6, "modified_by": 7, "group_name": "Group 1"}
    assert [(row["group_id"], row["group_name"]) for row in results["chosen"]["backlogs"]] == [(3, "Group 3"), (1, "Group 1")]
    assert (results["chosen"]["groups_without_backlog"], results["chosen"]["groups_denied"]) == ([20, 404], [21])
    assert results["none"]["backlogs"] == []
    assert not any(result["changed"] for result in results.values())


def test_info_module_without_group_scope_omits_names(teams, runner):
    """The records come all the same; a listing cannot."""
    portal = teams(2)
    url = portal.webhook(scopes=["task"])
    runner.secrets.append(url.split("/")[-2])
    results = runner.run_tasks({"chosen": info(group_ids=[1, 2]), "all": info()}, BITRIX24_WEBHOOK_URL=url).results
    assert [set(row) for row in results["chosen"]["backlogs"]] == [{"id", "group_id", "created_by", "modified_by"}] * 2
    assert results["all"]["error"]["code"] == "insufficient_scope"


def test_info_module_reads_thousand_groups_in_twenty_requests(teams, runner):
    """Twenty requests, and the listing."""
    portal = teams(1000)
    result = runner.run_tasks({"all": info()}).single
    assert len(result["backlogs"]) == 1000
    assert sum(request.commands.count(GET) > 0 for request in portal.requests) == 20
    assert len(portal.requests) == 22

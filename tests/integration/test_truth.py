# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A portal whose answers are not its state, and others who write at the same time."""

from __future__ import annotations

import threading

import pytest

from support.runner import backlog, backlogs

ADD = "tasks.api.scrum.backlog.add"
UPDATE = "tasks.api.scrum.backlog.update"
DELETE = "tasks.api.scrum.backlog.delete"


@pytest.fixture
def team(portal):
    """The portal with one team that has a backlog, and one that has none."""
    portal.user(9)
    portal.group(1).backlog(id=1, created_by=6, modified_by=7)
    portal.group(2)
    return portal


def test_partial_write_reports_what_is_stored(team, runner):
    """modified_by is stored by then, created_by never is."""
    result = runner.run_tasks({"both": backlog(group_id=1, created_by=9, modified_by=9)}).single
    assert result["failed"]
    assert result["changed"] is True
    assert result["backlog"] == {"id": 1, "group_id": 1, "created_by": 6, "modified_by": 9}
    for needed in ("created_by 9", "has 6", "modified_by 9"):
        assert needed in result["msg"]


@pytest.mark.parametrize(
    ("what", "options", "code"),
    [
        ("add", {"group_id": 2, "created_by": 6}, "0"),
        ("update", {"group_id": 1, "modified_by": 9}, "0"),
        ("delete", {"group_id": 1, "state": "absent"}, "not_deleted"),
    ],
)
def test_failed_database_write_is_detected_by_reread(team, runner, what, options, code):
    """A deletion fails with success: only the second reading tells."""
    before = team.rows
    team.database_fails(what)
    result = runner.run_tasks({"write": backlog(**options)}).single
    assert (result["failed"], result["changed"], result["error"]["code"]) == (True, False, code)
    assert team.rows == before


def test_delete_of_recreated_backlog_reports_not_deleted(team, runner):
    """Somebody opens the planning page between the deletion and the second reading."""
    team.fault("slow", method=DELETE, executed=True, seconds=0.5)

    def open_page():
        while team.backlog_of(1):
            pass
        team.open_planning_page(1)

    threading.Thread(target=open_page, daemon=True).start()
    result = runner.run_tasks({"remove": backlog(group_id=1, state="absent")}).single
    assert (result["failed"], result["error"]["code"]) == (True, "not_deleted")
    assert team.writes == [DELETE]


def test_create_when_another_run_created_it_succeeds(team, runner):
    """The group got its backlog between our reading and our writing: that is what was asked for."""
    team.fault("slow", method=ADD, seconds=0.8)

    def create():
        while not any(request.method == ADD for request in team.requests):
            pass
        team.engine.store.insert(2, 6, 6)

    threading.Thread(target=create, daemon=True).start()
    result = runner.run_tasks({"create": backlog(group_id=2, created_by=6, modified_by=9)}).single
    assert result["failed"] is False
    assert [row for row in team.rows if row[1] == 2] == [(result["backlog"]["id"], 2, "backlog", 6, 9)]


@pytest.mark.parametrize("many", [False, True])
def test_create_with_duplicate_deletes_own_backlog(team, runner, many):
    """The portal lets both create and shows the first; the second is taken back, and the run goes on with the first."""
    team.set_behavior(during_add=lambda: team.open_planning_page(2, user=6))
    item = {"group_id": 2, "created_by": 6, "modified_by": 9}
    result = runner.run_tasks({"create": backlogs([item, {"group_id": 1}]) if many else backlog(**item)}).single
    created = result["backlogs"][0] if many else {**result, **result["backlog"]}
    assert (created["failed"], created["action"], created["created_by"], created["modified_by"]) == (False, "create", 6, 9)
    assert [row for row in team.rows if row[1:3] == (2, "backlog")] == [(created["id"], 2, "backlog", 6, 9)]
    assert team.writes.count(ADD) == team.writes.count(DELETE) == 1


def test_duplicate_that_cannot_be_deleted_is_reported_by_id(team, runner):
    """By its id, the only way to it."""
    team.set_behavior(during_add=lambda: team.open_planning_page(2, user=6))
    team.database_fails("delete")
    play_result = runner.run_tasks({"create": backlog(group_id=2, created_by=6)}, expect_warnings=True)
    shown, hidden = [row[0] for row in team.rows if row[1:3] == (2, "backlog")]
    assert (play_result.single["failed"], play_result.single["backlog"]["id"]) == (False, shown)
    assert len(play_result.warnings) == 1
    assert f"backlog {hidden}" in play_result.warnings[0]


def test_concurrent_creates_leave_one_backlog(team, runner):
    """Both succeed, and one backlog is left."""
    team.delay_add(1.0)
    status, output = runner.side_by_side({"one": {}, "other": {}}, backlog(group_id=2, created_by=6, modified_by=9))
    assert (status, output.count("failed=0")) == (0, 2), output
    assert [row[3:] for row in team.rows if row[1] == 2] == [(6, 9)]


def test_concurrent_edit_is_reported_with_both_values(team, runner):
    """The second reading decides; both values are named."""
    team.fault("slow", method=UPDATE, executed=True, seconds=0.5)

    def change():
        while UPDATE not in team.writes:
            pass
        team.edit(1, modified_by=6)

    threading.Thread(target=change, daemon=True).start()
    result = runner.run_tasks({"update": backlog(group_id=1, modified_by=9)}).single
    assert (result["failed"], result["error"]["code"]) == (True, "not_stored")
    assert result["backlog"]["modified_by"] == 6


@pytest.mark.parametrize("door", ["missing", "no_entity_type"])
@pytest.mark.parametrize(
    "options", [{"id": 1, "modified_by": 9}, {"id": 1, "group_id": 2}, {"id": 1, "state": "absent"}, {"id": 99, "state": "absent"}]
)
def test_id_lookup_unsupported_falls_back_to_group_scan(team, runner, door, options):
    """The backlog is looked for in all Scrum groups then."""
    for number in range(100, 160):
        team.group(number).backlog()
    team.set_behavior(sprint_get=door)
    result = runner.run_tasks({"write": backlog(**options)}).single
    assert result["failed"] is False
    assert result["changed"] is (options["id"] == 1)


def test_group_scan_with_denied_group_is_inconclusive(team, runner):
    """A backlog that may be in a group of others is not said to be absent."""
    team.group(3, members={9: "A"}).backlog()
    team.set_behavior(sprint_get="missing")
    result = runner.run_tasks({"gone": backlog(id=99, state="absent")}).single
    assert (result["failed"], result["error"]["description"]) == (True, "Access denied")


@pytest.mark.parametrize("switch", [{"error_as_int": True}, {"time_as_float": True}, {"operating": False}, {"auth_status": "docs"}])
def test_older_portal_responses_are_understood(team, runner, switch):
    """Codes as numbers, times as fractions, no operating time."""
    team.set_behavior(**switch)
    tasks = {"create": backlog(group_id=2, created_by=6, modified_by=7), "update": backlog(group_id=1, modified_by=9)}
    results = runner.run_tasks(tasks).results
    assert [result["action"] for result in results.values()] == ["create", "update"]
    assert not any(result["failed"] for result in results.values())

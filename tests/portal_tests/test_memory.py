# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the commands of a batch remember of each other, and the next request does not."""

from __future__ import annotations

import pytest

from portal import Portal

UPDATE = "tasks.api.scrum.backlog.update?id=3"
KANBAN = "tasks.api.scrum.kanban."
TASK = "tasks.api.scrum.task."
PLACED = 101
STORED = {"id": 3, "groupId": 5, "createdBy": 6, "modifiedBy": 7}


@pytest.fixture
def portal():
    """A team with a backlog, a sprint with a column, and a task in it; two further groups, one with a backlog."""
    with Portal() as started:
        started.user(6, 7, 9)
        for group in (5, 6, 9):
            started.group(group)
        store = started.engine.store
        store.insert(5, 6, 7, id=3)
        store.insert(6, 6, 6, id=4)
        store.insert(5, 6, 6, kind="sprint", id=10, name="Alpha", status="planned")
        store.stages.add(id=301, title="New", sort=100, color="", type="NEW", owner_id=10)
        store.tasks.add(id=PLACED, group_id=5, created_by=6, responsible=6)
        store.items.add(id=201, entity_id=10, task_id=PLACED, sort_float=100.0, created_by=6)
        yield started


#: A refused update -> what an update of nothing answers after it in the same batch.
REFUSED = {
    "unknown creator": ("&fields[createdBy]=999", "createdBy user not found", {}),
    "unknown modifier": ("&fields[modifiedBy]=999", "modifiedBy user not found", {}),
    "good creator, unknown modifier": ("&fields[createdBy]=9&fields[modifiedBy]=999", "modifiedBy user not found", {"createdBy": 9}),
    "good group, unknown creator": ("&fields[groupId]=9&fields[createdBy]=999", "createdBy user not found", {"groupId": 9}),
    "group with a backlog": ("&fields[groupId]=6&fields[createdBy]=9", "The target group already has a backlog", {}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_backlog_update_after_a_refused_one_answers_what_was_taken_before_the_refusal(portal, batch, case):
    """Each value is tested, then taken: what is refused is not remembered, what came before it is, and a group is even stored."""
    sent, error, leaked = REFUSED[case]
    assert batch(UPDATE + sent, UPDATE + "&fields[none]=1") == [error, {**STORED, "modifiedBy": 0, **leaked}]
    assert portal.backlog_of(leaked.get("groupId", 5)) == (3, leaked.get("groupId", 5), "backlog", 6, 7)


@pytest.mark.parametrize("case", REFUSED)
def test_backlog_update_after_a_refused_request_answers_what_is_stored(batch, case):
    """The memory ends with the request."""
    sent, error, _leaked = REFUSED[case]
    assert batch(UPDATE + sent) == [error]
    assert batch(UPDATE + "&fields[none]=1") == [{**STORED, "modifiedBy": 0}]


def test_backlog_with_items_refused_move_is_not_remembered(portal, batch):
    """The items are looked for before the group is taken."""
    portal.edit(3, items=1)
    error = "It is forbidden move a backlog with items"
    assert batch(UPDATE + "&fields[groupId]=9", UPDATE + "&fields[none]=1") == [error, {**STORED, "modifiedBy": 0}]


def test_stages_made_after_the_first_look_are_not_cleared(portal, batch):
    """Taking a task off the board knows the columns that it saw first; it answers true all the same."""
    off = f"{KANBAN}deleteTask?sprintId=10&taskId={PLACED}"
    stage = f"{KANBAN}addStage?fields[sprintId]=10&fields[name]=Late"
    into = f"{KANBAN}addTask?sprintId=10&taskId={PLACED}&stageId=$result[c1]"
    assert batch(off, stage, into, off) == [True, 302, True, True]
    assert [relation.stage_id for relation in portal.engine.store.task_stages.values()] == [302]
    assert batch(off) == [True]
    assert not portal.engine.store.task_stages


def test_access_lost_during_a_batch_lasts_until_its_end(portal, batch):
    """The decision is made once in a request."""
    portal.set_behavior(during_add=portal.engine.store.groups[5].members.clear)
    look = f"{TASK}get?id={PLACED}"
    first, _added, second = batch(look, "tasks.api.scrum.backlog.add?fields[groupId]=9&fields[createdBy]=6", look)
    assert first["entityId"] == 10
    assert second == first
    assert batch(look) == ["Access denied"]


def test_place_asked_for_before_it_exists_stays_unknown(batch):
    """Also what is not there is remembered."""
    place = f"{TASK}update?id={PLACED}&fields[entityId]=11"
    added, denied = {"id": 11, "groupId": 9, "createdBy": 6, "modifiedBy": 0}, "Access denied"
    assert batch(place, "tasks.api.scrum.backlog.add?fields[groupId]=9&fields[createdBy]=6", place) == [denied, added, denied]
    assert batch(place) == [True]


def test_task_moved_to_a_place_deleted_in_the_batch_is_stranded(batch):
    """The place is remembered, the item goes where nothing is."""
    assert batch("tasks.api.scrum.backlog.delete?id=3", f"{TASK}update?id={PLACED}&fields[entityId]=3") == [[], True]
    assert batch(f"{TASK}get?id={PLACED}") == ["Access denied"]


def test_refused_writes_of_stages_and_tasks_are_not_remembered(batch):
    """Both are read from the database each time."""
    stage = f"{KANBAN}updateStage?stageId=301"
    assert batch(f"{stage}&fields[name]=Ghost&fields[sprintId]=999", f"{stage}&fields[sort]=5") == [False, True]
    item = f"{TASK}update?id={PLACED}"
    assert batch(f"{item}&fields[storyPoints]=8&fields[modifiedBy]=999", f"{item}&fields[sort]=5") == ["modifiedBy user not found", True]
    stages, shown = batch(f"{KANBAN}getStages?sprintId=10", f"{TASK}get?id={PLACED}")
    assert (stages[0]["name"], stages[0]["sort"], shown["storyPoints"], shown["sort"]) == ("New", "5", "", 5)

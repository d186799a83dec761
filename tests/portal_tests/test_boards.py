# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Boards and tasks: the traps by name. The recorded cases hold every detail."""

from __future__ import annotations

import pytest

from portal import Portal

KANBAN = "tasks.api.scrum.kanban."
TASK = "tasks.api.scrum.task."
BACKLOG, SPRINT, OTHER = 3, 10, 15  # OTHER is a sprint of a group of which the caller is no member
NEW, DOING, DONE, ELSEWHERE, COLUMN = 301, 302, 303, 311, 321  # COLUMN is of a group's kanban, under the number of the sprint
IN_SPRINT, NEVER_PLACED, FOREIGN, OWN = 101, 104, 108, 109  # tasks; OWN is the caller's in the foreign group


@pytest.fixture
def portal():
    """A team with a sprint and its board, and a stranger's team."""
    with Portal() as started:
        started.user(2, 3)
        started.group(5, members={1: "K"})
        started.group(8, members={2: "A"})
        store = started.engine.store
        store.insert(5, 2, 2, id=BACKLOG)
        store.insert(5, 2, 2, kind="sprint", id=SPRINT, name="Alpha", status="planned")
        store.insert(8, 2, 2, kind="sprint", id=OTHER, name="Theirs", status="planned")
        for id, title, kind, owner in ((NEW, "New", "NEW", SPRINT), (DOING, "Doing", "WORK", SPRINT), (DONE, "Done", "FINISH", SPRINT)):
            store.stages.add(id=id, title=title, sort=id, color="00C4FB", type=kind, owner_id=owner)
        store.stages.add(id=ELSEWHERE, title="Theirs", sort=100, color="00C4FB", type="NEW", owner_id=OTHER)
        store.stages.add(id=COLUMN, title="Foreign", sort=100, color="00C4FB", type="NEW", owner_id=SPRINT, owner_kind="G")
        for id, group, author in ((IN_SPRINT, 5, 2), (NEVER_PLACED, 5, 2), (FOREIGN, 8, 2), (OWN, 8, 1)):
            store.tasks.add(id=id, group_id=group, created_by=author, responsible=2)
        store.epics.add(id=31, group_id=5, name="Epic")
        store.items.add(id=201, entity_id=SPRINT, task_id=IN_SPRINT, epic_id=31, story_points="3", sort_float=100.0, created_by=2)
        store.task_stages.add(id=401, task_id=IN_SPRINT, stage_id=DOING)
        yield started


def held(portal):
    """The boards as they are stored: the columns, and which task is in which."""
    store = portal.engine.store
    return [vars(stage).copy() for stage in store.stages.values()], columns_of(portal, IN_SPRINT)


def columns_of(portal, task_id):
    """The columns that a task is in."""
    return [relation.stage_id for relation in portal.engine.store.task_stages.where(task_id=task_id)]


REFUSED = {
    "a column that does not exist": ("updateStage", {"stageId": 999, "fields": {"name": "x"}}),
    "no column": ("updateStage", {"stageId": 0, "fields": {"name": "x"}}),
    "a column of a foreign sprint": ("updateStage", {"stageId": ELSEWHERE, "fields": {"name": "x"}}),
    "into a foreign sprint": ("updateStage", {"stageId": DOING, "fields": {"name": "x", "sprintId": OTHER}}),
    "a column with a task": ("deleteStage", {"stageId": DOING}),
    "a foreign sprint's column": ("deleteStage", {"stageId": ELSEWHERE}),
    "a task of another group": ("addTask", {"sprintId": SPRINT, "taskId": FOREIGN, "stageId": NEW}),
    "a foreign sprint": ("addTask", {"sprintId": OTHER, "taskId": FOREIGN, "stageId": ELSEWHERE}),
    "a column that is nowhere": ("addTask", {"sprintId": SPRINT, "taskId": IN_SPRINT, "stageId": 999}),
    "an unknown task": ("deleteTask", {"sprintId": SPRINT, "taskId": 999}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_kanban_write_refused_answers_false_at_200(portal, call, case):
    """Neither status nor an error tells; nothing is stored."""
    before = held(portal)
    method, params = REFUSED[case]
    assert call(KANBAN + method, **params) == (200, False)
    assert held(portal) == before


DROPPED = {
    "points as a number": ({"storyPoints": 5}, {"storyPoints": "3"}),
    "points as null": ({"storyPoints": None}, {"storyPoints": "3"}),
    "an unknown epic": ({"epicId": 999}, {"epicId": 0}),
    "an epic as a word": ({"epicId": "Epic"}, {"epicId": 31}),
    "no place": ({"entityId": 0}, {"entityId": SPRINT}),
    "a sort of zero": ({"sort": 0}, {"sortFloat": 1024}),
    "a misspelt field": ({"storypoints": "8"}, {"storyPoints": "3"}),
}


@pytest.mark.parametrize("case", DROPPED)
def test_task_update_field_dropped_answers_true(call, case):
    """Only reading tells what came of it."""
    fields, expected = DROPPED[case]
    assert call(TASK + "update", id=IN_SPRINT, fields=fields) == (200, True)
    _status, item = call(TASK + "get", id=IN_SPRINT)
    assert {name: item[name] for name in expected} == expected


def test_task_update_refused_after_placing_leaves_the_item(call):
    """The first placement makes the item before it looks at the rest."""
    fields = {"entityId": SPRINT, "createdBy": 2, "modifiedBy": 999}
    assert call(TASK + "update", id=NEVER_PLACED, fields=fields) == (400, "modifiedBy user not found")
    assert call(TASK + "get", id=NEVER_PLACED)[1]["entityId"] == SPRINT


def test_stage_update_of_a_foreign_column_renames_it(portal, call):
    """A column of a group's kanban is taken for one of the sprint with the group's number."""
    assert COLUMN not in [int(stage["id"]) for stage in call(KANBAN + "getStages", sprintId=SPRINT)[1]]
    assert call(KANBAN + "updateStage", stageId=COLUMN, fields={"name": "Renamed"}) == (200, True)
    assert portal.engine.store.stages[COLUMN].title == "Renamed"


def test_stage_delete_of_a_foreign_column_blanks_its_type(portal, call):
    """It says false, and has done harm."""
    assert call(KANBAN + "deleteStage", stageId=COLUMN) == (200, False)
    assert portal.engine.store.stages[COLUMN].type == ""


def test_task_added_to_a_second_column_is_in_both(portal, call):
    """To move a task is to take it off the board first."""
    assert call(KANBAN + "addTask", sprintId=SPRINT, taskId=IN_SPRINT, stageId=DONE) == (200, True)
    assert columns_of(portal, IN_SPRINT) == [DOING, DONE]
    assert call(KANBAN + "deleteTask", sprintId=SPRINT, taskId=IN_SPRINT) == (200, True)
    assert call(KANBAN + "addTask", sprintId=SPRINT, taskId=IN_SPRINT, stageId=DONE) == (200, True)
    assert columns_of(portal, IN_SPRINT) == [DONE]


def test_task_without_access_is_an_empty_list(call):
    """A foreign task looks like one that does not exist; one's own in the same group is readable."""
    assert call("tasks.task.get", taskId=FOREIGN) == call("tasks.task.get", taskId=999) == (200, [])
    assert call("tasks.task.get", taskId=OWN, select=["ID", "GROUP_ID"]) == (200, {"task": {"id": str(OWN), "groupId": "8"}})


@pytest.mark.parametrize(
    ("params", "error"),
    [({"id": IN_SPRINT}, "CTaskItem All parameters in the constructor must have real class type"), ({"taskId": "abc"}, "wrong task id")],
)
def test_task_without_a_good_id_is_refused(call, params, error):
    """The parameter is named taskId."""
    assert call("tasks.task.get", **params) == (400, error)

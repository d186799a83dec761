# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sprints: how they begin, run and end, and the traps by name. The recorded cases hold every detail."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from portal import Portal

SPRINT_METHODS = "tasks.api.scrum.sprint."
BACKLOG, LAST, SPRINT, LATER = 3, 9, 10, 11  # LAST is completed, SPRINT and LATER are planned
OPEN, DONE, PART, FOREIGN_PART, WAITING = 101, 102, 103, 104, 105  # the parts belong to OPEN; WAITING is in the backlog
NEW, DOING, FINISH = 301, 302, 303  # columns that the board of SPRINT has when a test wants some


@pytest.fixture
def portal():
    """The caller's team with a backlog, two planned sprints and some tasks."""
    with Portal() as started:
        started.user(2)
        started.group(5, members={1: "A", 2: "K"})
        started.group(6, members={1: "K", 2: "A"})
        store = started.engine.store
        store.clock.standing = datetime(2026, 7, 10, 12, tzinfo=timezone.utc)
        store.insert(5, 2, 2, id=BACKLOG)
        for id, name in ((SPRINT, "Alpha"), (LATER, "Beta")):
            dates = {"date_start": "2026-07-06 09:00:00", "date_end": "2026-07-20 18:00:00"}
            store.insert(5, 2, 2, kind="sprint", id=id, name=name, sort=4, status="planned", **dates)
        for id, group, parent, status in (
            (OPEN, 5, 0, 2),
            (DONE, 5, 0, 5),
            (PART, 5, OPEN, 2),
            (FOREIGN_PART, 6, OPEN, 2),
            (WAITING, 5, 0, 2),
        ):
            store.tasks.add(id=id, group_id=group, parent_id=parent, status=status)
        for task, entity in ((OPEN, SPRINT), (DONE, SPRINT), (WAITING, BACKLOG)):
            store.items.add(id=task + 100, entity_id=entity, task_id=task, sort_float=float(task), created_by=2)
        yield started


@pytest.fixture
def sprint(call):
    """A method of sprints: (status, the result or the text of the error)."""
    return lambda method, **params: call(SPRINT_METHODS + method, **params)


def board(portal, sprint_id=SPRINT, kinds=(("New", "NEW"), ("Doing", "WORK"), ("Done", "FINISH")), first=NEW):
    """Give a sprint a board."""
    for id, (title, kind) in enumerate(kinds, start=first):
        portal.engine.store.stages.add(id=id, title=title, sort=id, color="00C4FB", type=kind, owner_id=sprint_id)


def places(portal):
    """Task -> title of the column that it is in."""
    store = portal.engine.store
    return {relation.task_id: store.stages[relation.stage_id].title for relation in store.task_stages.values()}


def tasks_of(portal, entity_id):
    """The tasks of a backlog or sprint in their order."""
    return [item.task_id for item in sorted(portal.engine.store.items.where(entity_id=entity_id), key=lambda item: item.sort_float)]


def row(portal, id=SPRINT):
    """A sprint as it is stored."""
    return portal.engine.store.entities[id]


@pytest.mark.parametrize(
    ("role", "admin", "allowed"),
    [("A", False, True), ("E", False, True), ("K", False, False), ("K", True, False), ("Z", False, False), ("T", False, False)],
)
@pytest.mark.parametrize("method", ["start", "complete"])
def test_start_and_complete_need_owner_or_moderator(portal, sprint, method, role, admin, allowed):
    """Administrators are no exception."""
    portal.engine.store.groups[5].members[1] = role
    portal.engine.store.users[1].admin = admin
    if method == "complete":
        row(portal).status = "active"
    answer = sprint(method, id=SPRINT if method == "start" else 5)
    assert answer[0] == (200 if allowed else 400)
    assert allowed or answer[1] == "Access denied"


def test_archived_group_is_like_any_other(portal, sprint):
    """Its members may read and change its sprints."""
    portal.engine.store.groups[5].closed = True
    assert sprint("update", id=SPRINT, fields={"name": "Renamed"})[1]["name"] == "Renamed"


def test_start_first_sprint_makes_default_board(portal, sprint):
    """Open tasks and their open parts are put into the first column, completed ones go to the top of the backlog."""
    status, answer = sprint("start", id=SPRINT)
    assert (status, answer["status"], answer["sort"]) == (200, "active", 0)
    columns = [(stage.title, stage.sort, stage.type) for stage in portal.engine.store.stages.values()]
    assert columns == [("New", 100, "NEW"), ("In Progress", 200, "WORK"), ("Done", 300, "FINISH")]
    assert places(portal) == {OPEN: "New", PART: "New"}
    assert tasks_of(portal, BACKLOG) == [DONE, WAITING]
    assert row(portal).date_start == "2026-07-06 09:00:00"


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((("New", "NEW"), ("Doing", "WORK"), ("Done", "FINISH")), "Doing"),
        ((("New", "NEW"), ("Elsewhere", "WORK"), ("Done", "FINISH")), "New"),
        ((("New", "NEW"), ("Doing", "WORK"), ("More", "WORK"), ("Done", "FINISH")), "New"),
    ],
    ids=["the same columns", "another title", "one column more"],
)
def test_start_task_of_last_sprint_keeps_its_column(portal, sprint, kinds, expected):
    """Where it was before decides, as long as the boards have as many columns and that one has the same title and type."""
    portal.engine.store.insert(5, 2, 2, kind="sprint", id=LAST, name="Past", status="completed", date_end="2026-07-05 18:00:00")
    board(portal, LAST)
    portal.engine.store.task_stages.add(task_id=OPEN, stage_id=DOING)
    board(portal, SPRINT, kinds, first=311)
    assert sprint("start", id=SPRINT)[0] == 200
    (place,) = [r.stage_id for r in portal.engine.store.task_stages.where(task_id=OPEN) if r.stage_id > DOING]
    assert portal.engine.store.stages[place].title == expected


def test_start_copies_board_of_sprint_completed_last(portal, sprint):
    """Which was completed last is told by the end, not by the id."""
    for id, end, title in ((LAST, "2026-06-05 18:00:00", "Older"), (LATER, "2026-07-05 18:00:00", "Newest")):
        if id not in portal.engine.store.entities:
            portal.engine.store.insert(5, 2, 2, kind="sprint", id=id)
        row(portal, id).status, row(portal, id).date_end = "completed", end
        board(portal, id, ((title, "NEW"),), first=id * 100)
    assert sprint("start", id=SPRINT)[0] == 200
    assert places(portal)[OPEN] == "Newest"


def only_completed_tasks(portal):
    """Nothing is left to do in the sprint."""
    portal.engine.store.tasks[OPEN].status = 5


def board_without_beginning(portal):
    """No column to put tasks into."""
    board(portal, kinds=(("Doing", "WORK"),))


def last_board_missing(portal):
    """The last sprint was completed without ever having had a board."""
    row(portal, LATER).status = "completed"


def another_one_active(portal):
    """One sprint runs already."""
    row(portal, LATER).status = "active"


CANNOT_START = {
    only_completed_tasks: (3, [OPEN, DONE, WAITING]),
    board_without_beginning: (1, [DONE, WAITING]),
    last_board_missing: (0, [WAITING]),
    another_one_active: (0, [WAITING]),
}


@pytest.mark.parametrize("why", CANNOT_START, ids=lambda why: why.__name__)
def test_start_refused_keeps_what_was_done_before(portal, sprint, why):
    """Columns that were made and tasks that were moved stay; the sprint stays planned."""
    why(portal)
    assert sprint("start", id=SPRINT) == (400, "Unable to start sprint")
    columns, backlog = CANNOT_START[why]
    assert (len(portal.engine.store.stages), tasks_of(portal, BACKLOG)) == (columns, backlog)
    assert (row(portal).status, places(portal)) == ("planned", {})


def test_complete_sorts_tasks_by_their_columns(portal, sprint):
    """Unfinished ones go back, completed ones to the last column; open ones in it stay there and stay open."""
    board(portal)
    row(portal).status = "active"
    store = portal.engine.store
    store.items.add(id=299, entity_id=SPRINT, task_id=PART, sort_float=1.0, created_by=2)
    for task, column in ((OPEN, DOING), (DONE, DOING), (PART, FINISH)):
        store.task_stages.add(task_id=task, stage_id=column)
    status, answer = sprint("complete", id=5)
    assert (status, answer["status"], answer["dateEnd"]) == (200, "completed", "2026-07-10T12:00:00+00:00")
    assert tasks_of(portal, BACKLOG) == [OPEN, WAITING]
    assert (tasks_of(portal, SPRINT), places(portal)[DONE], store.tasks[PART].status) == ([PART, DONE], "Done", 2)
    assert sprint("complete", id=5) == (400, "Sprint not found")


def test_complete_without_backlog_makes_next_sprint(portal, sprint):
    """Even when nothing has to go there; its number counts all sprints of the group."""
    row(portal).status = "active"
    portal.remove(BACKLOG)
    assert sprint("complete", id=5)[0] == 200
    (made,) = [entity for entity in portal.engine.store.entities.values() if entity.name == "Sprint 3"]
    assert (made.group_id, made.created_by, made.status, made.date_start) == (5, 1, "planned", "2026-07-10 12:00:00")


def test_delete_gives_all_items_to_the_top_of_the_backlog(portal, sprint):
    """Inactive ones too; without a backlog it is refused."""
    portal.engine.store.items[OPEN + 100].active = "N"
    assert sprint("delete", id=SPRINT) == (200, [])
    assert tasks_of(portal, BACKLOG) == [OPEN, DONE, WAITING]
    portal.remove(BACKLOG)
    portal.engine.store.items[OPEN + 100].entity_id = LATER
    assert sprint("delete", id=LATER) == (400, "It is forbidden remove a sprint with items")


@pytest.mark.parametrize("before", ["planned", "active", "completed"])
@pytest.mark.parametrize("after", ["planned", "active", "completed"])
def test_update_may_set_any_status_but_active_twice(portal, sprint, before, after):
    """Not even on the active sprint itself."""
    row(portal).status = before
    expected = (400, "active") if (before, after) == ("active", "active") else (200, after)
    assert (sprint("update", id=SPRINT, fields={"status": after})[0], row(portal).status) == expected


#: A refused update -> what it leaves to be stored by the next one of the same batch.
LEFT_BEHIND = {
    "name and sort": ("fields[name]=Ghost&fields[sort]=9&fields[createdBy]=999", {"name": "Ghost", "sort": 9}),
    "dates": ("fields[dateStart]=2030-01-01&fields[status]=bad", {"date_start": "2030-01-01 00:00:00"}),
    "nothing behind the refusal": ("fields[modifiedBy]=999&fields[dateStart]=2030-01-01&fields[status]=completed", {}),
    "a status that cannot be": ("fields[status]=bad", {}),
}


@pytest.mark.parametrize("case", LEFT_BEHIND)
def test_refused_update_leaks_into_the_next_of_a_batch(portal, batch, case):
    """A request of its own sees nothing of it."""
    fields, left = LEFT_BEHIND[case]
    before = dict(vars(row(portal)))
    refused, _next = batch(f"{SPRINT_METHODS}update?id={SPRINT}&{fields}", f"{SPRINT_METHODS}get?id={SPRINT}")
    assert isinstance(refused, str)
    assert vars(row(portal)) == before
    batch(f"{SPRINT_METHODS}update?id={SPRINT}&{fields}", f"{SPRINT_METHODS}update?id={SPRINT}&fields[nothing]=1")
    assert vars(row(portal)) == {**before, **left}


def test_refused_start_leaks_into_the_next_update_of_a_batch(portal, batch):
    """The process believes that the sprint is active, and a harmless update stores it."""
    another_one_active(portal)
    answers = batch(*[f"{SPRINT_METHODS}start?id={SPRINT}"] * 2, f"{SPRINT_METHODS}update?id={SPRINT}&fields[name]=Beta")
    assert answers[:2] == ["Unable to start sprint", "Sprint must be planned"]
    assert (row(portal).status, row(portal).sort) == ("active", 0)


def test_update_to_group_zero_makes_two_active_sprints(portal, sprint):
    """The group is not stored, but the search for an active sprint goes there."""
    another_one_active(portal)
    portal.engine.store.items.clear()
    assert sprint("update", id=SPRINT, fields={"groupId": 0, "status": "active"})[0] == 200
    assert (row(portal).group_id, row(portal).status) == (5, "active")


def test_update_to_unknown_group_strands_the_sprint(portal, sprint):
    """Nobody asks whether there is such a group; afterwards nobody may read the sprint."""
    portal.engine.store.items.clear()
    assert sprint("update", id=SPRINT, fields={"groupId": 77})[0] == 200
    assert sprint("get", id=SPRINT) == (400, "Access denied")

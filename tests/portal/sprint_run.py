# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""tasks.api.scrum.sprint.start and complete: a sprint's way from planned to active to completed."""

from __future__ import annotations

from datetime import timedelta

from . import board, items, stages
from .sprints import active, load, shown, write
from .store import RestError

COMPLETED_TASK = 5
RUNNING_ROLES = ("A", "E")


def start(process, id):
    """Starts a planned sprint. What was done before a refusal stays done, and the process remembers the sprint as active."""
    if id == 0:
        raise RestError("Sprint id not found")
    memory = load(process, id)
    if memory.status != "planned":
        raise RestError("Sprint must be planned")
    _check_role(process, memory.group_id)
    memory.status, memory.sort = "active", 0
    if active(process.store, memory.group_id) or not _fill_board(process, memory):
        raise RestError("Unable to start sprint")
    write(process, memory)
    return shown(process, memory)


def complete(process, id):
    """Completes the active sprint of a group; the id is the GROUP's."""
    if id == 0:
        raise RestError("Group id not found")
    sprint = active(process.store, id)
    if sprint is None:
        raise RestError("Sprint not found")
    _check_role(process, id)
    _empty_board(process, sprint)
    clock = process.store.clock
    sprint.date_end, sprint.status, sprint.sort = clock.stored(clock.now()), "completed", 0
    return shown(process, sprint)


def _check_role(process, group_id):
    group = process.store.groups.get(group_id)
    if group is None or group.role_of(process.user) not in RUNNING_ROLES:
        raise RestError("Access denied")
    process.check_access(group_id)


def _last_completed(store, group_id):
    """The completed sprint of a group that ended last, None when there is none."""
    found = [row for row in store.entities.values() if (row.group_id, row.kind, row.status) == (group_id, "sprint", "completed")]
    return max(found, key=lambda row: (row.date_end or "", -row.id), default=None)


def _fill_board(process, sprint):
    """Columns for a sprint, completed tasks back to the backlog, the others into the columns; returns whether all of it went well."""
    store = process.store
    row = store.entities.get(sprint.id)
    model = _last_completed(store, row.group_id) if row else None
    if not stages.of(store, sprint.id):
        board.make(store, sprint.id, model and model.id)
    if not stages.of(store, sprint.id):
        return False
    tasks = [item.task_id for item in store.items.where(entity_id=sprint.id, active="Y")]
    done = [task for task in tasks if _is_completed(store, task)]
    still_open = [task for task in tasks if task not in done]
    backlog = store.backlog_of(sprint.group_id)
    moved = items.of_tasks(store, done + _open_parts(store, sprint.group_id, done), sprint.id)
    items.move(store, moved, backlog.id if backlog else 0)
    first = board.first_new(store, sprint.id)
    if not still_open or first is None:
        return False
    places = board.earlier_places(store, sprint.id, model.id) if model else {}
    everything = still_open + _open_parts(store, sprint.group_id, still_open)
    board.put(process, sprint.id, {task: places.get(task, first) for task in everything})
    return True


def _empty_board(process, sprint):
    """Completed tasks to the last column, the others to the backlog, or to a new sprint when there is no backlog.

    Open tasks in the last column stay as they are: the server asks whether nobody may complete them, and nobody may not.
    """
    store = process.store
    unfinished = board.tasks_in(store, [stage for stage in stages.of(store, sprint.id) if stage.type != "FINISH"])
    last = board.last_finish(store, sprint.id)
    for task in [task for task in unfinished if _is_completed(store, task)]:
        unfinished.remove(task)
        if last:
            board.put(process, sprint.id, {task: last})
    target = store.backlog_of(sprint.group_id) or _next_sprint(process, sprint.group_id)
    items.move(store, items.of_tasks(store, unfinished, sprint.id), target.id)


def _next_sprint(process, group_id):
    store = process.store
    number = sum(row.kind == "sprint" and row.group_id == group_id for row in store.entities.values()) + 1
    begin = store.clock.now()
    end = begin + timedelta(seconds=store.groups[group_id].sprint_duration or 0)
    return store.insert(
        group_id,
        process.user,
        process.user,
        kind="sprint",
        name=f"Sprint {number}",
        sort=0,
        date_start=store.clock.stored(begin),
        date_end=store.clock.stored(end),
        status="planned",
        goal="",
    )


def _is_completed(store, task):
    return task in store.tasks and store.tasks[task].status == COMPLETED_TASK


def _open_parts(store, group_id, parents):
    """Ids of the open tasks of a group that are parts of others."""
    found = [part for parent in parents for part in store.tasks.where(parent_id=parent, group_id=group_id)]
    return [part.id for part in found if part.status != COMPLETED_TASK]

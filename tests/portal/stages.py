# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The boards of sprints: their columns, and the tasks in them."""

from __future__ import annotations

SPRINT = "A"  # kind of a column's owner
NEW, WORK, FINISH = TYPES = ("NEW", "WORK", "FINISH")
TITLES = {NEW: "New", WORK: "In Progress", FINISH: "Done"}


def of(store, sprint_id):
    """The columns of a sprint's board, by sort and then by id."""
    return sorted(store.stages.where(owner_id=sprint_id, owner_kind=SPRINT), key=_place)


def ids(process, sprint_id):
    """The ids of a board's columns as this process first saw them; columns that are made later are missing."""
    if sprint_id not in process.stage_ids:
        process.stage_ids[sprint_id] = [stage.id for stage in of(process.store, sprint_id)]
    return process.stage_ids[sprint_id]


def put(store, task_id, stage_id):
    """A task into a column, unless it is there; it stays in the columns that it is in."""
    if not store.task_stages.where(task_id=task_id, stage_id=stage_id):
        store.task_stages.add(task_id=task_id, stage_id=stage_id)


def take_off(process, sprint_id, task_ids):
    """Tasks out of the columns of a board that this process knows."""
    store, known = process.store, ids(process, sprint_id)
    for task_id in task_ids:
        for relation in store.task_stages.where(task_id=task_id):
            if relation.stage_id in known:
                del store.task_stages[relation.id]
                if task_id in store.tasks:
                    store.tasks[task_id].stage_id = 0


def _place(stage):
    """Where the database puts a column: NULL comes first."""
    return (stage.sort is not None, stage.sort or 0, stage.id)

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What start and complete do with a sprint's board: its columns are made, tasks are put into them and taken out."""

from __future__ import annotations

from . import stages

#: The columns of a board that has no model: (type, color).
DEFAULT = ((stages.NEW, "00C4FB"), (stages.WORK, "47D1E2"), (stages.FINISH, "75D900"))


def make(store, sprint_id, model_id):
    """Give a sprint its columns: those of another sprint, or the default ones when that is None."""
    if model_id is None:
        columns = [(stages.TITLES[type], color, type) for type, color in DEFAULT]
    else:
        columns = [(stage.title, stage.color, stage.type) for stage in stages.of(store, model_id)]
    for place, (title, color, type) in enumerate(columns, start=1):
        store.stages.add(title=title, sort=place * 100, color=color, type=type, owner_id=sprint_id, owner_kind=stages.SPRINT)


def first_new(store, sprint_id):
    """The column in which tasks begin, None when there is none."""
    return next((stage for stage in stages.of(store, sprint_id) if stage.type == stages.NEW), None)


def last_finish(store, sprint_id):
    """The column in which tasks end, None when there is none."""
    return next((stage for stage in reversed(stages.of(store, sprint_id)) if stage.type == stages.FINISH), None)


def tasks_in(store, columns):
    """Ids of the tasks in columns, each once."""
    ids = {stage.id for stage in columns}
    return list(dict.fromkeys(row.task_id for _id, row in sorted(store.task_stages.items()) if row.stage_id in ids))


def put(process, sprint_id, places):
    """Put tasks into columns of a sprint, and out of its others.

    :param places: task id -> column.
    """
    store = process.store
    stages.take_off(process, sprint_id, places)
    for task_id, stage in places.items():
        stages.put(store, task_id, stage.id)
        if task_id in store.tasks:
            store.tasks[task_id].stage_id = stage.id


def earlier_places(store, sprint_id, model_id):
    """Where tasks were on another sprint's board: task id -> column of this sprint with the same title and type.

    Nothing when the two boards do not have as many columns.
    """
    mine, theirs = stages.of(store, sprint_id), stages.of(store, model_id)
    if len(mine) != len(theirs):
        return {}
    places = {}
    for old in theirs:
        for new in mine:
            if (new.title, new.type) == (old.title, old.type):
                places.update((task_id, new) for task_id in tasks_in(store, [old]))
    return places

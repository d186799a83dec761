# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""tasks.api.scrum.task.*: a task's item, which is its place in a backlog or a sprint."""

from __future__ import annotations

import math

from . import items, php, tasks
from .controller import Action, Controller
from .store import RestError

LARGEST_SORT = 255  # that the old field shows


def get(process, id):
    """The item of a task."""
    if id == 0:
        raise RestError("Task id not found")
    item = _item(process.store, id)
    if item is None:
        raise RestError("Task not found")
    entity = process.remembered(item.entity_id)
    if entity is None or not (process.may_see(entity.group_id) or tasks.may_read(process, id)):
        raise RestError("Access denied")
    sort = item.sort_float or items.STEP
    return {
        "entityId": item.entity_id,
        "storyPoints": item.story_points or "",
        "epicId": item.epic_id or 0,
        "sort": max(0, min(LARGEST_SORT, math.floor((item.sort_float or 0) + 0.5))),
        "sortFloat": int(sort) if sort.is_integer() and abs(sort) < 1e15 else sort,
        "createdBy": item.created_by or 0,
        "modifiedBy": item.modified_by or 0,
    }


def update(process, id, fields):
    """Changes a task's item, or makes it. What has the wrong type is dropped without a word."""
    if id == 0:
        raise RestError("Task id not found")
    changes = {}
    entity_id = php.to_int(fields.get("entityId"))
    if entity_id:
        changes["entity_id"] = entity_id
        group_id = _readable(process, entity_id).group_id
    item = _item(process.store, id)
    if item is not None:
        group_id = _readable(process, item.entity_id).group_id
    elif entity_id:
        item = _placed(process, id, entity_id, fields)
    else:
        raise RestError("Entity id not found")
    if isinstance(fields.get("storyPoints"), str):
        changes["story_points"] = fields["storyPoints"]
    if php.is_numeric(fields.get("epicId")):
        changes["epic_id"] = _epic(process.store, php.to_int(fields["epicId"]), group_id)
    sort = _sort(fields)
    if sort is not None:
        changes["sort_float"] = sort
    for column, name in (("created_by", "createdBy"), ("modified_by", "modifiedBy")):
        user = process.user_in(fields, name)
        if user:
            changes[column] = user
    for column, value in changes.items():
        setattr(item, column, value)
    return True


def get_fields(_process):
    """The fields of an item."""
    types = {"storyPoints": "string", "sortFloat": "float"}
    names = ("entityId", "storyPoints", "epicId", "sort", "sortFloat", "createdBy", "modifiedBy")
    return {"fields": {name: {"type": types.get(name, "integer")} for name in names}}


def _item(store, task_id):
    """The item of a task: of several the one with the lowest sort, then the newest."""
    return next(iter(items.ordered(store.items.where(task_id=task_id))), None)


def _readable(process, entity_id):
    """A backlog or sprint as this process remembers it.

    :raises RestError: when there is none, or the caller may not read it.
    """
    entity = process.remembered(entity_id)
    if entity is None:
        raise RestError("Access denied")
    process.check_access(entity.group_id)
    return entity


def _placed(process, task_id, entity_id, fields):
    """A new item. It stays even when the update that makes it is refused afterwards."""
    task = process.store.tasks.get(task_id)
    if task is None or not tasks.may_read(process, task_id):
        raise RestError("Task not found.")
    process.check_access(task.group_id)
    if task.group_id != process.remembered(entity_id).group_id:
        raise RestError("Access denied")
    created_by = process.user_in(fields, "createdBy")
    if not created_by:
        raise RestError("Item not created")
    sort = _sort(fields)
    if sort is None:
        sort = items.lowest(process.store) / 2 or items.STEP
    return process.store.items.add(
        entity_id=entity_id,
        task_id=task_id,
        epic_id=None,
        story_points=None,
        sort_float=sort,
        created_by=created_by,
        modified_by=created_by,
    )


def _epic(store, id, group_id):
    """The id of an epic, 0 when there is none.

    :raises RestError: when it is another group's.
    """
    epic = store.epics.get(id)
    if epic is None:
        return 0
    if epic.group_id != group_id:
        raise RestError("Epic not found")
    return id


def _sort(fields):
    """The sort in the fields, the newer field before the old one; None for none.

    :raises RestError: when it is too large for any number.
    """
    for name in ("sortFloat", "sort"):
        if php.is_numeric(fields.get(name)):
            sort = float(fields[name])
            if not math.isfinite(sort):
                raise RestError("Unable to update task")
            return sort or items.STEP
    return None


CONTROLLER = Controller(
    "tasks.api.scrum.task.",
    "Bitrix\\Tasks\\Rest\\Controllers\\Scrum\\Task",
    {
        "get": Action(get, {"id": "int"}, read=True),
        "update": Action(update, {"id": "int", "fields": "array"}),
        "getfields": Action(get_fields, read=True, shown="getFields"),
    },
)

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""tasks.api.scrum.backlog.*"""

from __future__ import annotations

import time

from . import php
from .controller import Action, Controller
from .store import RestError


def get(process, id):
    """A group's backlog; the id is the GROUP's."""
    if id == 0:
        raise RestError("Group id not found")
    row = process.store.backlog_of(id)
    if row is None:
        raise RestError("Backlog not found")
    process.check_access(row.group_id)
    return {"id": row.id, "groupId": row.group_id, "createdBy": row.created_by or 0, "modifiedBy": row.modified_by or 0}


def add(process, fields):
    """A new backlog. The answer echoes modifiedBy, the row has createdBy in its place."""
    store, switches = process.store, process.switches
    group_id = php.to_int(fields.get("groupId"))
    if group_id == 0:
        raise RestError("Group id not found")
    with store.lock:
        process.check_access(group_id)
        if store.backlog_of(group_id):
            raise RestError("Backlog already added")
        created_by, modified_by = process.user_in(fields, "createdBy"), process.user_in(fields, "modifiedBy")
    if switches.add_delay:
        time.sleep(switches.add_delay)
    if switches.during_add:
        switches.during_add()
    with store.lock:
        if not created_by or switches.take("add_fails"):
            raise RestError("Unable to add backlog")
        row = store.insert(group_id, created_by, created_by)
        return {"id": row.id, "groupId": group_id, "createdBy": created_by, "modifiedBy": modified_by}


def update(process, id, fields):
    """Changes a backlog. The answer is made of what was sent; CREATED_BY is never stored."""
    if id == 0:
        raise RestError("Backlog id not found")
    memory = _load(process, id)
    process.check_access(memory.group_id)
    memory.modified_by = 0
    if php.is_numeric(fields.get("groupId")):
        _move(process, memory, php.to_int(fields["groupId"]))
    memory.created_by = process.user_in(fields, "createdBy") or memory.created_by
    memory.modified_by = process.user_in(fields, "modifiedBy")
    if process.switches.take("update_fails"):
        raise RestError("Unable to update backlog")
    _save(process, memory)
    return {"id": id, "groupId": memory.group_id, "createdBy": memory.created_by or 0, "modifiedBy": memory.modified_by}


def delete(process, id):
    """Removes a backlog; a failure of the database shows as success."""
    if id == 0:
        raise RestError("Backlog id not found")
    memory = _load(process, id)
    process.check_access(memory.group_id)
    if process.store.has_items(id):
        raise RestError("It is forbidden remove a backlog with items")
    if not process.switches.take("delete_fails"):
        process.store.delete(id)
        if process.switches.planning_page_open:
            process.store.insert(memory.group_id, 1, 1)
    return {}


def get_fields(_process):
    """The fields of a backlog."""
    return {"fields": {name: {"type": "integer"} for name in ("groupId", "createdBy", "modifiedBy")}}


def _load(process, id):
    memory = process.remembered(id)
    if memory is None or memory.kind != "backlog":
        raise RestError("Backlog not found")
    return memory


def _move(process, memory, group_id):
    if group_id == memory.group_id:
        return
    if process.store.has_items(memory.id):
        raise RestError("It is forbidden move a backlog with items")
    if process.store.backlog_of(group_id):
        raise RestError("The target group already has a backlog")
    memory.group_id = group_id


def _save(process, memory):
    row = process.store.entities.get(memory.id)
    if row is None:
        return
    if memory.group_id:
        process.store.move(row, memory.group_id)
    if memory.modified_by:
        row.modified_by = memory.modified_by


CONTROLLER = Controller(
    "tasks.api.scrum.backlog.",
    "Bitrix\\Tasks\\Rest\\Controllers\\Scrum\\Backlog",
    {
        "get": Action(get, {"id": "int"}, read=True),
        "add": Action(add, {"fields": "array"}, own_lock=True),
        "update": Action(update, {"id": "int", "fields": "array"}),
        "delete": Action(delete, {"id": "int"}),
        "getfields": Action(get_fields, read=True, shown="getFields"),
    },
)

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""tasks.api.scrum.sprint.*"""

from __future__ import annotations

from . import items, php, sprint_run
from .controller import Action, Controller
from .orm import Listed, select
from .sprints import COLUMNS, active, load, shown, write
from .store import RestError

STATUSES = ("active", "planned", "completed")
LONGEST_NAME = 255
FIELDS = {
    "groupId": "integer",
    "name": "string",
    "sort": "integer",
    "createdBy": "integer",
    "modifiedBy": "integer",
    "dateStart": "string",
    "dateEnd": "string",
    "status": "string",
}


def get(process, id):
    """A sprint, or a backlog: the server does not look at the kind."""
    if id == 0:
        raise RestError("Sprint id not found")
    row = process.store.entities.get(id)
    if row is None:
        raise RestError("Sprint not found")
    process.check_access(row.group_id)
    answer = shown(process, row)
    if process.switches.sprint_get == "no_entity_type":
        del answer["entityType"]
    return answer


def add(process, fields):
    """A new sprint; modifiedBy is checked, and the row has createdBy in its place."""
    store = process.store
    group_id = php.to_int(fields.get("groupId"))
    if group_id == 0:
        raise RestError("Group id not found")
    process.check_access(group_id)
    created_by = process.user_in(fields, "createdBy")
    process.user_in(fields, "modifiedBy")
    for name in ("dateStart", "dateEnd"):
        if name not in fields:
            raise RestError(f"Incorrect {name} format")
    status = _status(php.as_text(fields.get("status")))
    if status == "active" and active(store, group_id):
        raise RestError("Unable to add two active sprint")
    name = php.as_text(fields.get("name"))
    try:
        start, end = (store.clock.stored(store.clock.meant(fields[key])) for key in ("dateStart", "dateEnd"))
    except OverflowError:
        raise RestError("Unable to add sprint") from None
    if not php.truthy(name) or len(name) > LONGEST_NAME or not created_by:
        raise RestError("Unable to add sprint")
    row = store.insert(
        group_id,
        created_by,
        created_by,
        kind="sprint",
        name=name,
        sort=php.to_int(fields.get("sort")),
        date_start=start,
        date_end=end,
        status=status,
        goal="",
    )
    return shown(process, row)


def update(process, id, fields):
    """Changes a sprint. What a refused call brought stays in the memory of the process, and the next call writes it."""
    if id == 0:
        raise RestError("Sprint id not found")
    memory = load(process, id)
    process.check_access(memory.group_id)
    if php.is_numeric(fields.get("groupId")):
        group_id = php.to_int(fields["groupId"])
        if group_id != memory.group_id and process.store.has_items(id):
            raise RestError("It is forbidden move a sprint with items")
        memory.group_id = group_id
    if isinstance(fields.get("name"), str):
        memory.name = fields["name"]
    if php.is_numeric(fields.get("sort")):
        memory.sort = php.to_int(fields["sort"])
    memory.created_by = process.user_in(fields, "createdBy") or memory.created_by
    memory.modified_by = process.user_in(fields, "modifiedBy")
    clock = process.store.clock
    try:
        for name, column in (("dateStart", "date_start"), ("dateEnd", "date_end")):
            if name in fields:
                setattr(memory, column, clock.stored(clock.meant(fields[name])))
    except OverflowError:
        raise RestError("Sprint not updated") from None
    if isinstance(fields.get("status"), str):
        memory.status = _status(fields["status"])
        if memory.status == "active" and active(process.store, memory.group_id):
            raise RestError("Unable to add two active sprint")
    if len(memory.name or "") > LONGEST_NAME:
        raise RestError("Sprint not updated")
    write(process, memory)
    return shown(process, process.store.entities.get(id))


def delete(process, id):
    """Removes a sprint; its items go to the backlog, its columns stay."""
    store = process.store
    if id == 0:
        raise RestError("Sprint not found")
    memory = load(process, id)
    process.check_access(memory.group_id)
    if store.has_items(id):
        backlog = store.backlog_of(memory.group_id)
        if backlog is None:
            raise RestError("It is forbidden remove a sprint with items")
        items.move(store, items.ordered(store.items.where(entity_id=id)), backlog.id)
        if id in store.entities:
            backlog.items += store.entities[id].items
    store.delete(id)
    return {}


def list_sprints(process, filter, wanted, order, start):
    """Sprints of the groups to which the caller has any relation; what cannot be understood is an empty list."""
    if filter is not None and filter is not False and not isinstance(filter, dict):
        text = "Cannot access offset of type string on string" if isinstance(filter, str) else "Cannot use a scalar value as an array"
        raise RestError(text)
    filter = dict(filter or {}, **{"=ENTITY_TYPE": "sprint"})
    table = Listed(process.store.entities, COLUMNS, dates=("DATE_START", "DATE_END"))
    return php.array([shown(process, row) for row in select(process, table, filter, wanted, order, start)])


def get_fields(_process):
    """The fields of a sprint."""
    return {"fields": {name: {"type": kind} for name, kind in FIELDS.items()}}


def _status(text):
    if text not in STATUSES:
        raise RestError("Incorrect sprint status")
    return text


CONTROLLER = Controller(
    "tasks.api.scrum.sprint.",
    "Bitrix\\Tasks\\Rest\\Controllers\\Scrum\\Sprint",
    {
        "get": Action(get, {"id": "int"}, read=True),
        "add": Action(add, {"fields": "array"}),
        "update": Action(update, {"id": "int", "fields": "array"}),
        "delete": Action(delete, {"id": "int"}),
        "start": Action(sprint_run.start, {"id": "int"}),
        "complete": Action(sprint_run.complete, {"id": "int"}),
        "list": Action(list_sprints, {name: ("any", {}) for name in ("filter", "select", "order", "start")}, read=True),
        "getfields": Action(get_fields, read=True, shown="getFields"),
    },
)

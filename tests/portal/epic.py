# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""tasks.api.scrum.epic.*"""

from __future__ import annotations

from . import php, texts
from .controller import Action, Controller
from .orm import Listed, select
from .store import RestError

LONGEST_NAME = 255
LONGEST_COLOR = 18
FIELDS = {
    "name": "string",
    "description": "string",
    "groupId": "integer",
    "color": "string",
    "files": "array",
    "createdBy": "integer",
    "modifiedBy": "integer",
}

#: Columns by their names in the database.
COLUMNS = {
    "ID": "id",
    "GROUP_ID": "group_id",
    "NAME": "name",
    "DESCRIPTION": "description",
    "CREATED_BY": "created_by",
    "MODIFIED_BY": "modified_by",
    "COLOR": "color",
}


def get(process, id, with_files):
    """An epic; its files are a field of their own, which is empty."""
    return dict(_shown(_epic(process, id)), **({"files": None} if with_files else {}))


def add(process, fields):
    """A new epic; modifiedBy is ignored, and files are not kept."""
    created_by = process.user_in(fields, "createdBy") or process.user
    group_id = php.to_int(fields["groupId"]) if php.is_numeric(fields.get("groupId")) else 0
    if group_id == 0:
        raise RestError("Group id not found")
    texts_given = _texts(fields)
    if "name" not in texts_given:
        raise RestError("Name not found")
    process.check_access(group_id)
    _check_lengths(texts_given, "Epic not created")
    return _shown(process.store.epics.add(group_id=group_id, created_by=created_by, **texts_given))


def update(process, id, fields):
    """Changes an epic; whoever is not named as its editor is: every update makes the caller one."""
    epic = _epic(process, id)
    changes = _texts(fields)
    if php.is_numeric(fields.get("groupId")):
        changes["group_id"] = php.to_int(fields["groupId"])
        if changes["group_id"] == 0:
            process.miss_group()
        process.check_access(changes["group_id"])
    changes["created_by"] = process.user_in(fields, "createdBy") or epic.created_by
    changes["modified_by"] = process.user_in(fields, "modifiedBy") or process.user
    _check_lengths(changes, "Epic not updated")
    for column, value in changes.items():
        setattr(epic, column, value)
    return _shown(epic)


def delete(process, id):
    """Removes an epic; the items keep its id."""
    del process.store.epics[_epic(process, id).id]
    return {}


def list_epics(process, filter, wanted, order, start):
    """Epics of the groups to which the caller has any relation; what cannot be understood is an empty list."""
    found = select(process, Listed(process.store.epics, COLUMNS), filter, wanted, order, start)
    return php.array([_shown(row) for row in found])


def get_fields(_process):
    """The fields of an epic."""
    return {"fields": {name: {"type": kind} for name, kind in FIELDS.items()}}


def _epic(process, id):
    epic = process.store.epics.get(id)
    if epic is None:
        raise RestError("Epic not found")
    process.check_access(epic.group_id)
    return epic


def _texts(fields):
    """The texts that are given: what is no text, empty or 0 counts as not given."""
    given = {name: fields[name] for name in ("name", "description", "color") if isinstance(fields.get(name), str)}
    given = {name: value for name, value in given.items() if php.truthy(value)}
    if "description" in given:
        given["description"] = texts.to_html(given["description"])
    return given


def _check_lengths(given, refusal):
    if len(given.get("name", "")) > LONGEST_NAME or len(given.get("color", "")) > LONGEST_COLOR:
        raise RestError(refusal)


def _shown(row):
    return {
        "id": row.id or 0,
        "groupId": row.group_id or 0,
        "name": row.name or "",
        "description": row.description or "",
        "createdBy": row.created_by or 0,
        "modifiedBy": row.modified_by or 0,
        "color": row.color or "",
    }


CONTROLLER = Controller(
    "tasks.api.scrum.epic.",
    "Bitrix\\Tasks\\Rest\\Controllers\\Scrum\\Epic",
    {
        "get": Action(get, {"id": "int", "withFiles": ("bool", True)}, read=True),
        "add": Action(add, {"fields": "array"}),
        "update": Action(update, {"id": "int", "fields": "array"}),
        "delete": Action(delete, {"id": "int"}),
        "list": Action(
            list_epics,
            {"filter": ("array", {}), "select": ("array", {}), "order": ("array", {}), "start": ("any", 0)},
            read=True,
        ),
        "getfields": Action(get_fields, read=True, shown="getFields"),
    },
)

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sprints as a process reads, remembers, writes and answers them."""

from __future__ import annotations

import dataclasses

from . import php
from .store import RestError

#: Columns by their names in the database; INFO holds the goal.
COLUMNS = {
    "ID": "id",
    "GROUP_ID": "group_id",
    "ENTITY_TYPE": "kind",
    "NAME": "name",
    "SORT": "sort",
    "CREATED_BY": "created_by",
    "MODIFIED_BY": "modified_by",
    "DATE_START": "date_start",
    "DATE_END": "date_end",
    "STATUS": "status",
    "INFO": "goal",
}


def load(process, id):
    """A sprint as the process remembers it."""
    memory = process.remembered(id)
    if memory is None or memory.kind != "sprint":
        raise RestError("Sprint not found")
    return memory


def write(process, memory):
    """Store what the process remembers of a sprint, but what is empty, and but its creator; a row that is gone stays away."""
    row = process.store.entities.get(memory.id)
    if row is None:
        return
    if memory.group_id:
        process.store.move(row, memory.group_id)
    for name in ("name", "modified_by", "date_start", "date_end", "status"):
        if php.truthy(getattr(memory, name)):
            setattr(row, name, getattr(memory, name))
    if memory.sort is not None:
        row.sort = memory.sort


def shown(process, row):
    """A sprint as it is answered; a row that is not there is one of zeros."""
    values = dict.fromkeys(COLUMNS.values()) if row is None else dataclasses.asdict(row)
    clock, zone = process.store.clock, process.time_zone
    return {
        "id": values["id"] or 0,
        "groupId": values["group_id"] or 0,
        "entityType": values["kind"] or "",
        "name": _text(values["name"]),
        "goal": _text(values["goal"]),
        "sort": values["sort"] or 0,
        "createdBy": values["created_by"] or 0,
        "modifiedBy": values["modified_by"] or 0,
        "dateStart": clock.shown(values["date_start"], zone),
        "dateEnd": clock.shown(values["date_end"], zone),
        "status": values["status"] or "",
    }


def _text(value):
    return value if php.truthy(value) else ""


def active(store, group_id):
    """The active sprint of a group, the first one if there are several; None when there is none."""
    return next((row for _id, row in sorted(store.entities.items()) if row.group_id == group_id and row.status == "active"), None)

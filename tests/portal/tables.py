# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of Scrum, as the portal keeps them, and their columns in the order in which recorded cases hold them."""

from __future__ import annotations

from dataclasses import dataclass


class Table(dict):
    """Rows by id, with an automatic id of its own.

    :param row: class of the rows.
    """

    def __init__(self, row):
        super().__init__()
        self.row = row
        self.next_id = 1

    def add(self, id=None, **columns):
        """A new row; an id that is given also moves the sequence on.

        :raises ValueError: when it is taken.
        """
        id = self.next_id if id is None else id
        if id in self:
            raise ValueError(f"there is a row {id} already")
        self.next_id = max(self.next_id, id + 1)
        self[id] = made = self.row(id=id, **columns)
        return made

    def where(self, **columns):
        """The rows that hold these values, by id."""
        return [row for _id, row in sorted(self.items()) if all(getattr(row, name) == value for name, value in columns.items())]


@dataclass
class Epic:
    """An epic of a group."""

    id: int
    group_id: int
    name: str
    description: str | None = ""
    created_by: int = 0
    modified_by: int | None = None
    color: str | None = ""


@dataclass
class Item:
    """A task's place in a backlog or a sprint.

    :ivar active: Y or N.
    """

    id: int
    entity_id: int
    task_id: int
    epic_id: int | None = 0
    story_points: str | None = ""
    sort_float: float | None = None
    created_by: int = 0
    modified_by: int | None = None
    active: str = "Y"

    def __post_init__(self):
        if self.sort_float is not None:
            self.sort_float = float(self.sort_float)


@dataclass
class Stage:
    """A column of a board.

    :ivar type: NEW, WORK or FINISH.
    :ivar owner_kind: A for a sprint, G for a group's kanban, U for a person's plan.
    """

    id: int
    title: str
    sort: int | None
    color: str | None
    type: str
    owner_id: int
    owner_kind: str = "A"


@dataclass
class TaskStage:
    """A task in a column."""

    id: int
    task_id: int
    stage_id: int


@dataclass
class Task:
    """A task, as far as Scrum looks at it.

    :ivar parent_id: task that it is a part of, 0 for none.
    :ivar status: 5 when it is completed.
    """

    id: int
    group_id: int
    parent_id: int = 0
    status: int = 2
    created_by: int = 1
    responsible: int = 1
    stage_id: int = 0
    title: str = ""


#: Name of a table in the store and in recorded cases -> its columns there.
COLUMNS = {
    "entities": (
        "id",
        "group_id",
        "kind",
        "name",
        "sort",
        "created_by",
        "modified_by",
        "date_start",
        "date_end",
        "status",
        "goal",
    ),
    "epics": ("id", "group_id", "name", "description", "created_by", "modified_by", "color"),
    "items": ("id", "entity_id", "task_id", "epic_id", "story_points", "sort_float", "created_by", "modified_by", "active"),
    "stages": ("id", "title", "sort", "color", "type", "owner_id", "owner_kind"),
    "task_stages": ("id", "task_id", "stage_id"),
    "tasks": ("id", "group_id", "parent_id", "status", "created_by", "responsible", "stage_id"),
}

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the portal holds: users, groups, backlogs and sprints, webhooks; and who may see a group's tasks."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from .clock import Clock
from .tables import Epic, Item, Stage, Table, Task, TaskStage


class RestError(Exception):
    """A call's failure: error code, text, HTTP status."""

    def __init__(self, description, code="0", status=400):
        super().__init__(description)
        self.description = description
        self.code = code
        self.status = status


@dataclass
class Entity:
    """A row of the table that backlogs and sprints share."""

    id: int
    group_id: int
    kind: str
    created_by: int
    modified_by: int
    items: int = 0  # that are not in the table of items
    name: str | None = None
    sort: int | None = None
    date_start: str | None = None  # in the local time of the server
    date_end: str | None = None
    status: str | None = None
    goal: str | None = None

    def row(self):
        """The row as tests look at it, without the items."""
        return (self.id, self.group_id, self.kind, self.created_by, self.modified_by)


@dataclass
class Webhook:
    """An inbound webhook."""

    user: int
    secret: str
    scopes: tuple
    active: bool = True


class Store:
    """Everything that is kept, behind one lock."""

    def __init__(self):
        self.lock = threading.RLock()
        self.users = {}
        self.groups = {}
        self.subjects = {1: "Work groups", 2: "Clubs"}
        self.entities = {}
        self.webhooks = []
        self.next_id = 1
        self.epics = Table(Epic)
        self.items = Table(Item)
        self.stages = Table(Stage)
        self.task_stages = Table(TaskStage)
        self.tasks = Table(Task)
        self.clock = Clock()

    def new_id(self):
        """The next id of the shared sequence."""
        found = self.next_id
        self.next_id += 1
        return found

    def insert(self, group_id, created_by, modified_by, kind="backlog", id=None, items=0, **columns):
        """A new row; an id that is given also moves the sequence on.

        :raises ValueError: when it is taken.
        """
        with self.lock:
            if id is None:
                id = self.new_id()
            if id in self.entities:
                raise ValueError(f"there is a backlog or sprint {id} already")
            self.next_id = max(self.next_id, id + 1)
            self.entities[id] = entity = Entity(id, group_id, kind, created_by, modified_by, items, **columns)
            self._by_group = None
            return entity

    _by_group = None

    def backlog_of(self, group_id):
        """The backlog of a group, the one with the lowest id if there are several; None when there is none."""
        with self.lock:
            if self._by_group is None:
                self._by_group = {}
                for entity in sorted(self.entities.values(), key=lambda e: -e.id):
                    if entity.kind == "backlog":
                        self._by_group[entity.group_id] = entity
            return self._by_group.get(group_id)

    def move(self, entity, group_id):
        """Put a row into another group."""
        with self.lock:
            if entity.group_id != group_id:
                entity.group_id = group_id
                self._by_group = None

    def delete(self, id):
        """Remove a row."""
        with self.lock:
            if self.entities.pop(id, None):
                self._by_group = None

    def has_items(self, id):
        """Whether a backlog or sprint has any, active or not."""
        row = self.entities.get(id)
        return bool(row and row.items) or any(item.entity_id == id for item in self.items.values())

    def new_group_id(self):
        """The next id of a group."""
        return max(self.groups, default=0) + 1

    def is_admin(self, user):
        """Whether a user is an administrator of the portal."""
        return user in self.users and self.users[user].admin

    def holds_tasks(self, group_id):
        """Whether a group has any task."""
        entities = [row for row in self.entities.values() if row.group_id == group_id]
        return any(row.items for row in entities) or bool(self.tasks.where(group_id=group_id))

    def may_see_tasks(self, user, group_id):
        """Whether a user may read a group's tasks. Administrators are no exception."""
        group = self.groups.get(group_id)
        if group is None or not group.tasks_tool:
            return False
        return group.open_tasks or group.is_member(user)

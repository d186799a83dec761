# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""tasks.api.scrum.backlog.* and tasks.api.scrum.sprint.get, as one process of the server carries them out.

A process serves one HTTP request; the commands of a batch share one, and with it the process's caches.
"""

from __future__ import annotations

import time
from datetime import datetime, timezone

from . import php
from .store import RestError


class Process:
    """One process of the server.

    :param store: what the portal holds.
    :param user: id of the caller.
    :param switches: behaviour that tests may change.
    :param verb: HTTP verb of the request.
    """

    def __init__(self, store, user, switches, verb):
        self.store = store
        self.user = user
        self.switches = switches
        self.verb = verb
        self.legacy_error = None
        self._rows = {}

    def get(self, id):
        """A group's backlog; the id is the GROUP's."""
        if id == 0:
            raise RestError("Group id not found")
        with self.store.lock:
            row = self.store.backlog_of(id)
            if row is None:
                raise RestError("Backlog not found")
            self._check_access(row.group_id)
            return _shown(row)

    def add(self, fields):
        """A new backlog. The answer echoes modifiedBy, the row has createdBy in its place."""
        group_id = php.to_int(fields.get("groupId"))
        if group_id == 0:
            raise RestError("Group id not found")
        with self.store.lock:
            self._check_access(group_id)
            if self.store.backlog_of(group_id):
                raise RestError("Backlog already added")
            created_by, modified_by = self._user(fields, "createdBy"), self._user(fields, "modifiedBy")
        if self.switches.add_delay:
            time.sleep(self.switches.add_delay)
        if self.switches.during_add:
            self.switches.during_add()
        with self.store.lock:
            if not created_by or self.switches.take("add_fails"):
                raise RestError("Unable to add backlog")
            row = self.store.insert(group_id, created_by, created_by)
            return {"id": row.id, "groupId": group_id, "createdBy": created_by, "modifiedBy": modified_by}

    def update(self, id, fields):
        """Changes a backlog. The answer is made of what was sent; CREATED_BY is never stored."""
        if id == 0:
            raise RestError("Backlog id not found")
        with self.store.lock:
            memory = self._load(id)
            self._check_access(memory["group_id"])
            memory["modified_by"] = 0
            if php.is_numeric(fields.get("groupId")):
                self._move(id, memory, php.to_int(fields["groupId"]))
            if php.is_numeric(fields.get("createdBy")):
                memory["created_by"] = php.to_int(fields["createdBy"])
                self._user(fields, "createdBy")
            memory["modified_by"] = self._user(fields, "modifiedBy")
            if self.switches.take("update_fails"):
                raise RestError("Unable to update backlog")
            self._save(id, memory)
            return {
                "id": id,
                "groupId": memory["group_id"],
                "createdBy": memory["created_by"],
                "modifiedBy": memory["modified_by"],
            }

    def delete(self, id):
        """Removes a backlog; a failure of the database shows as success."""
        if id == 0:
            raise RestError("Backlog id not found")
        with self.store.lock:
            memory = self._load(id)
            self._check_access(memory["group_id"])
            if self._has_items(id):
                raise RestError("It is forbidden remove a backlog with items")
            if not self.switches.take("delete_fails"):
                self.store.delete(id)
                if self.switches.planning_page_open:
                    self.store.insert(memory["group_id"], 1, 1)
            return {}

    def fields(self):
        """The fields of a backlog."""
        return {"fields": {name: {"type": "integer"} for name in ("groupId", "createdBy", "modifiedBy")}}

    def sprint(self, id):
        """A sprint, or a backlog: the server does not look at the kind."""
        if id == 0:
            raise RestError("Sprint id not found")
        with self.store.lock:
            row = self.store.entities.get(id)
            if row is None:
                raise RestError("Sprint not found")
            self._check_access(row.group_id)
            now = datetime.now(timezone.utc).isoformat(timespec="seconds")
            shown = {
                "id": row.id,
                "groupId": row.group_id,
                "entityType": row.kind,
                "name": "",
                "goal": "",
                "sort": 0,
                "createdBy": row.created_by,
                "modifiedBy": row.modified_by,
                "dateStart": now,
                "dateEnd": now,
                "status": "",
            }
        if self.switches.sprint_get == "no_entity_type":
            del shown["entityType"]
        return shown

    def _load(self, id):
        """The row of update and delete, through a cache that lives as long as the process and remembers misses too."""
        if id not in self._rows:
            row = self.store.entities.get(id)
            found = {"group_id": row.group_id, "created_by": row.created_by, "kind": row.kind} if row else None
            self._rows[id] = found
        memory = self._rows[id]
        if memory is None or memory["kind"] != "backlog":
            raise RestError("Backlog not found")
        return memory

    def _move(self, id, memory, group_id):
        if group_id == memory["group_id"]:
            return
        if self._has_items(id):
            raise RestError("It is forbidden move a backlog with items")
        if self.store.backlog_of(group_id):
            raise RestError("The target group already has a backlog")
        memory["group_id"] = group_id

    def _save(self, id, memory):
        row = self.store.entities.get(id)
        if row is None:
            return
        if memory["group_id"]:
            self.store.move(row, memory["group_id"])
        if memory["modified_by"]:
            row.modified_by = memory["modified_by"]

    def _user(self, fields, name):
        """The user in a field, 0 for none."""
        if not php.is_numeric(fields.get(name)):
            return 0
        user = php.to_int(fields[name])
        if user not in self.store.users:
            raise RestError(f"{name} user not found")
        return user

    def _has_items(self, id):
        row = self.store.entities.get(id)
        return bool(row and row.items)

    def _check_access(self, group_id):
        if group_id < 0:
            self.legacy_error = RestError("Entity ID is not specified.", "ERROR_EMPTY_ENTITY_ID")
        if not self.store.may_see_tasks(self.user, group_id):
            raise RestError("Access denied")


def _shown(row):
    return {"id": row.id, "groupId": row.group_id, "createdBy": row.created_by, "modifiedBy": row.modified_by}

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One process of the server, with its memory.

A process serves one HTTP request; the commands of a batch share one, and with it what it remembers.
"""

from __future__ import annotations

import dataclasses

from . import php
from .store import RestError


class Process:
    """One process of the server.

    :param store: what the portal holds.
    :param user: id of the caller.
    :param switches: behaviour that tests may change.
    :param verb: HTTP verb of the request.
    :ivar legacy_error: error that hides the ones after it.
    :ivar group_names: the groups of a name as they were first looked up: name -> list of group ids.
    :ivar stage_ids: the stages of a sprint as they were first looked at: sprint id -> list of stage ids.
    """

    def __init__(self, store, user, switches, verb):
        self.store = store
        self.user = user
        self.switches = switches
        self.verb = verb
        self.legacy_error = None
        self.stage_ids = {}
        self.group_names = {}
        self._entities = {}
        self._access = {}

    @property
    def time_zone(self):
        """Time zone of the caller's profile, empty for none."""
        user = self.store.users.get(self.user)
        return user.time_zone if user else ""

    def remembered(self, id):
        """A backlog or sprint as this process remembers it: a copy of the row as it was first looked at, with all changes since.

        A row that was not there stays away: None.
        """
        if id not in self._entities:
            row = self.store.entities.get(id)
            self._entities[id] = dataclasses.replace(row) if row else None
        return self._entities[id]

    def may_see(self, group_id):
        """Whether the caller may read a group's tasks; asked once."""
        if group_id < 0:
            self.miss_group()
        if group_id not in self._access:
            self._access[group_id] = self.store.may_see_tasks(self.user, group_id)
        return self._access[group_id]

    def miss_group(self):
        """Remember that somebody asked for the rights in a group that cannot be: all later failures tell of this one."""
        self.legacy_error = RestError("Entity ID is not specified.", "ERROR_EMPTY_ENTITY_ID")

    def check_access(self, group_id):
        """Refuse a caller who may not read a group's tasks.

        :raises RestError: then.
        """
        if not self.may_see(group_id):
            raise RestError("Access denied")

    def user_in(self, fields, name):
        """The user in a field, 0 for none.

        :raises RestError: when there is no such user.
        """
        if not php.is_numeric(fields.get(name)):
            return 0
        user = php.to_int(fields[name])
        if user not in self.store.users:
            raise RestError(f"{name} user not found")
        return user

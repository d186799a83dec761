# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Behaviour of the portal that tests may change."""

from __future__ import annotations

from collections import Counter

#: Statuses that the documentation gives for errors of the sign-in, where the server's own code sends 401.
DOCUMENTED = {
    "INVALID_CREDENTIALS": 403,
    "insufficient_scope": 403,
    "INVALID_REQUEST": 400,
    "ACCESS_DENIED": 403,
    "user_access_error": 403,
    "OVERLOAD_LIMIT": 503,
}


class Switches:
    """The settings, with the server's own code as their defaults.

    :ivar error_as_int: controller errors as numbers, as before October 2025.
    :ivar time_as_float: times as fractions, likewise.
    :ivar operating: tell the operating time, as the cloud does.
    :ivar auth_status: source or docs.
    :ivar sprint_get: ok, missing or no_entity_type.
    :ivar https_required: refuse webhooks over http.
    :ivar add_delay: seconds between the check and the insert of an add.
    :ivar during_add: called in between as well, or None.
    :ivar ignores_scrum_master: a new group never becomes a Scrum, but a collab.
    :ivar unique_group_names: two groups cannot have one name.
    :ivar scrum_limit: how many Scrums the plan allows, None for any number.
    :ivar project_dates: iso, or culture as the documentation shows them.
    :ivar planning_page_open: a group whose backlog is deleted gets a new one at once.
    """

    def __init__(self):
        self.error_as_int = False
        self.time_as_float = False
        self.operating = True
        self.auth_status = "source"
        self.sprint_get = "ok"
        self.https_required = False
        self.add_delay = 0.0
        self.during_add = None
        self.planning_page_open = False
        self.ignores_scrum_master = False
        self.unique_group_names = True
        self.scrum_limit = None
        self.project_dates = "iso"
        self._failures = Counter()

    def fail(self, what, times):
        """Let the database fail: add_fails, update_fails or delete_fails."""
        self._failures[what] += times

    def take(self, what):
        """Whether the database fails now."""
        if self._failures[what] <= 0:
            return False
        self._failures[what] -= 1
        return True

    def auth_status_of(self, code):
        """HTTP status of an error of the sign-in."""
        return DOCUMENTED.get(code, 401) if self.auth_status == "docs" else 401

    def code(self, code):
        """An error code as it goes over the wire."""
        return int(code) if self.error_as_int and code.isdigit() else code

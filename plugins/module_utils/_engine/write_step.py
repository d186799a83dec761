# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One write with the read that verifies it, and what its two replies say."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, PortalError, PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog import parse_int, plan_change
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_reads import get_command, parse_get_reply
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import Command, write_method
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.retry import is_transient

ADD = write_method("tasks.api.scrum.backlog.add")
UPDATE = write_method("tasks.api.scrum.backlog.update", retry_safe=True)
DELETE = write_method("tasks.api.scrum.backlog.delete")

#: Answers that another run on the same portal, or another item of the same list, may have caused in between.
CONFLICT_TEXTS = ("Backlog already added", "The target group already has a backlog")

#: How often an item is planned again after a conflict.
MAX_CONFLICT_RETRIES = 3


class WriteStep:
    """The next write of an item.

    :param item: the Item; it learns what comes out.
    :param change: the Change that is carried out: the item's own, or a later one.
    :param new_id: id of the backlog that was just created and still lacks its modified_by.
    :param attempt: how often the item has been planned again before.
    :ivar duplicate_id: id of the backlog that was created beside another run's; None when there is no such.
    """

    def __init__(self, item, change, new_id=None, attempt=0):
        self.item = item
        self.change = change
        self.attempt = attempt
        self.error = None
        self.duplicate_id = None
        self._new_id = new_id
        self._next_id = None
        self._verified = False
        self.write = self._write()
        self.read = None if self._first_of_two_writes else get_command(self._group_id, verifies=self.write)

    @property
    def has_follow_up(self):
        """Whether a second write follows: add does not store modified_by."""
        return self._next_id is not None

    @property
    def vacated_id(self):
        """Id of the backlog that it takes out of its group; None when it does not."""
        before, after = self.change.before, self.change.after
        return before.id if before and (after is None or after.group_id != before.group_id) else None

    @property
    def needs_reread(self):
        """Whether the portal has to be read again to know the outcome of the write."""
        if self._hit_conflict:
            return True
        if self._verified or self.has_follow_up:
            return False
        return self.item.unverified or is_transient(self.error) or (isinstance(self.error, PortalError) and self.error.status == 400)

    def follow_up(self):
        """The second write of a creation."""
        return WriteStep(self.item, self.change, self._next_id, self.attempt)

    def accept_replies(self, wrote, read):
        """Take the replies to the write and, if one was sent, to the read."""
        self.error = wrote.error
        stored = wrote.error is None or wrote.error.uncertain or self._new_id is not None
        if self._first_of_two_writes:
            self._next_id = _created_id(wrote)
        elif read is not None and read is not wrote:
            self._store_verified(read)
            self._detect_duplicate(self._new_id or _created_id(wrote))
        if self.error:
            self.item.fail(self.error)
        self.item.unverified = stored and not self._verified

    def replan(self, observed, wait_error, vacated_ids):
        """Take a later reading; returns the step to try next, if there is one.

        :param observed: an Observed, or the error that came instead.
        :param wait_error: the error that forbids to wait and try again, or None.
        :param vacated_ids: ids of backlogs that leave their group before this one is tried again.
        """
        item = self.item
        if isinstance(observed, Bitrix24Error):
            item.fail(item.error or observed)
            return None
        item.current = observed.current(item.desired)
        item.unverified = False
        try:
            new_change = plan_change(item.desired, observed, self.change.after.created_by if self.change.after else None, vacated_ids)
        except PreconditionError:
            return None
        if not new_change.is_needed or self._was_replaced(item.current):
            item.error = None
        elif self._first_of_two_writes and new_change.action != "create":
            item.error = None
            return WriteStep(item, new_change, attempt=self.attempt + 1)
        elif self._hit_conflict or (self.error and is_transient(self.error)):
            if wait_error is None:
                item.error = None
                return WriteStep(item, new_change, attempt=self.attempt + 1)
            item.fail(wait_error)
        return None

    @property
    def _first_of_two_writes(self):
        """Whether this is the first write of a creation that needs two."""
        after = self.change.after
        return self.change.action == "create" and self._new_id is None and after.modified_by != after.created_by

    @property
    def _hit_conflict(self):
        refused = isinstance(self.error, PortalError) and self.error.description in CONFLICT_TEXTS
        return (refused or self.duplicate_id is not None) and self.attempt < MAX_CONFLICT_RETRIES

    def _was_replaced(self, record):
        """Whether the backlog was deleted and the group has a new one already: that one is not deleted in turn."""
        return self.change.action == "delete" and record.id != self.change.before.id

    @property
    def _group_id(self):
        return (self.change.after or self.change.before).group_id

    def _write(self):
        if self._new_id is not None:
            return Command(UPDATE, {"id": self._new_id, "fields": {"modifiedBy": self.change.after.modified_by}})
        if self.change.action == "create":
            return Command(ADD, {"fields": self.change.payload})
        if self.change.action == "delete":
            return Command(DELETE, {"id": self.change.before.id})
        return Command(UPDATE, {"id": self.change.before.id, "fields": self.change.payload})

    def _store_verified(self, read):
        try:
            record = parse_get_reply(read, self._group_id)
        except Bitrix24Error as error:
            self.error = self.error or error
            return
        if self._is_unrelated(record):
            return
        self.item.current = record
        self._verified = True

    def _detect_duplicate(self, made_id):
        """The portal looks for a backlog before it creates one, not while: two runs may both create, and one of the two is not shown."""
        shown = self.item.current if self._verified and self.change.action == "create" else None
        if shown and made_id is not None and made_id != shown.id:
            self.duplicate_id = made_id

    def _is_unrelated(self, record):
        """Whether the group's record does not show the outcome for the backlog: it is gone, or another one is there."""
        if self.change.action == "create":
            return False
        mine = record is not None and record.id == self.change.before.id
        if self.change.action == "delete":
            return not (mine or record is None)
        return not mine


def _created_id(reply):
    """The id of a backlog that was just created: an address for the next call, not yet a state."""
    return parse_int(reply.value.get("id")) if isinstance(reply.value, dict) else None

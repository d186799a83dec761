# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One write with the read that verifies it, and what its two replies say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, PortalError, PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.envelope import parse_int
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.retry import is_transient

#: How often an item is planned again after a conflict, or after a write that was one of several.
MAX_CONFLICT_RETRIES = 3


class WriteStep:
    """The next write of an item.

    :param item: the Item; it learns what comes out.
    :param change: the Change that is carried out: the item's own, or a later one.
    :param index: which of the change's writes this is.
    :param new_id: ID of what an earlier write of the change created.
    :param attempt: how often the item has been planned again before.
    :param desired: what is read and planned with: the item's desired object, or the same by the ID of what was created.
    :ivar duplicate_id: ID of the object that was created beside another run's; None when there is no such.
    """

    def __init__(self, item, change, index=0, new_id=None, attempt=0, desired=None):
        self.item = item
        self.change = change
        self.attempt = attempt
        self.desired = desired or item.desired
        self.error = None
        self.duplicate_id = None
        self._index = index
        self._new_id = new_id
        self._verified = False
        self._write = change.writes[index]
        self.write = self._write.to_command(new_id)
        read_back = item.resource.read_back(change, self.write) if self._is_last else None
        self.read: Any = read_back and read_back[0]
        self._parse_read: Any = read_back and read_back[1]

    @property
    def has_follow_up(self):
        """Whether the change goes on with its next write."""
        return not self._is_last and (self.error is None or self._write.goes_on) and not self._lacks_new_id

    @property
    def needs_reread(self):
        """Whether the portal has to be read again to know the outcome of the write."""
        if self._hit_conflict:
            return True
        if self._verified or self.has_follow_up:
            return False
        if self.read is None and self.error is None:
            return True
        if self.item.unverified or is_transient(self.error):
            return True
        return self.error is not None and (self.error.status == 400 or (self.error.status == 200 and self.read is None and self._is_last))

    def follow_up(self):
        """The next write of the change."""
        step = WriteStep(self.item, self.change, self._index + 1, self._new_id, self.attempt, self.desired)
        step.error = self.error
        return step

    def accept_replies(self, wrote, read):
        """Take the replies to the write and, if one was sent, to the read."""
        earlier, refused = self.error, _failure(self._write, wrote)
        self.item.written = self._write.method
        stored = refused is None or refused.uncertain or self._index > 0
        if self._write.creates and refused is None:
            self._new_id = _created_id(wrote)
        if read is not None and read is not wrote:
            self._take_record(read)
            refused = refused or self.error
            self._detect_duplicate()
        self.error = earlier or refused
        if self.error:
            self.item.fail(self.error, is_hidden=self.item.is_hidden_failure or bool(refused and not self._write.is_visible))
        self.item.unverified = stored and not self._verified

    def take_reading(self, observed):
        """Look into a later reading for what another run created at the same time; later steps mean the object by its own ID."""
        if self._is_last and self._creates and self._new_id is not None and self.read is None and not isinstance(observed, Bitrix24Error):
            self.duplicate_id = observed.duplicate_of(self.desired, self._new_id)
            self.desired = self.desired if self.duplicate_id else replace(self.desired, id=self._new_id)

    def replan(self, observed, wait_error, vacated_ids):
        """Take a later reading; returns the step to try next, if there is one.

        :param observed: the reading, or the error that came instead.
        :param wait_error: the error that forbids to wait and try again, or None.
        :param vacated_ids: IDs of objects that leave their group before this one is tried again.
        """
        item = self.item
        if isinstance(observed, Bitrix24Error):
            item.fail(item.error or observed)
            return None
        item.latest = observed
        item.current = observed.current(self.desired)
        item.unverified = False
        try:
            change = item.resource.plan(self.desired, observed, item.facts, vacated_ids)
        except PreconditionError:
            return None
        if not change.is_needed or self._was_replaced(item.current):
            item.settle()
        elif self._may_go_on(change):
            item.try_again()
            return WriteStep(item, change, attempt=self.attempt + 1, desired=self.desired)
        elif self._hit_conflict or (self.error and is_transient(self.error)):
            if wait_error is None:
                item.try_again()
                return WriteStep(item, change, attempt=self.attempt + 1, desired=self.desired)
            item.fail(wait_error)
        return None

    @property
    def _is_last(self):
        return self._index == len(self.change.writes) - 1

    @property
    def _creates(self):
        return any(write.creates for write in self.change.writes)

    @property
    def _lacks_new_id(self):
        """Whether the answer to the creating write does not say what was created: the next write cannot name it."""
        return self._write.creates and self._new_id is None

    @property
    def _hit_conflict(self):
        refused = isinstance(self.error, PortalError) and self.error.description in self.item.resource.conflicts
        return (refused or self.duplicate_id is not None) and self.attempt < MAX_CONFLICT_RETRIES

    def _may_go_on(self, change):
        """Whether the object is there now and lacks only what later writes bring."""
        if self.attempt >= MAX_CONFLICT_RETRIES:
            return False
        if self._creates and not self._is_last:
            return change.action != "create"
        return self.error is None and self.read is None and change.writes != self.change.writes

    def _was_replaced(self, record):
        """Whether the object was deleted and the group has a new one already: that one is not deleted in turn."""
        return self.change.action == "delete" and record.id != self.change.before.id

    def _take_record(self, read):
        try:
            record = self._parse_read(read)
        except Bitrix24Error as error:
            self.error = error
            return
        if self._is_unrelated(record):
            return
        self.item.current = record
        self._verified = True

    def _detect_duplicate(self):
        """The portal looks for an object before it creates one, not while: two runs may both create, and one of the two is not shown."""
        shown = self.item.current if self._verified and self._creates else None
        if shown and self._new_id is not None and self._new_id != shown.id:
            self.duplicate_id = self._new_id

    def _is_unrelated(self, record):
        """Whether the record that was read does not show the outcome: the object is gone, or another one is there."""
        if self._creates:
            return False
        mine = record is not None and record.id == self.change.before.id
        if self.change.action == "delete":
            return not (mine or record is None)
        return not mine


def _failure(write, reply):
    """The error of a write: the portal's own, or the one that stands for a failure which it tells by an answer without an error."""
    if reply.error or not write.method.is_failure(reply.value):
        return reply.error
    return write.refusal or Bitrix24Error(
        "not_stored",
        f"the portal refused the write without a reason (it answered {str(reply.value).lower()})",
        status=200,
        method=write.method,
        hint="Run the task again. If the error persists, check the object on the portal.",
    )


def _created_id(reply):
    """The ID of what was just created: an address for the next call, not yet a state."""
    return parse_int(reply.value.get("id")) if isinstance(reply.value, dict) else parse_int(reply.value)

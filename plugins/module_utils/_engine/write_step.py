# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One write with the read that verifies it, and what its two replies say."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, PortalError, PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog import parse_int, plan_change
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_reads import get_command, parse_get_reply
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import Command
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.retry import is_transient

ADD = "tasks.api.scrum.backlog.add"
UPDATE = "tasks.api.scrum.backlog.update"
DELETE = "tasks.api.scrum.backlog.delete"

#: Answers that another run on the same portal, or another item of the same list, may have caused in between.
RACES = ("Backlog already added", "The target group already has a backlog")

#: How often an item is planned again after a conflict.
RACES_MAX = 3


class Step:
    """The next write of an item.

    :param item: the Item; it learns what comes out.
    :param its_plan: the Plan that is carried out: the item's own, or a later one.
    :param new_id: id of the backlog that was just created and still lacks its modified_by.
    :param tries: how often the item has been planned again before.
    :ivar surplus_id: id of the backlog that was created beside another run's; None when there is no such.
    """

    def __init__(self, item, its_plan, new_id=None, tries=0):
        self.item = item
        self.plan = its_plan
        self.tries = tries
        self.error = None
        self.surplus_id = None
        self._new_id = new_id
        self._next_id = None
        self._seen = False
        self.write = self._write()
        self.read = None if self._half else get_command(self._group_id, verifies=self.write)

    @property
    def has_next(self):
        """Whether a second write follows: add does not store modified_by."""
        return self._next_id is not None

    @property
    def leaving(self):
        """Id of the backlog that it takes out of its group; None when it does not."""
        before, after = self.plan.before, self.plan.after
        return before.id if before and (after is None or after.group_id != before.group_id) else None

    @property
    def is_unclear(self):
        """Whether the portal has to be read again to know the outcome of the write."""
        if self._lost_a_race:
            return True
        if self._seen or self.has_next:
            return False
        return self.item.unknown or is_transient(self.error) or (isinstance(self.error, PortalError) and self.error.status == 400)

    def next(self):
        """The second write of a creation."""
        return Step(self.item, self.plan, self._next_id, self.tries)

    def settle(self, wrote, read):
        """Take the replies to the write and, if one was sent, to the read."""
        self.error = wrote.error
        stored = wrote.error is None or wrote.error.uncertain or self._new_id is not None
        if self._half:
            self._next_id = _id_in(wrote)
        elif read is not None and read is not wrote:
            self._take(read)
            self._look_for_surplus(self._new_id or _id_in(wrote))
        if self.error:
            self.item.fail(self.error)
        self.item.unknown = stored and not self._seen

    def look(self, observed, exhausted, leaving):
        """Take a later reading; returns the step to try next, if there is one.

        :param observed: a Sight, or the error that came instead.
        :param exhausted: the error that forbids to wait and try again, or None.
        :param leaving: ids of backlogs that leave their group before this one is tried again.
        """
        item = self.item
        if isinstance(observed, Bitrix24Error):
            item.fail(item.error or observed)
            return None
        item.now = observed.current(item.desired)
        item.unknown = False
        try:
            anew = plan_change(item.desired, observed, self.plan.after.created_by if self.plan.after else None, leaving)
        except PreconditionError:
            return None
        if not anew.is_needed or self._was_replaced(item.now):
            item.error = None
        elif self._half and anew.action != "create":
            item.error = None
            return Step(item, anew, tries=self.tries + 1)
        elif self._lost_a_race or (self.error and is_transient(self.error)):
            if exhausted is None:
                item.error = None
                return Step(item, anew, tries=self.tries + 1)
            item.fail(exhausted)
        return None

    @property
    def _half(self):
        """Whether this is the first write of a creation that needs two."""
        after = self.plan.after
        return self.plan.action == "create" and self._new_id is None and after.modified_by != after.created_by

    @property
    def _lost_a_race(self):
        refused = isinstance(self.error, PortalError) and self.error.description in RACES
        return (refused or self.surplus_id is not None) and self.tries < RACES_MAX

    def _was_replaced(self, record):
        """Whether the backlog was deleted and the group has a new one already: that one is not deleted in turn."""
        return self.plan.action == "delete" and record.id != self.plan.before.id

    @property
    def _group_id(self):
        return (self.plan.after or self.plan.before).group_id

    def _write(self):
        if self._new_id is not None:
            return Command(UPDATE, {"id": self._new_id, "fields": {"modifiedBy": self.plan.after.modified_by}})
        if self.plan.action == "create":
            return Command(ADD, {"fields": self.plan.payload})
        if self.plan.action == "delete":
            return Command(DELETE, {"id": self.plan.before.id})
        return Command(UPDATE, {"id": self.plan.before.id, "fields": self.plan.payload})

    def _take(self, read):
        try:
            record = parse_get_reply(read, self._group_id)
        except Bitrix24Error as error:
            self.error = self.error or error
            return
        if self._is_about_another(record):
            return
        self.item.now = record
        self._seen = True

    def _look_for_surplus(self, made_id):
        """The portal looks for a backlog before it creates one, not while: two runs may both create, and one of the two is not shown."""
        shown = self.item.now if self._seen and self.plan.action == "create" else None
        if shown and made_id is not None and made_id != shown.id:
            self.surplus_id = made_id

    def _is_about_another(self, record):
        """Whether the group's record does not show the outcome for the backlog: it is gone, or another one is there."""
        if self.plan.action == "create":
            return False
        mine = record is not None and record.id == self.plan.before.id
        if self.plan.action == "delete":
            return not (mine or record is None)
        return not mine


def _id_in(reply):
    """The id of a backlog that was just created: an address for the next call, not yet a state."""
    return parse_int(reply.value.get("id")) if isinstance(reply.value, dict) else None

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One described backlog on its way through a task, and the rows that users get of it."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog import (
    FIELDS,
    DesiredBacklog,
    Observed,
    Record,
    differences,
    needs_create,
)

ACTION_LABELS = {
    "none": "Reading {name}",
    "create": "Creating {name}",
    "update": "Updating {name}",
    "move": "Moving {name}",
    "delete": "Deleting {name}",
}


class Item:
    """One desired backlog: what was read, planned and done for it, and what the portal stores now.

    :ivar before: the record as first read; None when there was none.
    :ivar current: the record as last read; in check mode as it would be.
    :ivar error: the Bitrix24Error that it failed with, or None.
    :ivar group_name: name of the group that it is to be in; None when it is not known.
    :ivar unverified: True while a write may have been stored that no read has shown yet.
    """

    def __init__(self, position, desired: DesiredBacklog):
        self.position = position
        self.desired = desired
        self.observed = Observed()
        self.before: Record | None = None
        self.current: Record | None = None
        self.change = None
        self.error: Bitrix24Error | None = None
        self.group_name: str | None = None
        self.unverified = False
        self._rejected = False

    def set_observed(self, observed):
        """Take the first reading: an Observed, or the error that came instead."""
        if isinstance(observed, Bitrix24Error):
            self.fail(observed)
            return
        self.observed = observed
        self.before = self.current = observed.current(self.desired)

    def set_change(self, change):
        """Take the plan, or the PreconditionError with the reason why there is none."""
        if isinstance(change, PreconditionError):
            self.reject(change)
        else:
            self.change = change

    def fail(self, error):
        """Record a failure."""
        self.error = error

    def reject(self, error):
        """Record an error that prevents any write."""
        self.error = error
        self._rejected = True

    def run_check(self, check):
        """The value of a check; None when the check raised an error, and the item has failed."""
        try:
            return check()
        except PreconditionError as error:
            self.reject(error)
        except Bitrix24Error as error:
            self.fail(error)
        return None

    @property
    def needs_create(self):
        """Whether a backlog has to be made."""
        return self.error is None and needs_create(self.desired, self.observed)

    @property
    def needs_move(self):
        """Whether the backlog is in another group than the described one."""
        desired, current = self.desired, self.observed.current(self.desired)
        return self.error is None and desired.state == "present" and bool(current) and desired.group_id not in (None, current.group_id)

    @property
    def needs_write(self):
        """Whether there is something to write."""
        return self.error is None and self.change is not None and self.change.is_needed

    @property
    def action(self):
        """What was attempted; none when it was refused before any write."""
        return "none" if self.change is None or self._rejected else self.change.action

    @property
    def changed(self):
        """Whether the stored state differs from what was first read."""
        return self.unverified or self.before != self.current

    @property
    def message(self):
        """The sentences that a person reads of the failure."""
        if self.error is None:
            return ""
        if self._rejected:
            return f"No change was made to {self._name}: {self.error.message()}"
        text = self.error.message(ACTION_LABELS[self.action].format(name=self._name))
        if self.unverified:
            return text + " The module could not verify whether the portal stored the change."
        stored = [f"{field} {getattr(self.current, field)}" for field in FIELDS if self.current and self._was_written(field)]
        return text + (f" Stored before the failure: {', '.join(stored)}." if stored else "")

    @property
    def group_id(self):
        """Id of the group that the backlog is in, or is to be in; None when it is not known."""
        known = self.current or self.before
        return known.group_id if known else self.desired.group_id

    def to_row(self):
        """The item as the list module returns it."""
        known = self.current or self.before
        row = {
            "id": known.id if known else self.desired.id,
            "group_id": self.group_id,
            "created_by": self.current.created_by if self.current else None,
            "modified_by": self.current.modified_by if self.current else None,
            "action": self.action,
            "changed": self.changed,
            "failed": self.error is not None,
        }
        if self.error:
            row.update(msg=self.message, error=self.error.to_result())
        return row

    def planned(self):
        """The item as the list module's plan tells of it."""
        return {"position": self.position, "group_name": self.group_name, "before": as_dict(self.before) or None}

    def to_result(self):
        """The item as the module for one backlog returns it."""
        return {
            "changed": self.changed,
            "action": self.action,
            "backlog": self.current.as_dict() if self.current else None,
        }

    def diff(self):
        """The records before and after, empty where there is none."""
        return {"before": as_dict(self.before), "after": as_dict(self.current)}

    def unmet(self):
        """The fields in which the present record is not as asked."""
        return differences(self.desired, self.current) if self.current else {}

    @property
    def _name(self):
        record = self.before or self.current
        if record is None or record.id is None:
            return self.desired.name
        name = f"backlog {record.id} of group {record.group_id}"
        return f"{name} to group {self.desired.group_id}" if self.action == "move" else name

    def _was_written(self, field):
        before = getattr(self.before, field) if self.before else None
        return field != "id" and getattr(self.current, field) != before


def as_dict(record):
    """A record's four keys; an empty dict for none."""
    return record.as_dict() if record else {}

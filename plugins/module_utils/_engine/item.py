# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One desired object on its way through a task, and the rows that users get of it."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, PreconditionError

ACTION_LABELS = {
    "none": "Reading",
    "create": "Creating",
    "update": "Updating",
    "move": "Moving",
    "delete": "Deleting",
    "start": "Starting",
    "complete": "Completing",
}


class Item:
    """One desired object: what was read, planned and done for it, and what the portal stores now.

    :ivar observed: the first reading; None while there is none.
    :ivar facts: what else the resource found out for planning.
    :ivar before: the record as first read; None when there was none.
    :ivar current: the record as last read; in check mode as it would be.
    :ivar latest: the last reading; differs from observed after a write.
    :ivar error: the Bitrix24Error that it failed with, or None.
    :ivar is_hidden_failure: True when its error is that of a write whose effect no read shows.
    :ivar written: the Method of the last write that was sent for it; None when none was.
    :ivar group_name: name of the group that it is to be in, also of one that was not found; None when it is not known.
    :ivar unverified: True while a write may have been stored that no read has shown yet.
    """

    def __init__(self, resource, position, desired):
        self.resource = resource
        self.position = position
        self.desired = desired
        self.observed = None
        self.latest = None
        self.facts = None
        self.before = None
        self.current = None
        self.change = None
        self.error: Bitrix24Error | None = None
        self.written = None
        self.is_hidden_failure = False
        self.group_name: str | None = desired.names.get("group_id")
        self.unverified = False
        self._rejected = False

    def set_observed(self, observed):
        """Take the first reading: an observed object, or the error that came instead."""
        if isinstance(observed, Bitrix24Error):
            self.fail(observed)
            return
        self.observed = self.latest = observed
        self.before = self.current = observed.current(self.desired)

    def set_change(self, change):
        """Take the plan, or the PreconditionError with the reason why there is none."""
        if isinstance(change, PreconditionError):
            self.reject(change)
        else:
            self.change = change

    def fail(self, error, is_hidden=False):
        """Record a failure.

        :param is_hidden: whether it is that of a write whose effect no read shows.
        """
        self.error = error
        self.is_hidden_failure = is_hidden

    def settle(self):
        """Forget a failure after which the portal is seen to hold what is desired, unless no read could show that."""
        if not self.is_hidden_failure:
            self.error = None

    def try_again(self):
        """Forget a failure because the write is repeated or goes on."""
        self.error = None
        self.is_hidden_failure = False

    def reject(self, error):
        """Record an error that prevents any write."""
        self.error = error
        self._rejected = True

    def refuse(self, error):
        """Record what was wrong before the first reading: a PreconditionError, or a failed call."""
        if isinstance(error, PreconditionError):
            self.reject(error)
        else:
            self.fail(error)

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
        text = self.error.message(f"{ACTION_LABELS[self.action]} {self._name}")
        if self.unverified:
            return text + " The module could not verify whether the portal stored the change."
        stored = [f"{name} {value}" for name, value in self._stored()]
        return text + (f" Stored before the failure: {', '.join(stored)}." if stored else "")

    @property
    def group_id(self):
        """ID of the group that the object is in, or is to be in; None when it is not known."""
        known = self.current or self.before
        return known.group_id if known else self.desired.group_id

    def unmet(self):
        """The fields in which the present record is not as desired: field -> (desired, found)."""
        return self.resource.differences(self.desired, self.current) if self.current else {}

    def to_row(self):
        """The item as a module for a list returns it."""
        known = self.current or self.before or self.desired
        fields = [field.name for field in self.resource.fields]
        row = {name: getattr(known if name in self.resource.identity else self.current, name, None) for name in fields}
        row.update(action=self.action, changed=self.changed, failed=self.error is not None)
        if self.group_id is None and self.group_name is not None:
            row["group"] = self.group_name
        if self.error:
            row.update(msg=self.message, error=self.error.to_result())
        return row

    def planned(self):
        """The item as the plan of a list tells of it."""
        return {"position": self.position, "group_name": self.group_name, "before": as_dict(self.before) or None}

    def to_result(self):
        """The item as a module for one object returns it."""
        return {"changed": self.changed, "action": self.action, self.resource.name: as_dict(self.current) or None}

    def diff(self):
        """The records before and after, empty where there is none."""
        return {"before": as_dict(self.before), "after": as_dict(self.current)}

    @property
    def _name(self):
        record = self.before or self.current
        name = self.desired.label if record is None or record.id is None else self._label_of(record)
        return f"{name} {self.change.towards}" if self.change and self.change.towards and not self._rejected else name

    def _label_of(self, record):
        """The record with its group, and the name of that if it was given."""
        group = self.desired.shown("group_id") if record.group_id == self.desired.group_id else record.group_id
        return f"{record.label} of group {group}"

    def _stored(self):
        before, current = as_dict(self.before), as_dict(self.current)
        return [(name, value) for name, value in current.items() if name != "id" and value != before.get(name)]


def as_dict(record):
    """A record's keys; an empty dict for none."""
    return record.as_dict() if record else {}

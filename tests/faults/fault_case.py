# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One fault at one request of one operation, and what has to be true of it."""

from __future__ import annotations

from faults.operations import as_wanted, fill, stored, subject_state
from support.task import Clock, run

ADD = "tasks.api.scrum.backlog.add"
DELETE = "tasks.api.scrum.backlog.delete"
UNKNOWN = "could not verify"
ALWAYS = 1000

# how long the fault lasts, and how many seconds the task may wait -> how many requests it hits, max_wait
WITH_WAIT = "once, and the task waits"
WITHOUT_WAIT = "once, and the task does not wait"
MODES = {
    WITH_WAIT: (1, 1000),
    WITHOUT_WAIT: (1, 0),
    "for ever": (ALWAYS, 3),
}


class FaultCase:
    """One fault at one request of one operation, on a portal as new.

    :param portal: the Portal.
    :param operation: the Operation.
    :param fault: the Fault, or None.
    :param position: at which request it comes, 0 for the first.
    :param mode: one of MODES.
    :param switches: settings of the portal.
    :ivar lasts: whether the fault is still there at the end.
    :ivar before: what the portal held before, see stored().
    :ivar after: what it holds afterwards.
    :ivar returned: what the task returned.
    """

    def __init__(self, portal, operation, fault, position, mode, **switches):
        portal.start()
        portal.reset()
        portal.set_behavior(**switches)
        fill(portal)
        self.portal, self.operation, self.fault = portal, operation, fault
        times, max_wait = MODES[mode]
        self.lasts = bool(fault) and fault.lasts(times, max_wait)
        self.before = stored(portal)
        if fault:
            fault.place(portal, position, times)
        self.returned = self.play(max_wait=max_wait, **(fault.options if fault else {}))
        self.after = stored(portal)

    def play(self, **more):
        """Run the task, with more options."""
        options = {
            "webhook_url": self.portal.webhook_url,
            "ca_path": self.portal.ca_path,
            **self.operation.options,
            **more,
        }
        return run(self.operation.module, options, Clock(lambda: self.lasts or self.portal.start()))

    def violations(self):
        """What is not as it has to be in every cell."""
        if "exception" in self.returned or "Traceback" in str(self.returned):
            yield f"a traceback: {self.returned}"
            return
        rows = self.operation.rows(self.returned)
        for item, wanted, row in zip(self.operation.items, self.operation.wanted, rows):
            yield from (f"{violation}: {item}: {row}" for violation in self._violations_of(item, wanted, row))
        if self.returned["changed"] is not any(row["changed"] for row in rows):
            yield "changed is not that of the items"
        if self.returned["failed"] and not self.returned["msg"]:
            yield "not a word on the failure"
        for write, may_be in ((ADD, "add"), (DELETE, "delete")):
            if self.portal.writes.count(write) > sum(self._is_for(item, may_be) for item in self.operation.items):
                yield f"{may_be} more often than needed"

    def _violations_of(self, item, wanted, row):
        unknown = UNKNOWN in row.get("msg", "")
        differs = subject_state(item, self.before) != subject_state(item, self.after)
        if not row.get("failed", self.returned["failed"]):
            if not as_wanted(wanted, self.after):
                yield f"success is not true, {self.after}"
        elif row["error"]["code"] not in self.fault.codes:
            yield f"the cause is not named, {self.fault.codes}"
        if unknown and not self.lasts and not self.fault.is_slow:
            yield "unknown, and the fault had passed"
        if row["changed"] is not differs and not (unknown or (self.fault and self.fault.is_late)):
            yield f"changed, and it differs: {differs}"

    @staticmethod
    def _is_for(item, write):
        if item.get("state") == "absent":
            return write == "delete"
        return write == "add" and "id" not in item

    def violations_after_recovery(self):
        """With the fault gone, the task does what is left, and then nothing."""
        self.portal.start()
        self.portal.clear_faults()
        returned, found = self.play(), stored(self.portal)
        if returned["failed"] or not all(as_wanted(wanted, found) for wanted in self.operation.wanted):
            yield f"does not converge: {found}, {returned}"
        if returned["changed"] and self.play()["changed"]:
            yield "changes once more"

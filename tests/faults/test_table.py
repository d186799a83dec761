# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every fault at every request of every operation: the portal holds what was asked for, or the task says what stood against it."""

from __future__ import annotations

import pytest

from faults.cell import DELETE, IMPATIENT, MODES, PATIENT, UNKNOWN, Cell
from faults.operations import OPERATIONS
from faults.table import FAULTS

#: The operations that also meet faults that last, and those that take time, which nobody can fake.
WHOLE = ("create in two writes", "delete", "bulk")
SLOW = ("create in two writes", "delete")

CELLS = [(name, kind) for name in OPERATIONS for kind, fault in FAULTS.items() if name in SLOW or not fault.is_slow]


def requests_of(portal, operation):
    """How many requests an operation takes when nothing goes wrong."""
    cell = Cell(portal, operation, None, 0, IMPATIENT)
    assert [*cell.complaints()] == []
    assert not cell.returned["failed"]
    return len(portal.requests)


@pytest.mark.parametrize(("name", "kind"), CELLS)
def test_whatever_goes_wrong(portal, name, kind):
    """At the first reading, at the write, at the second reading, and at everything in between."""
    operation, fault = OPERATIONS[name], FAULTS[kind]
    complaints = []
    for position in range(requests_of(portal, operation)):
        for mode in MODES if name in WHOLE and not fault.is_slow else (PATIENT, IMPATIENT):
            cell = Cell(portal, operation, fault, position, mode)
            found = [*cell.complaints()]
            helps = fault.passes and mode == PATIENT
            if (helps or (fault.followed and not cell.lasts)) and cell.returned["failed"]:
                found.append(f"gave up: {cell.returned}")
            if mode == IMPATIENT:
                found += cell.complaints_later()
            complaints += [f"request {position + 1}, {mode}: {complaint}" for complaint in found]
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("kind", [kind for kind, fault in FAULTS.items() if not fault.is_slow])
def test_a_deleted_backlog_that_comes_back(portal, kind):
    """Somebody has the planning page open: the new backlog is not deleted in turn, and the task never says that there is none."""
    fault, complaints = FAULTS[kind], []
    for position in range(requests_of(portal, OPERATIONS["delete"])):
        for mode in MODES:
            cell = Cell(portal, OPERATIONS["delete"], fault, position, mode, planning_page_open=True)
            gone = cell.before[5] != cell.after[5]
            fine = (
                cell.returned["failed"]
                and cell.returned["error"]["code"] in (*fault.codes, "not_deleted")
                and portal.writes.count(DELETE) <= 1
                and (cell.returned["changed"] is gone or UNKNOWN in cell.returned["msg"])
            )
            complaints += [] if fine else [f"request {position + 1}, {mode}: {cell.after[5]}, {portal.writes}, {cell.returned}"]
    assert not complaints, "\n".join(complaints)

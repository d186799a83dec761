# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every fault at every request of every operation: the portal holds what was asked for, or the task says what rejected it."""

from __future__ import annotations

import pytest

from faults.fault_case import DELETE, MODES, UNKNOWN, WITH_WAIT, WITHOUT_WAIT, FaultCase
from faults.operations import OPERATIONS
from faults.table import FAULTS

#: The operations that also meet faults that last, and those that take time, which nobody can fake.
WHOLE = ("create in two writes", "delete", "bulk")
SLOW = ("create in two writes", "delete")

CASES = [(name, kind) for name in OPERATIONS for kind, fault in FAULTS.items() if name in SLOW or not fault.is_slow]


def requests_of(portal, operation):
    """How many requests an operation takes when nothing goes wrong."""
    case = FaultCase(portal, operation, None, 0, WITHOUT_WAIT)
    assert [*case.violations()] == []
    assert not case.returned["failed"]
    return len(portal.requests)


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_operation_with_any_fault_converges_or_fails(portal, name, kind):
    """At the first reading, at the write, at the second reading, and at everything in between."""
    operation, fault = OPERATIONS[name], FAULTS[kind]
    violations = []
    for position in range(requests_of(portal, operation)):
        for mode in MODES if name in WHOLE and not fault.is_slow else (WITH_WAIT, WITHOUT_WAIT):
            case = FaultCase(portal, operation, fault, position, mode)
            found = [*case.violations()]
            helps = fault.passes and mode == WITH_WAIT
            if (helps or (fault.followed and not case.lasts)) and case.returned["failed"]:
                found.append(f"gave up: {case.returned}")
            if mode == WITHOUT_WAIT:
                found += case.violations_after_recovery()
            violations += [f"request {position + 1}, {mode}: {violation}" for violation in found]
    assert not violations, "\n".join(violations)


@pytest.mark.parametrize("kind", [kind for kind, fault in FAULTS.items() if not fault.is_slow])
def test_delete_when_backlog_is_recreated_reports_not_deleted(portal, kind):
    """Somebody has the planning page open: the new backlog is not deleted in turn, and the task never says that there is none."""
    fault, violations = FAULTS[kind], []
    for position in range(requests_of(portal, OPERATIONS["delete"])):
        for mode in MODES:
            case = FaultCase(portal, OPERATIONS["delete"], fault, position, mode, planning_page_open=True)
            gone = case.before[5] != case.after[5]
            fine = (
                case.returned["failed"]
                and case.returned["error"]["code"] in (*fault.codes, "not_deleted")
                and portal.writes.count(DELETE) <= 1
                and (case.returned["changed"] is gone or UNKNOWN in case.returned["msg"])
            )
            violations += [] if fine else [f"request {position + 1}, {mode}: {case.after[5]}, {portal.writes}, {case.returned}"]
    assert not violations, "\n".join(violations)

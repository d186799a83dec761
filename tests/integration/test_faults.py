# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A slice of the table in tests/faults by the real engine: each fault once, at the write that must not be sent twice, at -vvvv."""

from __future__ import annotations

from dataclasses import replace

from faults.table import FAULTS
from support.runner import backlog, backlogs

ADD = "tasks.api.scrum.backlog.add"
MOVED = "redirect to another host"


def test_write_with_each_fault_reports_and_converges(portal, runner):
    """Nothing secret is printed; stored or not, the row says so; then one task for all does what is left, and nothing the next time."""
    # the request after a redirect would meet the next fault: one that is followed comes last
    faults = {name: fault for name, fault in FAULTS.items() if fault.kind != "leave" and not fault.is_late and not fault.followed}
    faults[MOVED] = FAULTS[MOVED]
    portal.user(6, 9)
    groups = dict(zip(faults, range(1, len(faults) + 1)))
    tasks = {}
    for name, fault in faults.items():
        portal.group(groups[name])
        unhurried = replace(fault, detail={**fault.detail, "seconds": 5}) if fault.is_slow else fault
        unhurried.place(portal, method=ADD)
        tasks[name] = backlog(group_id=groups[name], created_by=6, modified_by=9, timeout=4 if fault.is_slow else 60)
    results = runner.run_tasks(tasks, expect_warnings=True).results
    assert [name for name, result in results.items() if result.get("warnings")] == [MOVED]
    for name, result in results.items():
        stored = portal.backlog_of(groups[name]) is not None
        assert result["changed"] is stored, (name, result)
        assert result["failed"] is not (stored and portal.backlog_of(groups[name])[3:] == (6, 9)), (name, result)
        assert "could not verify" not in result.get("msg", ""), (name, result)
        assert not result["failed"] or result["error"]["code"] in faults[name].codes, (name, result)
        assert "Traceback" not in str(result), (name, result)
    rest = backlogs([{"group_id": group, "created_by": 6, "modified_by": 9} for group in groups.values()])
    again = runner.run_tasks({"what is left": rest, "nothing": rest}).results
    assert [(result["failed"], result["changed"]) for result in again.values()] == [(False, True), (False, False)]
    assert [row[1:] for row in sorted(portal.rows, key=lambda row: row[1])] == [
        (group, "backlog", 6, 9) for group in sorted(groups.values())
    ]

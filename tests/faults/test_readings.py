# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every fault at every request of a reading: what is returned is all that there is, or the task fails and says why."""

from __future__ import annotations

import pytest

from faults.fault_case import MODES, WITH_WAIT, WITHOUT_WAIT
from faults.operations import fill, stored
from faults.table import FAULTS
from support.task import Clock, run

OTHERS = 9
ASKED = {"all that can be listed": {}, "these": {"group_ids": [1, 2, 11, OTHERS]}}


def read(portal, max_wait, asked, meanwhile=lambda: None):
    """What a reading returns."""
    options = {"webhook_url": portal.webhook_url, "ca_path": portal.ca_path, "max_wait": max_wait, **asked}
    return run("bitrix24_scrum_backlog_info", options, Clock(meanwhile))


def seen_in(returned):
    """Group -> its backlog, as it was returned; the groups without one; the denied ones."""
    rows = {row["group_id"]: (row["id"], row["created_by"], row["modified_by"]) for row in returned["backlogs"]}
    return rows, returned["groups_without_backlog"], returned["groups_denied"]


def part_of(whole, returned):
    """Whether what was read before or after a failure is right, and something is said to be missing."""
    rows, without, denied = seen_in(returned)
    found = {*rows, *without, *denied}
    right = rows.items() <= whole[0].items() and {*without} <= {*whole[1]} and {*denied} <= {*whole[2]}
    everything = {*whole[0], *whole[1], *whole[2]}
    return right and not found & {*returned["groups_failed"]} and (found != everything or not returned["groups_failed"])


@pytest.fixture
def filled(portal):
    """The portal of the table, with a group that the caller may not read."""
    fill(portal)
    portal.group(OTHERS, members={9: "A"}).backlog()
    return portal


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("kind", [kind for kind, fault in FAULTS.items() if not fault.is_slow])
def test_info_module_with_any_fault_is_complete_or_fails(filled, kind, asked):
    """Nothing is left out in silence, and nothing is said to be missing or denied because of a fault."""
    fault, violations = FAULTS[kind], []
    whole = seen_in(read(filled, 0, ASKED[asked]))
    assert whole[0].items() <= stored(filled).items()
    assert (11 in whole[1], OTHERS in whole[2]) == (True, True)
    for position in range(len(filled.requests)):
        for mode in (WITH_WAIT, WITHOUT_WAIT):
            times, max_wait = MODES[mode]
            filled.start()
            filled.clear_faults()
            fault.place(filled, position, times)
            returned = read(filled, max_wait, ASKED[asked], filled.start)
            if not returned["failed"]:
                fine = seen_in(returned) == whole
            else:
                fine = returned["error"]["code"] in fault.codes and not (fault.passes and mode == WITH_WAIT) and part_of(whole, returned)
            violations += [] if fine else [f"request {position + 1}, {mode}: {returned}"]
    assert not violations, "\n".join(violations)


GROUPS, GHOSTS = 52, 3
ANYWHERE = {"sprint_get": "missing"}

#: What is asked for -> (items, settings of the portal): by group, by id with and without the way that leads there, and moves.
LISTS = {
    "groups": ([{"group_id": number} for number in range(1, GROUPS + 1)], {}),
    "ids": ([{"id": number} for number in range(1, GROUPS + 1)], {}),
    "ids that are searched": (
        [{"id": number} for number in range(1, GROUPS + 1)] + [{"id": 999 + ghost, "state": "absent"} for ghost in range(GHOSTS)],
        ANYWHERE,
    ),
    "moves": ([{"id": number, "group_id": 200 + number} for number in range(1, GROUPS + 1)], {}),
    "creations": ([{"group_id": 200 + number, "modified_by": 7} for number in range(1, GROUPS + 1)], {}),
}

#: Faults that end a task wherever they come: the next request would meet them as well.
ENDING = ("blocked by hand", "signed out", "redirect down to http", "redirect to what is no address")


def reconcile(portal, items, max_wait):
    """What the list module predicts, row by row."""
    options = {"webhook_url": portal.webhook_url, "ca_path": portal.ca_path, "max_wait": max_wait, "backlogs": items}
    return run("bitrix24_scrum_backlogs", options, Clock(portal.start), check=True)


@pytest.fixture
def large(portal):
    """A portal with more groups than a batch has room for."""
    portal.user(6, 7)
    for number in range(1, GROUPS + 1):
        portal.group(number).backlog(id=number, created_by=6, modified_by=7)
    for number in range(1, GROUPS + 1):
        portal.group(200 + number)
    return portal


@pytest.mark.parametrize("asked", LISTS)
@pytest.mark.parametrize("kind", [kind for kind, fault in FAULTS.items() if not fault.is_slow])
def test_list_with_one_failed_request_keeps_the_other_rows(large, kind, asked):
    """A row that was read says what it says on a good day; the others name the fault. What ends all is not followed by a request."""
    (items, switches), fault, violations = LISTS[asked], FAULTS[kind], []
    large.set_behavior(**switches)
    whole = reconcile(large, items, 0)
    assert not whole["failed"], whole["msg"]
    right = whole["backlogs"]
    for position in range(len(large.requests)):
        for mode in (WITH_WAIT, WITHOUT_WAIT):
            times, max_wait = MODES[mode]
            large.start()
            large.clear_faults()
            large.clear_log()
            fault.place(large, position, times)
            returned = reconcile(large, items, max_wait)
            rows = returned["backlogs"]
            failed = [row for row, wanted in zip(rows, right) if row != wanted]
            fine = all(row["failed"] and row["error"]["code"] in fault.codes for row in failed) and len(rows) == len(right)
            fine = fine and returned["failed"] is bool(failed)
            fine = fine and not (failed and mode == WITH_WAIT and (fault.passes or fault.followed))
            if kind in ENDING or (fault.passes and mode == WITHOUT_WAIT):
                fine = fine and failed and len(large.requests) <= position + 1
            elif failed and asked in ("groups", "ids"):
                fine = fine and len(failed) in (50, GROUPS - 50)
            violations += [] if fine else [f"request {position + 1}, {mode}: {len(failed)} failed, {failed[:2]}"]
    assert not violations, "\n".join(violations)

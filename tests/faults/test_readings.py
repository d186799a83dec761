# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every fault at every request of a reading: what is returned is all that there is, or the task fails and says why."""

from __future__ import annotations

import pytest

from faults.cell import IMPATIENT, MODES, PATIENT
from faults.operations import fill, held
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


@pytest.fixture
def filled(portal):
    """The portal of the table, with a group that the caller may not read."""
    fill(portal)
    portal.group(OTHERS, members={9: "A"}).backlog()
    return portal


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("kind", [kind for kind, fault in FAULTS.items() if not fault.is_slow])
def test_a_reading_is_whole_or_fails(filled, kind, asked):
    """Nothing is left out in silence, and nothing is said to be missing or denied because of a fault."""
    fault, complaints = FAULTS[kind], []
    whole = seen_in(read(filled, 0, ASKED[asked]))
    assert whole[0].items() <= held(filled).items()
    assert (11 in whole[1], OTHERS in whole[2]) == (True, True)
    for position in range(len(filled.requests)):
        for mode in (PATIENT, IMPATIENT):
            times, max_wait = MODES[mode]
            filled.start()
            filled.clear_faults()
            fault.place(filled, position, times)
            returned = read(filled, max_wait, ASKED[asked], filled.start)
            if not returned["failed"]:
                fine = seen_in(returned) == whole
            else:
                fine = returned["error"]["code"] in fault.codes and not (fault.passes and mode == PATIENT)
            complaints += [] if fine else [f"request {position + 1}, {mode}: {returned}"]
    assert not complaints, "\n".join(complaints)

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One backlog, in this process: every row of the tables of states, and the calls that each outcome costs."""

from __future__ import annotations

import pytest

from portal import Portal
from support import task
from support.state_table import arrange, check_four_ways


@pytest.fixture
def portal():
    """A portal that nobody else uses."""
    with Portal() as started:
        yield started


@pytest.fixture
def run(portal):
    """Called with options, runs the module; returns its result."""
    connection = {"webhook_url": portal.webhook_url, "max_wait": 0}
    return lambda options, check=False: task.run("bitrix24_scrum_backlog", {**connection, **options}, task.Clock(), check)


def test_state_table_every_row_four_ways(portal, run):
    """Check mode, run, run again, check mode again."""
    options = arrange(portal)
    check_four_ways(portal, lambda check=False: {name: run(row, check) for name, row in options.items()})


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"group_id": 1}, ["get"]),
        ({"group_id": 1, "modified_by": 9}, ["get", "update", "get"]),
        ({"group_id": 2, "created_by": 6}, ["get", "add", "get"]),
        ({"group_id": 2, "created_by": 6, "modified_by": 7}, ["get", "add", "update", "get"]),
        ({"group_id": 1, "state": "absent"}, ["get", "delete", "get"]),
    ],
)
def test_single_backlog_uses_no_batch(portal, run, options, expected):
    """One backlog never uses a batch: one request when it is in order, three when it drifted."""
    portal.group(1).backlog(created_by=6, modified_by=7)
    portal.group(2)
    portal.user(9)
    assert not run(options)["failed"]
    assert [request.method.rsplit(".", 1)[-1] for request in portal.requests] == expected

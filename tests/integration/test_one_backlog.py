# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of states through the real engine: one row for each outcome, and all of them before a release."""

from __future__ import annotations

import pytest

from support.runner import backlog
from support.state_table import ROWS, arrange, check_four_ways

ONE_OF_EACH = ("group in order", "group, both drifted", "move", "create, modified by another", "absent by group", "no access")


@pytest.mark.parametrize(
    "names",
    [pytest.param(ONE_OF_EACH, marks=pytest.mark.smoke), pytest.param(tuple(ROWS), marks=pytest.mark.thorough)],
    ids=["one of each", "all"],
)
def test_state_table_with_the_engine(portal, runner, names):
    """As a playbook runs it, with every result of the rows."""
    options = arrange(portal)
    tasks = {name: backlog(**options[name]) for name in names}
    check_four_ways(portal, lambda check=False: runner.run_tasks(tasks, check=check, expect_warnings=check).results)

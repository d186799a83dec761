# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of one epic: what is written, and what it comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.epic_plan import (
    ADD,
    DesiredEpic,
    Observed,
    Record,
    parse_record,
)


def test_epic_created_beside_an_older_one_is_the_duplicate():
    """The older one stays, whichever run looks."""
    record = Record(5, 1, "One", "", "", 6, None)
    both = Observed((record, replace(record, id=6)))
    desired = DesiredEpic(group_id=1, name="One")
    assert (both.duplicate_of(desired, 6), both.duplicate_of(desired, 5)) == (6, None)


@pytest.mark.parametrize("row", [None, [], {}, {"id": 1}, {"id": 1, "groupId": 1, "createdBy": 0, "modifiedBy": 0, "name": 5}], ids=str)
def test_parse_record_of_anything_else_fails(row):
    """It is no epic."""
    with pytest.raises(ResponseError):
        parse_record(row, ADD)


def test_claims_of_two_names_or_groups_differ():
    """Two items of a list may not mean the same epic."""
    made = [DesiredEpic(group_id=1, name="a"), DesiredEpic(group_id=2, name="a"), DesiredEpic(group_id=1, name="b"), DesiredEpic(id=1)]
    assert len({tuple(desired.claims()) for desired in made}) == len(made)

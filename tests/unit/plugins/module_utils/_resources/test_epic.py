# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of one epic: what is written, and what it comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError, ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.epic import Epic
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.epic_plan import (
    ADD,
    DELETE,
    UPDATE,
    DesiredEpic,
    Observed,
    Record,
    parse_record,
    plan_change,
)

NAMES = st.sampled_from(["One", "Two", "one", "One "])
TEXTS = st.sampled_from(["a", "b", "a & b", "[b]a[/b]"])
COLORS = st.sampled_from(["#aabbcc", "AABBCC", "#000000"])
USERS = st.sampled_from([6, 7])
MAYBE = st.none()
RECORDS = st.builds(Record, st.integers(1, 5), st.just(1), NAMES, TEXTS, COLORS | st.just(""), USERS | MAYBE, USERS | MAYBE)
OBSERVED = st.lists(RECORDS, max_size=4, unique_by=lambda record: record.id).map(lambda records: Observed(tuple(records)))
BY_NAME = st.builds(
    DesiredEpic, MAYBE, st.just(1), NAMES, TEXTS | MAYBE, COLORS | MAYBE, USERS | MAYBE, st.sampled_from(["present", "absent"])
)
BY_ID = st.builds(DesiredEpic, st.integers(1, 5), MAYBE | st.just(1), NAMES | MAYBE, TEXTS | MAYBE, COLORS | MAYBE, USERS | MAYBE)


def plan_or_none(desired, observed):
    """The Change, or None when it is impossible."""
    try:
        return plan_change(desired, observed)
    except PreconditionError:
        return None


@given(desired=BY_NAME | BY_ID, observed=OBSERVED)
def test_plan_of_any_epic_ends_where_it_says(desired, observed):
    """A change is needed iff something differs; after it nothing is; and nothing is sent that was not asked for."""
    desired.validate()
    change = plan_or_none(desired, observed)
    if change is None:
        return
    assert change.is_needed == (change.before != change.after) == bool(change.writes)
    others = tuple(epic for epic in observed.epics if epic != change.before)
    after = (replace(change.after, id=change.after.id or 99),) if change.after else ()
    assert not plan_change(desired, Observed(others + after)).is_needed
    assert change.after is None or not Epic().differences(desired, after[0])
    for write in change.writes:
        sent = write.params.get("fields", {})
        asked = {"groupId": desired.group_id, "name": desired.name, "description": desired.description, "createdBy": desired.created_by}
        assert all(key == "color" or asked[key] == value for key, value in sent.items())
        assert write.method in (ADD, UPDATE, DELETE)


@given(desired=BY_NAME, observed=OBSERVED)
def test_plan_by_name_refuses_exactly_twins(desired, observed):
    """Of that name, letter by letter."""
    twins = [epic.id for epic in observed.epics if epic.name == desired.name]
    assert (plan_or_none(desired, observed) is None) == (len(twins) > 1)


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

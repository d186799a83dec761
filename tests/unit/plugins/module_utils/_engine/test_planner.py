# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One plan for a list: claims, circles, and what waits for what."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.item import Item
from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.planner import build_plan, find_duplicates, validate_list
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog import Backlog
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_plan import DesiredBacklog, Observed, Record

BACKLOG = Backlog()


def _seen(all_desired, records):
    """What a portal with these records shows for each desired state."""
    by_group = {record.group_id: record for record in records}
    by_id = {record.id: record for record in records}
    observations = {}
    for position, desired in enumerate(all_desired):
        in_group = by_group.get(desired.group_id)
        mine = by_id.get(desired.id)
        observations[position] = Observed(in_group, None if mine == in_group else mine)
    return observations


def _plan(all_desired, records):
    items = _items(all_desired, _seen(all_desired, records))
    order = build_plan(BACKLOG, items)
    return [item.error.code if item.error else item.change.action for item in items], [item.position for item in order]


def _items(all_desired, observations):
    items = [Item(BACKLOG, position, desired) for position, desired in enumerate(all_desired)]
    for item in items:
        item.set_observed(observations[item.position])
        item.facts = 1
    return items


@pytest.mark.parametrize(
    "all_desired",
    [
        [DesiredBacklog(id=1), DesiredBacklog(id=2), DesiredBacklog(id=1)],
        [DesiredBacklog(group_id=1), DesiredBacklog(group_id=2), DesiredBacklog(id=9, group_id=1)],
    ],
)
def test_validate_list_with_duplicate_claims_names_both_positions(all_desired):
    """Counted as people count, and as the list is indexed."""
    with pytest.raises(PreconditionError) as refusal:
        validate_list(BACKLOG, all_desired)
    assert "backlogs[0]" in refusal.value.description
    assert "backlogs[2]" in refusal.value.description


def test_validate_list_with_invalid_item_names_its_position():
    """In a list; alone, the field is enough."""
    with pytest.raises(PreconditionError, match=r"backlogs\[1\]"):
        validate_list(BACKLOG, [DesiredBacklog(id=1), DesiredBacklog(id=0)])
    validate_list(BACKLOG, [])


def test_build_plan_orders_move_after_vacated_group():
    """2 moves out of a group before 1 moves in, whatever the order of the list."""
    records = [Record(1, 10, 1, 1), Record(2, 20, 1, 1), Record(3, 30, 1, 1)]
    moves = [DesiredBacklog(id=1, group_id=20), DesiredBacklog(id=2, group_id=30), DesiredBacklog(id=3, group_id=40)]
    for all_desired in itertools.permutations(moves):
        outcomes, order = _plan(all_desired, records)
        assert outcomes == ["move"] * 3
        assert [all_desired[position].id for position in order] == [3, 2, 1]


def test_build_plan_orders_move_after_removal():
    """The portal would refuse them the other way round."""
    outcomes, order = _plan(
        [DesiredBacklog(id=1, group_id=20), DesiredBacklog(id=2, state="absent")], [Record(1, 10, 1, 1), Record(2, 20, 1, 1)]
    )
    assert (outcomes, order) == (["move", "delete"], [1, 0])


@pytest.mark.parametrize("length", [2, 3, 5])
def test_build_plan_with_cycle_of_moves_names_its_groups(length):
    """Bitrix24 cannot swap."""
    records = [Record(number, 10 * number, 1, 1) for number in range(1, length + 1)]
    all_desired = [DesiredBacklog(id=number, group_id=10 * (number % length + 1)) for number in range(1, length + 1)]
    with pytest.raises(PreconditionError) as refusal:
        _plan(all_desired, records)
    assert refusal.value.code == "move_cycle"
    assert all(str(record.group_id) in refusal.value.description for record in records)


def test_find_duplicates_rejects_both_items():
    """One by id, one by group: both are refused, others are not."""
    all_desired = [DesiredBacklog(id=1), DesiredBacklog(group_id=20), DesiredBacklog(group_id=10)]
    refused = find_duplicates(BACKLOG, _items(all_desired, _seen(all_desired, [Record(1, 10, 1, 1)])))
    assert {position: refusal.code for position, refusal in refused.items()} == {0: "same_backlog", 2: "same_backlog"}


def test_build_plan_rejects_dependents_of_rejected_item():
    """Its group will not be free."""
    records = [Record(1, 10, 1, 1), Record(2, 20, 1, 1), Record(3, 30, 1, 1)]
    outcomes, _order = _plan([DesiredBacklog(id=1, group_id=20), DesiredBacklog(id=2, group_id=30)], records)
    assert outcomes == ["other_backlog", "other_backlog"]


def test_build_plan_without_dependencies_keeps_order():
    """Nobody is surprised."""
    all_desired = [DesiredBacklog(group_id=number) for number in range(1, 60)]
    _outcomes, order = _plan(all_desired, [])
    assert order == list(range(59))

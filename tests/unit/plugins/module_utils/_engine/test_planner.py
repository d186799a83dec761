# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One plan for a list: claims, circles, and what waits for what."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.planner import check_list, plan_list, twins
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog import Record, Sight, Wish


def _seen(wishes, records):
    """What a portal with these records shows for each wish."""
    by_group = {record.group_id: record for record in records}
    by_id = {record.id: record for record in records}
    sights = {}
    for position, wish in enumerate(wishes):
        in_group = by_group.get(wish.group_id)
        mine = by_id.get(wish.id)
        sights[position] = Sight(in_group, None if mine == in_group else mine)
    return sights


def _plan(wishes, records):
    plans, order = plan_list(dict(enumerate(wishes)), _seen(wishes, records), caller=1)
    outcomes = [
        plans[position].code if isinstance(plans[position], PreconditionError) else plans[position].action
        for position in range(len(wishes))
    ]
    return outcomes, order


@pytest.mark.parametrize(
    "wishes",
    [
        [Wish(id=1), Wish(id=2), Wish(id=1)],
        [Wish(group_id=1), Wish(group_id=2), Wish(id=9, group_id=1)],
    ],
)
def test_two_claims_on_one_thing_name_both_positions(wishes):
    """Counted as people count, and as the list is indexed."""
    with pytest.raises(PreconditionError) as refusal:
        check_list(wishes)
    assert "backlogs[0]" in refusal.value.description
    assert "backlogs[2]" in refusal.value.description


def test_a_bad_item_names_its_position():
    """In a list; alone, the field is enough."""
    with pytest.raises(PreconditionError, match=r"backlogs\[1\]"):
        check_list([Wish(id=1), Wish(id=0)])
    check_list([])


def test_a_move_waits_until_its_group_is_free():
    """2 moves out of a group before 1 moves in, whatever the order of the list."""
    records = [Record(1, 10, 1, 1), Record(2, 20, 1, 1), Record(3, 30, 1, 1)]
    moves = [Wish(id=1, group_id=20), Wish(id=2, group_id=30), Wish(id=3, group_id=40)]
    for wishes in itertools.permutations(moves):
        outcomes, order = _plan(wishes, records)
        assert outcomes == ["move"] * 3
        assert [wishes[position].id for position in order] == [3, 2, 1]


def test_a_removal_makes_room_for_a_move():
    """The portal would refuse them the other way round."""
    outcomes, order = _plan([Wish(id=1, group_id=20), Wish(id=2, state="absent")], [Record(1, 10, 1, 1), Record(2, 20, 1, 1)])
    assert (outcomes, order) == (["move", "delete"], [1, 0])


@pytest.mark.parametrize("length", [2, 3, 5])
def test_a_circle_of_moves_is_refused_with_its_groups(length):
    """Bitrix24 cannot swap."""
    records = [Record(number, 10 * number, 1, 1) for number in range(1, length + 1)]
    wishes = [Wish(id=number, group_id=10 * (number % length + 1)) for number in range(1, length + 1)]
    with pytest.raises(PreconditionError) as refusal:
        _plan(wishes, records)
    assert refusal.value.code == "move_cycle"
    assert all(str(record.group_id) in refusal.value.description for record in records)


def test_two_items_that_turn_out_to_be_one_backlog():
    """One by id, one by group: both are refused, others are not."""
    wishes = [Wish(id=1), Wish(group_id=20), Wish(group_id=10)]
    refused = twins(dict(enumerate(wishes)), _seen(wishes, [Record(1, 10, 1, 1)]))
    assert {position: refusal.code for position, refusal in refused.items()} == {0: "same_backlog", 2: "same_backlog"}


def test_what_waits_for_a_refused_item_is_refused():
    """Its group will not be free."""
    records = [Record(1, 10, 1, 1), Record(2, 20, 1, 1), Record(3, 30, 1, 1)]
    outcomes, _order = _plan([Wish(id=1, group_id=20), Wish(id=2, group_id=30)], records)
    assert outcomes == ["other_backlog", "other_backlog"]


def test_order_of_the_list_where_nothing_waits():
    """Nobody is surprised."""
    wishes = [Wish(group_id=number) for number in range(1, 60)]
    _outcomes, order = _plan(wishes, [])
    assert order == list(range(59))

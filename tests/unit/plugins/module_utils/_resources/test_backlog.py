# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan: from what is asked and what is held to what is done. No portal is needed to know it."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError, ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog import (
    LARGEST_ID,
    Plan,
    Record,
    Sight,
    Target,
    Wish,
    check_target,
    check_wish,
    falls_short,
    plan,
    record_in,
    whole_number,
)

HERE = Record(1, 10, 6, 7)
OTHER = Record(2, 10, 6, 7)
ELSEWHERE = Record(1, 20, 6, 7)
NOTHING = Sight()

# wish, sight, action, fields of the write, or the code of the refusal
TABLE = [
    (Wish(group_id=10), Sight(HERE), "none", None),
    (Wish(group_id=10, modified_by=9), Sight(HERE), "update", {"modifiedBy": 9}),
    (Wish(group_id=10, created_by=9), Sight(HERE), "update", {"createdBy": 9}),
    (Wish(group_id=10, created_by=9, modified_by=8), Sight(HERE), "update", {"createdBy": 9, "modifiedBy": 8}),
    (Wish(id=1, group_id=10), Sight(HERE), "none", None),
    (Wish(id=1, group_id=10), Sight(OTHER), "other_backlog", None),
    (Wish(id=1, group_id=10), Sight(None, ELSEWHERE), "move", {"groupId": 10}),
    (Wish(id=1, group_id=10, modified_by=9), Sight(None, ELSEWHERE), "move", {"groupId": 10, "modifiedBy": 9}),
    (Wish(id=1, group_id=10), NOTHING, "no_such_backlog", None),
    (Wish(id=1), Sight(None, HERE), "none", None),
    (Wish(id=1, modified_by=9), Sight(None, HERE), "update", {"modifiedBy": 9}),
    (Wish(id=1), NOTHING, "no_such_backlog", None),
    (Wish(group_id=10), NOTHING, "create", {"groupId": 10, "createdBy": 1}),
    (Wish(group_id=10, created_by=6), NOTHING, "create", {"groupId": 10, "createdBy": 6}),
    (Wish(group_id=10, created_by=6, modified_by=7), NOTHING, "create", {"groupId": 10, "createdBy": 6}),
    (Wish(group_id=10, state="absent"), Sight(HERE), "delete", None),
    (Wish(id=1, state="absent"), Sight(None, HERE), "delete", None),
    (Wish(id=1, group_id=10, state="absent"), Sight(HERE), "delete", None),
    (Wish(group_id=10, state="absent"), NOTHING, "none", None),
    (Wish(id=1, state="absent"), NOTHING, "none", None),
    (Wish(id=1, group_id=10, state="absent"), NOTHING, "none", None),
    (Wish(id=1, group_id=10, state="absent"), Sight(OTHER), "other_backlog", None),
    (Wish(id=1, group_id=10, state="absent"), Sight(None, ELSEWHERE), "other_group", None),
    (Wish(group_id=10, created_by=9, modified_by=9, state="absent"), Sight(HERE), "delete", None),
]


@pytest.mark.parametrize(("wish", "sight", "action", "fields"), TABLE)
def test_every_row_of_the_tables(wish, sight, action, fields):
    """A row is an action with what it writes, or a refusal."""
    try:
        made = plan(wish, sight, caller=1)
    except PreconditionError as refusal:
        assert refusal.code == action
    else:
        assert (made.action, made.fields) == (action, fields)


VALUES = (None, 1, 2)
WISHES = [
    Wish(*values, state=state)
    for values in itertools.product(VALUES, VALUES, VALUES, VALUES)
    for state in ("present", "absent")
    if values[0] or values[1]
]
RECORDS = [None] + [Record(*values) for values in itertools.product((1, 2), repeat=4)]


def _sights(wish):
    """What a portal could show for a wish: at most one record for its group, and the record of its id."""
    for in_group, by_id in itertools.product(RECORDS, RECORDS):
        if in_group and in_group.group_id != wish.group_id:
            continue
        if by_id and (by_id.id != wish.id or by_id.group_id == wish.group_id):
            continue
        if in_group and wish.id == in_group.id and by_id:
            continue
        yield Sight(in_group, by_id)


def _plans():
    for wish in WISHES:
        for sight in _sights(wish):
            try:
                yield wish, sight, plan(wish, sight, caller=1)
            except PreconditionError:
                continue


def test_what_a_plan_leads_to_needs_no_further_plan():
    """Planning again from the predicted record finds nothing to do."""
    count = 0
    for wish, _sight, made in _plans():
        after = made.after
        if made.action == "create":
            after = Record(9, *[getattr(after, field) for field in ("group_id", "created_by", "modified_by")])
        in_group = after if wish.group_id is not None else None
        assert plan(wish, Sight(in_group, None if in_group else after), caller=1).action == "none"
        count += 1
    assert count > 1000


def test_nothing_is_sent_that_was_not_asked():
    """Never a field that was left out, never a value that is already there, never 0 or nothing."""
    options = {"groupId": "group_id", "createdBy": "created_by", "modifiedBy": "modified_by"}
    for wish, sight, made in _plans():
        found = sight.found(wish)
        for name, value in (made.fields or {}).items():
            assert value
            if made.action != "create":
                assert value == getattr(wish, options[name])
                assert value != getattr(found, options[name])


def test_a_plan_changes_something_exactly_when_the_record_differs():
    """Otherwise changed and diff could disagree."""
    for _wish, _sight, made in _plans():
        assert made.changes is (made.before != made.after)


def test_a_leaving_backlog_makes_room():
    """A group is free for a move when its backlog leaves in the same task."""
    assert plan(Wish(id=1, group_id=10), Sight(OTHER, ELSEWHERE), leaving={2}).action == "move"


@pytest.mark.parametrize("value", [0, -1, True, 1.5, LARGEST_ID + 1, "7"])
@pytest.mark.parametrize("field", ["id", "group_id", "created_by", "modified_by"])
def test_ids_are_whole_numbers_of_the_database(field, value):
    """Anything else is refused, and named."""
    with pytest.raises(PreconditionError, match=field) as refusal:
        check_wish(Wish(**{"group_id": 1, field: value}))
    assert refusal.value.code == "invalid_input"


def test_one_of_the_two_ids_is_needed():
    """Otherwise nobody knows which backlog is meant."""
    with pytest.raises(PreconditionError):
        check_wish(Wish(created_by=1))
    check_wish(Wish(id=1))
    check_wish(Wish(group_id=LARGEST_ID))


@pytest.mark.parametrize(
    ("target", "code", "unknown"),
    [
        (Target(True, True, True), None, 0),
        (Target(False, None, None), "group_not_found", 0),
        (Target(True, False, True), "group_not_readable", 0),
        (Target(True, True, False), "group_not_scrum", 0),
        (Target(True, None, True), None, 1),
        (Target(), None, 3),
    ],
)
def test_moves_that_would_strand_a_backlog(target, code, unknown):
    """What is known to be wrong is refused, what is not known is told."""
    if code:
        with pytest.raises(PreconditionError) as refusal:
            check_target(Wish(id=1, group_id=10), target)
        assert refusal.value.code == code
    else:
        assert len(check_target(Wish(id=1, group_id=10), target)) == unknown


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        ("5", 5),
        ("-5", -5),
        (True, None),
        (None, None),
        (5.0, None),
        ("5x", None),
        ("", None),
        ("9" * 30, None),
        ([], None),
        ("--5", None),
    ],
)
def test_numbers_that_arrive_as_text(value, number):
    """Portals write ids as numbers in one method and as text in another."""
    assert whole_number(value) == number


@pytest.mark.parametrize("answer", [None, [], "x", {}, {"id": 1}, {"id": 1, "groupId": 2, "createdBy": None, "modifiedBy": 3}])
def test_an_answer_without_a_record_is_no_record(answer):
    """A record is never made up."""
    with pytest.raises(ResponseError) as error:
        record_in(answer, "m")
    assert error.value.code == "unexpected_answer"


def test_shortfall_names_both_values():
    """What was asked and what is there."""
    assert falls_short(Wish(id=1, created_by=9), HERE) == {"created_by": (9, 6)}
    assert Plan("none", HERE, HERE).changes is False

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan: from what is asked and what is held to what is done. No portal is needed to know it."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.resource import MAX_ID, Change, differences
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError, ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_plan import (
    FIELDS,
    DesiredBacklog,
    Observed,
    Record,
    parse_record,
    plan_change,
)
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.target_group import TargetGroup, require_valid_target
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.envelope import parse_int

HERE = Record(1, 10, 6, 7)
OTHER = Record(2, 10, 6, 7)
ELSEWHERE = Record(1, 20, 6, 7)
NOTHING = Observed()

# desired state, observation, action, fields of the write, or the code of the refusal
TABLE = [
    (DesiredBacklog(group_id=10), Observed(HERE), "none", None),
    (DesiredBacklog(group_id=10, modified_by=9), Observed(HERE), "update", {"modifiedBy": 9}),
    (DesiredBacklog(group_id=10, created_by=9), Observed(HERE), "update", {"createdBy": 9}),
    (DesiredBacklog(group_id=10, created_by=9, modified_by=8), Observed(HERE), "update", {"createdBy": 9, "modifiedBy": 8}),
    (DesiredBacklog(id=1, group_id=10), Observed(HERE), "none", None),
    (DesiredBacklog(id=1, group_id=10), Observed(OTHER), "other_backlog", None),
    (DesiredBacklog(id=1, group_id=10), Observed(None, ELSEWHERE), "move", {"groupId": 10}),
    (DesiredBacklog(id=1, group_id=10, modified_by=9), Observed(None, ELSEWHERE), "move", {"groupId": 10, "modifiedBy": 9}),
    (DesiredBacklog(id=1, group_id=10), NOTHING, "no_such_backlog", None),
    (DesiredBacklog(id=1), Observed(None, HERE), "none", None),
    (DesiredBacklog(id=1, modified_by=9), Observed(None, HERE), "update", {"modifiedBy": 9}),
    (DesiredBacklog(id=1), NOTHING, "no_such_backlog", None),
    (DesiredBacklog(group_id=10), NOTHING, "create", {"groupId": 10, "createdBy": 1}),
    (DesiredBacklog(group_id=10, created_by=6), NOTHING, "create", {"groupId": 10, "createdBy": 6}),
    (DesiredBacklog(group_id=10, created_by=6, modified_by=7), NOTHING, "create", {"groupId": 10, "createdBy": 6}),
    (DesiredBacklog(group_id=10, state="absent"), Observed(HERE), "delete", None),
    (DesiredBacklog(id=1, state="absent"), Observed(None, HERE), "delete", None),
    (DesiredBacklog(id=1, group_id=10, state="absent"), Observed(HERE), "delete", None),
    (DesiredBacklog(group_id=10, state="absent"), NOTHING, "none", None),
    (DesiredBacklog(id=1, state="absent"), NOTHING, "none", None),
    (DesiredBacklog(id=1, group_id=10, state="absent"), NOTHING, "none", None),
    (DesiredBacklog(id=1, group_id=10, state="absent"), Observed(OTHER), "other_backlog", None),
    (DesiredBacklog(id=1, group_id=10, state="absent"), Observed(None, ELSEWHERE), "other_group", None),
    (DesiredBacklog(group_id=10, created_by=9, modified_by=9, state="absent"), Observed(HERE), "delete", None),
]


@pytest.mark.parametrize(("desired", "observed", "action", "fields"), TABLE)
def test_plan_change_state_table(desired, observed, action, fields):
    """A row is an action with what it writes, or a refusal."""
    try:
        change = plan_change(desired, observed, creator=1)
    except PreconditionError as refusal:
        assert refusal.code == action
    else:
        assert (change.action, _fields(change)) == (action, fields)


def _fields(change):
    """What the first write of a change sends; None when there is nothing to send."""
    return change.writes[0].params.get("fields") if change.writes else None


VALUES = (None, 1, 2)
ALL_DESIRED = [
    DesiredBacklog(*values, state=state)
    for values in itertools.product(VALUES, VALUES, VALUES, VALUES)
    for state in ("present", "absent")
    if values[0] or values[1]
]
RECORDS = [None] + [Record(*values) for values in itertools.product((1, 2), repeat=4)]


def _possible_observations(desired):
    """What a portal could show for a desired state: at most one record for its group, and the record of its id."""
    for in_group, by_id in itertools.product(RECORDS, RECORDS):
        if in_group and in_group.group_id != desired.group_id:
            continue
        if by_id and (by_id.id != desired.id or by_id.group_id == desired.group_id):
            continue
        if in_group and desired.id == in_group.id and by_id:
            continue
        yield Observed(in_group, by_id)


def _all_changes():
    for desired in ALL_DESIRED:
        for observed in _possible_observations(desired):
            try:
                yield desired, observed, plan_change(desired, observed, creator=1)
            except PreconditionError:
                continue


def test_plan_change_from_predicted_record_is_empty():
    """Planning again from the predicted record finds nothing to do."""
    count = 0
    for desired, _observed, change in _all_changes():
        after = change.after
        if change.action == "create":
            after = Record(9, *[getattr(after, field) for field in ("group_id", "created_by", "modified_by")])
        in_group = after if desired.group_id is not None else None
        assert plan_change(desired, Observed(in_group, None if in_group else after), creator=1).action == "none"
        count += 1
    assert count > 1000


def test_plan_change_sends_only_desired_differences():
    """Never a field that was left out, never a value that is already there, never 0 or nothing."""
    options = {"groupId": "group_id", "createdBy": "created_by", "modifiedBy": "modified_by"}
    for desired, observed, change in _all_changes():
        current = observed.current(desired)
        for name, value in (_fields(change) or {}).items():
            assert value
            if change.action != "create":
                assert value == getattr(desired, options[name])
                assert value != getattr(current, options[name])


def test_change_is_needed_exactly_when_record_differs():
    """Otherwise changed and diff could disagree."""
    for _desired, _observed, change in _all_changes():
        assert change.is_needed is (change.before != change.after)


def test_plan_change_with_vacated_group_moves():
    """A group is free for a move when its backlog leaves in the same task."""
    assert plan_change(DesiredBacklog(id=1, group_id=10), Observed(OTHER, ELSEWHERE), vacated_ids={2}).action == "move"


@pytest.mark.parametrize("value", [0, -1, True, 1.5, MAX_ID + 1, "7"])
@pytest.mark.parametrize("field", ["id", "group_id", "created_by", "modified_by"])
def test_validate_with_id_out_of_range_is_rejected(field, value):
    """Anything else is refused, and named."""
    with pytest.raises(PreconditionError, match=field) as refusal:
        DesiredBacklog(**{"group_id": 1, field: value}).validate()
    assert refusal.value.code == "invalid_input"


def test_validate_without_any_id_is_rejected():
    """Otherwise nobody knows which backlog is meant."""
    with pytest.raises(PreconditionError):
        DesiredBacklog(created_by=1).validate()
    DesiredBacklog(id=1).validate()
    DesiredBacklog(group_id=MAX_ID).validate()


@pytest.mark.parametrize(
    ("target", "code", "unknown"),
    [
        (TargetGroup(True, True, True), None, 0),
        (TargetGroup(False, None, None), "group_not_found", 0),
        (TargetGroup(True, False, True), "group_not_readable", 0),
        (TargetGroup(True, True, False), "group_not_scrum", 0),
        (TargetGroup(True, None, True), None, 1),
        (TargetGroup(), None, 3),
    ],
)
def test_require_valid_target_rejects_unusable_groups(target, code, unknown):
    """What is known to be wrong is refused, what is not known is told."""
    if code:
        with pytest.raises(PreconditionError) as refusal:
            require_valid_target(DesiredBacklog(id=1, group_id=10), target)
        assert refusal.value.code == code
    else:
        assert len(require_valid_target(DesiredBacklog(id=1, group_id=10), target)) == unknown


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
def test_parse_int_with_text_returns_number_or_none(value, number):
    """Portals write ids as numbers in one method and as text in another."""
    assert parse_int(value) == number


@pytest.mark.parametrize("answer", [None, [], "x", {}, {"id": 1}, {"id": 1, "groupId": 2, "createdBy": None, "modifiedBy": 3}])
def test_parse_record_without_record_is_rejected(answer):
    """A record is never made up."""
    with pytest.raises(ResponseError) as error:
        parse_record(answer, "m")
    assert error.value.code == "unexpected_answer"


def test_differences_name_desired_and_stored_value():
    """What was asked and what is there."""
    assert differences(FIELDS, DesiredBacklog(id=1, created_by=9), HERE) == {"created_by": (9, 6)}
    assert Change("none", HERE, HERE).is_needed is False

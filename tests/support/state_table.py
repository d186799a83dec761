# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every row of the tables of states of one backlog, and what has to hold for it, four ways."""

from __future__ import annotations

from dataclasses import dataclass, field

CALLER = 1


@dataclass
class Row:
    """One row: what is asked, what comes of it, and what the portal holds afterwards.

    :ivar options: the options.
    :ivar initial: group -> (id, created_by, modified_by) beforehand; the groups 10 to 99 of a row are its own.
    :ivar after: group -> (created_by, modified_by) afterwards, None for no backlog.
    :ivar code: error.code of a failure.
    :ivar again: what the second run does, when it is not "none".
    """

    options: dict
    initial: dict
    action: str
    after: dict = field(default_factory=dict)
    code: str | None = None
    predicted: str | None = None
    warns: bool = False


ROWS = {
    "group in order": Row({"group_id": 1}, {1: (1, 6, 7)}, "none", {1: (6, 7)}),
    "group in order, all named": Row({"id": 1, "group_id": 1, "created_by": 6, "modified_by": 7}, {1: (1, 6, 7)}, "none", {1: (6, 7)}),
    "group, modified_by drifted": Row({"group_id": 1, "modified_by": 9}, {1: (1, 6, 7)}, "update", {1: (6, 9)}),
    "group and id, modified_by drifted": Row({"id": 1, "group_id": 1, "modified_by": 9}, {1: (1, 6, 7)}, "update", {1: (6, 9)}),
    "group, created_by drifted": Row(
        {"group_id": 1, "created_by": 9}, {1: (1, 6, 7)}, "update", {1: (6, 7)}, code="not_stored", predicted="update", warns=True
    ),
    "group, both drifted": Row(
        {"group_id": 1, "created_by": 9, "modified_by": 9},
        {1: (1, 6, 7)},
        "update",
        {1: (6, 9)},
        code="not_stored",
        predicted="update",
        warns=True,
    ),
    "group has another backlog": Row(
        {"id": 2, "group_id": 1}, {1: (1, 6, 7), 2: (2, 6, 7)}, "none", {1: (6, 7), 2: (6, 7)}, code="other_backlog"
    ),
    "move": Row({"id": 1, "group_id": 2}, {1: (1, 6, 7), 2: None}, "move", {1: None, 2: (6, 7)}),
    "move, modified_by drifted": Row({"id": 1, "group_id": 2, "modified_by": 9}, {1: (1, 6, 7), 2: None}, "move", {1: None, 2: (6, 9)}),
    "move into no group": Row({"id": 1, "group_id": 99}, {1: (1, 6, 7)}, "none", {1: (6, 7)}, code="group_not_found"),
    "move into a group of others": Row({"id": 1, "group_id": 3}, {1: (1, 6, 7)}, "none", {1: (6, 7)}, code="group_not_readable"),
    "move into a plain group": Row({"id": 1, "group_id": 4}, {1: (1, 6, 7)}, "none", {1: (6, 7)}, code="group_not_scrum"),
    "move into a group without tasks": Row({"id": 1, "group_id": 5}, {1: (1, 6, 7)}, "none", {1: (6, 7)}, code="group_not_readable"),
    "neither group nor id": Row({"id": 98, "group_id": 1}, {1: None}, "none", {1: None}, code="no_such_backlog"),
    "id in order": Row({"id": 1}, {1: (1, 6, 7)}, "none", {1: (6, 7)}),
    "id, modified_by drifted": Row({"id": 1, "modified_by": 9}, {1: (1, 6, 7)}, "update", {1: (6, 9)}),
    "id not found": Row({"id": 98}, {}, "none", code="no_such_backlog"),
    "id of a sprint": Row({"id": 97}, {}, "none", code="no_such_backlog"),
    "create by the caller": Row({"group_id": 1}, {1: None}, "create", {1: (CALLER, CALLER)}),
    "create by another": Row({"group_id": 1, "created_by": 6}, {1: None}, "create", {1: (6, 6)}),
    "create, modified by another": Row({"group_id": 1, "created_by": 6, "modified_by": 7}, {1: None}, "create", {1: (6, 7)}),
    "create in no group": Row({"group_id": 99}, {}, "create", code="0", predicted="refused"),
    "absent by group": Row({"group_id": 1, "state": "absent"}, {1: (1, 6, 7)}, "delete", {1: None}),
    "absent by id": Row({"id": 1, "state": "absent"}, {1: (1, 6, 7)}, "delete", {1: None}),
    "absent, users ignored": Row(
        {"group_id": 1, "created_by": 9, "modified_by": 9, "state": "absent"}, {1: (1, 6, 7)}, "delete", {1: None}
    ),
    "absent and none": Row({"group_id": 1, "state": "absent"}, {1: None}, "none", {1: None}),
    "absent and no such id": Row({"id": 98, "state": "absent"}, {}, "none"),
    "absent, another backlog": Row(
        {"id": 2, "group_id": 1, "state": "absent"}, {1: (1, 6, 7), 2: (2, 6, 7)}, "none", {1: (6, 7), 2: (6, 7)}, code="other_backlog"
    ),
    "absent, in another group": Row(
        {"id": 1, "group_id": 2, "state": "absent"}, {1: (1, 6, 7), 2: None}, "none", {1: (6, 7), 2: None}, code="other_group"
    ),
    "no access": Row({"group_id": 6, "modified_by": 9}, {6: (6, 6, 7)}, "none", {6: (6, 7)}, code="0"),
    "unknown user": Row({"group_id": 1, "modified_by": 404}, {1: (1, 6, 7)}, "update", {1: (6, 7)}, code="0", predicted="update"),
}

#: Small numbers in a row stand for groups and backlogs of its own.
SPAN = 100


def _own(row_number, number):
    return (row_number + 1) * SPAN + number


def arrange(portal):
    """Put on the portal what every row holds beforehand; returns name of a row -> the task's options."""
    portal.user(6, 7, 9)
    asked = {}
    for number, (name, row) in enumerate(ROWS.items()):
        kinds = {3: {"members": {9: "A"}}, 4: {"scrum": False}, 5: {"tasks_tool": False}, 6: {"members": {9: "A"}}}
        for group in {1, 2} | set(kinds):
            described = portal.group(_own(number, group), **kinds.get(group, {}))
            if row.initial.get(group):
                id, created_by, modified_by = row.initial[group]
                described.backlog(id=_own(number, id), created_by=created_by, modified_by=modified_by)
        portal.sprint(_own(number, 1), id=_own(number, 97))
        own = {"id", "group_id"}
        asked[name] = {key: _own(number, value) if key in own else value for key, value in row.options.items()}
    return asked


def check_four_ways(portal, run):
    """Run the rows four ways: what check mode predicts happens, a second run changes nothing, failures leave what they say they leave.

    :param run: called with check, runs the tasks of all rows, or of some; returns name of a row -> result.
    """
    with portal.read_only():
        predicted = run(check=True)
    before = portal.rows
    applied = run()
    assert portal.rows != before
    after = portal.rows
    again = run()
    with portal.read_only():
        predicted_again = run(check=True)
    assert portal.rows == after

    for number, (name, row) in enumerate(ROWS.items()):
        if name not in applied:
            continue
        _check_applied(name, row, applied[name])
        assert _stored(portal, number, row) == row.after, name
        _check_predicted(name, row, predicted[name], applied[name])
        assert again[name]["changed"] is False, name
        assert again[name]["failed"] is applied[name]["failed"], name
        assert predicted_again[name]["changed"] is (row.predicted == "update"), name
        for result in (predicted[name], applied[name], again[name], predicted_again[name]):
            assert {"changed", "action", "backlog", "diff"} <= set(result), name
            assert {*result["diff"]} == {"before", "after"}, name


def _stored(portal, number, row):
    rows = {group: portal.backlog_of(_own(number, group)) for group in row.after}
    return {group: stored and stored[3:] for group, stored in rows.items()}


def _check_applied(name, row, result):
    assert result["failed"] is bool(row.code), (name, result)
    assert result["action"] == row.action, (name, result)
    if row.code:
        assert result["error"]["code"] == row.code, (name, result)
        assert result["msg"], name
    differs = result["diff"]["before"] != result["diff"]["after"]
    assert result["changed"] is differs, name
    record = result["backlog"]
    if record is not None:
        assert set(record) == {"id", "group_id", "created_by", "modified_by"}
        assert all(isinstance(value, int) for value in record.values()), name
        assert result["diff"]["after"] == record, name


def _check_predicted(name, row, predicted, applied):
    if row.predicted == "refused":
        assert predicted["failed"], name
        assert (predicted["changed"], predicted["action"], predicted["diff"]) == (applied["changed"], applied["action"], applied["diff"]), (
            name
        )
        return
    assert bool(predicted.get("warnings")) is row.warns, name
    if row.predicted:
        assert (predicted["failed"], predicted["changed"], predicted["action"]) == (False, True, row.predicted), name
        return
    for key in ("failed", "changed", "action"):
        assert predicted[key] == applied[key], (name, key)
    expected = applied["diff"]
    if row.action == "create":
        expected = {"before": {}, "after": dict(expected["after"], id=None)}
    assert predicted["diff"] == expected, name

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""sprint.list and epic.list: pages, filters and what they do not understand."""

from __future__ import annotations

import pytest

from portal import Portal

LIST = "tasks.api.scrum.sprint.list"
ROWS = (
    (10, 5, "Alpha", "planned", "2026-01-05 09:00:00"),
    (11, 5, "alphabet", "completed", "2026-02-05 09:00:00"),
    (12, 6, "Beta", "active", "2026-03-05 09:00:00"),
    (13, 6, None, None, None),
    (14, 7, "Invited", "planned", "2026-01-05 09:00:00"),
    (15, 8, "Banned", "planned", "2026-01-05 09:00:00"),
    (16, 9, "Strangers", "planned", "2026-01-05 09:00:00"),
)


@pytest.fixture
def portal():
    """Sprints in groups in which the caller is a member, invited, banned and nothing."""
    with Portal() as started:
        started.user(2)
        for group, members in ((5, {1: "A"}), (6, {1: "K"}), (7, {1: "Z"}), (8, {1: "T"}), (9, {2: "A"})):
            started.group(group, members=members, open_tasks=group == 9)
        store = started.engine.store
        store.insert(5, 2, 2, id=3)
        for id, group, name, status, start in ROWS:
            store.insert(group, 2, 2, kind="sprint", id=id, name=name, status=status, date_start=start)
        store.items.add(entity_id=12, task_id=105, sort_float=1.0)
        yield started


#: Parameters -> ids of the sprints that are listed.
FOUND = {
    "everything related, not what is merely open": ({}, [10, 11, 12, 13, 14, 15]),
    "plain text is LIKE": ({"filter": {"NAME": "alpha%"}}, [10, 11]),
    "exact name without case": ({"filter": {"=NAME": "ALPHA "}}, [10]),
    "part of a name": ({"filter": {"%NAME": "LPH"}}, [10, 11]),
    "not, with rows of nulls": ({"filter": {"!STATUS": "planned", "GROUP_ID": [5, 6]}}, [11, 12, 13]),
    "nothing stored": ({"filter": {"=NAME": None}}, [13]),
    "list": ({"filter": {"@ID": [10, 16, 12]}}, [10, 12]),
    "range": ({"filter": {">ID": 10, "<=ID": 12}}, [11, 12]),
    "between": ({"filter": {"><ID": [11, 13]}}, [11, 12, 13]),
    "or": ({"filter": {"0": {"LOGIC": "OR", "0": {"ID": 10}, "1": {"=STATUS": "active"}}}}, [10, 12]),
    "lower case": ({"filter": {"group_id": 5}}, [10, 11]),
    "fields of relations": ({"filter": {"ITEMS.SOURCE_ID": 105, "UG.ROLE": "K"}}, [12]),
    "the kind is not asked for": ({"filter": {"=ENTITY_TYPE": "backlog", "GROUP_ID": 5}}, [10, 11]),
    "date as the portal shows it": ({"filter": {">=DATE_START": "01.02.2026"}}, [11, 12]),
    "any other date is dropped without a word": ({"filter": {">=DATE_START": "2026-02-01", "GROUP_ID": 5}}, [10, 11]),
    "order, both ways": ({"order": {"GROUP_ID": "desc", "NAME": "asc"}, "filter": {"GROUP_ID": [5, 6]}}, [13, 12, 10, 11]),
    "null filter": ({"filter": None, "order": ["ID"]}, [10, 11, 12, 13, 14, 15]),
    "unknown field": ({"filter": {"FOO": 1}}, []),
    "unknown field among nothing": ({"filter": {"ID": 999, "FOO": 1}}, []),
    "camel case": ({"filter": {"groupId": 5}}, []),
    "unknown sign": ({"filter": {"~ID": 10}}, []),
    "unknown order": ({"order": {"FOO": "ASC"}}, []),
    "unknown direction": ({"order": {"ID": "UP"}}, []),
    "unknown selection": ({"select": ["FOO"]}, []),
    "parameters in capitals": ({"FILTER": {"ID": 10}}, [10, 11, 12, 13, 14, 15]),
}


@pytest.mark.parametrize("case", FOUND)
def test_list_finds_what_the_orm_finds(call, case):
    """What it does not understand is an empty list."""
    params, ids = FOUND[case]
    status, answer = call(LIST, **params)
    assert (status, [row["id"] for row in answer]) == (200, ids)


def test_list_group_of_a_stranger_is_never_shown(call):
    """A get shows its sprint all the same, since its tasks are open to everybody; and the other way round where the caller is banned."""
    assert call(LIST, filter={"GROUP_ID": 9}) == (200, [])
    assert call("tasks.api.scrum.sprint.get", id=16)[0] == 200
    assert call("tasks.api.scrum.sprint.get", id=15) == (400, "Access denied")


def test_list_selection_leaves_defaults(call):
    """A field that was not selected looks like one that is empty."""
    (row,) = call(LIST, select=["name"], filter={"ID": 10})[1]
    assert (row["id"], row["name"], row["groupId"], row["status"]) == (0, "Alpha", 0, "")


@pytest.mark.parametrize(("start", "ids"), [(0, 50), (49, 50), (50, 3), (99, 3), (100, 0), (-1, 50), ("x", 50)])
@pytest.mark.parametrize("family", ["sprint", "epic"])
def test_list_pages_begin_at_multiples_of_50(portal, call, family, start, ids):
    """Neither total nor next tell how many there are."""
    store = portal.engine.store
    store.entities.clear()
    for _row in range(53):
        store.insert(5, 2, 2, kind="sprint")
        store.epics.add(group_id=5, name="Epic")
    assert len(call(f"tasks.api.scrum.{family}.list", start=start)[1]) == ids

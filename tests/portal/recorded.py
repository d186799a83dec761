# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recorded cases of either form: their state put into a portal, what it holds afterwards, and the comparison with what was recorded.

The first form holds the backlog methods (groups and their members, rows of five columns), the second the whole Scrum
(roles, all tables, a clock).
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from zoneinfo import ZoneInfo

from .store import Entity
from .tables import COLUMNS

#: What a case may hold in place of a value that depends on the clock, the language or the server.
WILDCARDS = {
    "DATE": re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[+-]\d\d:\d\d| \d\d:\d\d:\d\d)"),
    "TEXT": re.compile(r"(?s).*"),
}

PLACE = re.compile(r"called in \S+ on line \d+")


def arrange(portal, state):
    """Make a portal hold the state of a case."""
    portal.reset()
    portal.engine.store.webhooks[0].scopes = ("task",)
    portal.user(*state["users"])
    (_arrange_scrum if "roles" in state else _arrange_backlogs)(portal, state)


def held(portal, state):
    """What the portal holds, in the form of a case's rows."""
    if "roles" not in state:
        return [list(row) for row in portal.rows]
    store = portal.engine.store
    return {
        name: [[getattr(row, column) for column in columns] for _id, row in sorted(getattr(store, name).items())]
        for name, columns in COLUMNS.items()
    }


def expected_rows(state, steps):
    """What has to be held after each step; the second form tells only the tables that changed."""
    if "roles" not in state:
        return [sorted(step["rows"]) for step in steps]
    tables = {name: sorted(state.get(name, [])) for name in COLUMNS}
    after = []
    for step in steps:
        tables = {**tables, **step["rows"]}
        after.append(tables)
    return after


def same(found, expected):
    """Equality that tells 1 from True and 1 from 1.0; the order of a map's keys does not count, wildcards fit what they stand for."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and found.keys() == expected.keys() and all(same(found[name], expected[name]) for name in expected)
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(same, found, expected))
    if expected == "FILES":
        return True
    if isinstance(expected, str) and expected in WILDCARDS:
        return isinstance(found, str) and WILDCARDS[expected].fullmatch(found) is not None
    return type(found) is type(expected) and found == expected


def reduced(answer):
    """An answer as cases hold it: codes as text, no times but their keys, no path of the server."""
    return _plain({name: value for name, value in answer.items() if name != "time"})


def _arrange_backlogs(portal, state):
    store = portal.engine.store
    for id, members in state["groups"].items():
        portal.group(int(id), members=members)
    for id, group_id, kind, created_by, modified_by, items in state["entities"]:
        store.entities[id] = Entity(id, group_id, kind, created_by, modified_by, items)
    store.next_id = state["next_id"]


def _arrange_scrum(portal, state):
    store = portal.engine.store
    store.users[state["caller"]].admin = bool(state.get("admin"))
    store.users[state["caller"]].time_zone = state.get("user_tz", "")
    for id, roles in state["roles"].items():
        options = {"tasks_tool": int(id) not in state.get("tasks_off", []), "closed": int(id) in state.get("closed", [])}
        portal.group(int(id), members={int(user): role for user, role in roles.items()}, **options)
    for name, columns in COLUMNS.items():
        table = getattr(store, name)
        for row in state.get(name, []):
            given = dict(zip(columns, row))
            table[given["id"]] = Entity(**given) if name == "entities" else table.row(**given)
        if name != "entities":
            table.next_id = state["next_ids"].get(name, 1)
    store.next_id = state["next_ids"]["entities"]
    store.clock.zone = ZoneInfo(state.get("server_tz", "UTC"))
    if "now" in state:
        store.clock.standing = datetime.fromisoformat(state["now"])


def _plain(value):
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return PLACE.sub("called in PATH on line N", value)
    if not isinstance(value, dict):
        return value
    plain = {}
    for name, item in value.items():
        if name == "error" and isinstance(item, (int, str)):
            item = str(item)
        elif name == "result_time":
            item = _keys(item)
        plain[name] = _plain(item)
    return plain


def _keys(times):
    """The keys of a map of times, or of what was recorded of one."""
    if isinstance(times, list) and not all(isinstance(key, str) for key in times):
        return sorted(str(place) for place in range(len(times)))
    return sorted(times)


def short(value):
    """A value as a line of text that is not too long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 600 else text[:600] + "..."


def difference(found, expected):
    """What two values differ in: (found, expected), of tables only those that differ, of them only the rows that do."""
    if not (isinstance(found, dict) and isinstance(expected, dict) and found.keys() == expected.keys() == set(COLUMNS)):
        return found, expected
    tables = [name for name in COLUMNS if not same(found[name], expected[name])]
    return (
        {name: [row for row in found[name] if row not in expected[name]] for name in tables},
        {name: [row for row in expected[name] if row not in found[name]] for name in tables},
    )

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user may ask for, on a small portal: the tasks of the table."""

from __future__ import annotations

from dataclasses import dataclass, field

ANY = object()


@dataclass(frozen=True)
class Operation:
    """One task.

    :ivar items: the described backlogs; more than one are a task of the module for many.
    :ivar wanted: item by item, group -> its backlog afterwards: (id, created_by, modified_by), or None.
    """

    items: tuple
    wanted: tuple = field(repr=False)

    @property
    def module(self):
        """Short name of the module."""
        return "bitrix24_scrum_backlog" if len(self.items) == 1 else "bitrix24_scrum_backlogs"

    @property
    def options(self):
        """What the task says."""
        return dict(self.items[0]) if len(self.items) == 1 else {"backlogs": [dict(item) for item in self.items]}

    def rows(self, result):
        """What the task returned of each item."""
        return [result] if len(self.items) == 1 else result.get("backlogs", [{"changed": False, **result}] * len(self.items))


def _one(item, wanted):
    return Operation((item,), (wanted,))


GET = ({"group_id": 1, "modified_by": 7}, {1: (1, 6, 7)})
UPDATE = ({"group_id": 2, "modified_by": 9}, {2: (2, 6, 9)})
CREATE = ({"group_id": 11, "created_by": 6}, {11: (ANY, 6, 6)})
CREATE_IN_TWO = ({"group_id": 12, "created_by": 6, "modified_by": 9}, {12: (ANY, 6, 9)})
CREATE_AS_CALLER = ({"group_id": 13, "modified_by": 9}, {13: (ANY, 1, 9)})
MOVE = ({"id": 3, "group_id": 14, "modified_by": 9}, {14: (3, 6, 9)})
MOVE_INTO_IT = ({"id": 4, "group_id": 3}, {3: (4, 6, 7)})
DELETE = ({"group_id": 5, "state": "absent"}, {5: None})
DELETE_BY_ID = ({"id": 6, "state": "absent"}, {6: None})

OPERATIONS = {
    "get": _one(*GET),
    "update": _one(*UPDATE),
    "create": _one(*CREATE),
    "create in two writes": _one(*CREATE_IN_TWO),
    "move": _one(*MOVE),
    "delete": _one(*DELETE),
    "bulk": Operation(*zip(GET, UPDATE, CREATE, CREATE_IN_TWO, MOVE, DELETE, DELETE_BY_ID)),
    "bulk of dependent moves": Operation(*zip(MOVE_INTO_IT, MOVE, CREATE_AS_CALLER)),
}


def fill(portal):
    """The portal before the task."""
    portal.user(6, 7, 9)
    for group in (1, 2, 3, 4, 5, 6):
        portal.group(group).backlog(id=group, created_by=6, modified_by=7)
    for group in (11, 12, 13, 14):
        portal.group(group)


def stored(portal):
    """Group -> its backlog on the portal, as in Operation.wanted. There are never two in one group."""
    found = {}
    for id, group, _kind, created_by, modified_by in portal.rows:
        assert group not in found, f"two backlogs in group {group}"
        found[group] = (id, created_by, modified_by)
    return found


def subject_state(item, found):
    """What there is of the backlog that an item describes: its group and its record; None when there is none."""
    if "id" in item:
        return next(((group, record) for group, record in found.items() if record[0] == item["id"]), None)
    return item["group_id"] in found and found[item["group_id"]]


def as_wanted(wanted, found):
    """Whether groups hold what was asked for."""
    return all(_alike(record, found.get(group)) for group, record in wanted.items())


def _alike(wanted, found):
    if wanted is None or found is None:
        return wanted is found
    return all(value in (ANY, there) for value, there in zip(wanted, found))

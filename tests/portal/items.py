# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of tasks in backlogs and sprints, and how they are moved."""

from __future__ import annotations

import math

#: Distance between the order numbers of two tasks.
STEP = 1024.0


def ordered(items):
    """Items as the portal goes through them: by their order number, the newer one first."""
    return sorted(items, key=lambda item: (-math.inf if item.sort_float is None else item.sort_float, -item.id))


def lowest(store):
    """The lowest order number of the whole portal."""
    first = next(iter(ordered(store.items.values())), None)
    return STEP if first is None else first.sort_float or 0.0


def move(store, items, entity_id):
    """Put items on top of a backlog or sprint, whose order numbers are made new."""
    if not items:
        return
    first = lowest(store)
    for count, item in enumerate(reversed(items), start=1):
        item.sort_float = first / (2 * count)
        item.entity_id = entity_id
    for place, item in enumerate(ordered(store.items.where(entity_id=entity_id)), start=1):
        item.sort_float = place * STEP


def of_tasks(store, task_ids, entity_id):
    """The items that tasks have in a backlog or sprint, in their order."""
    return ordered(item for item in store.items.values() if item.task_id in task_ids and item.entity_id == entity_id)

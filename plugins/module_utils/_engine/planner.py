# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One plan for a list of backlogs: who claims what, which move waits for which, and in what order they are written. No I/O."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog import check_wish, plan


def check_list(wishes):
    """Refuse a list that cannot be meant, before any call.

    :raises PreconditionError: with code ``invalid_input`` and the positions in the list.
    """
    claims: dict[tuple[str, int], int] = {}
    for position, wish in enumerate(wishes):
        try:
            check_wish(wish)
        except PreconditionError as error:
            if len(wishes) == 1:
                raise
            raise PreconditionError("invalid_input", f"{at(position)}: {error.description}") from None
        for field in ("id", "group_id"):
            value = getattr(wish, field)
            first = claims.setdefault((field, value), position) if value is not None else position
            if first != position:
                raise PreconditionError(
                    "invalid_input",
                    f"{at(first)} and {at(position)} both have {field} {value}",
                    hint="Remove one of the two items.",
                )


def at(position):
    """How messages name an item: counted as people do, and as the list is indexed."""
    return f"item {position + 1} (backlogs[{position}])"


def twins(wishes, sights):
    """The items that identify the same backlog: position -> the PreconditionError with the reason.

    :param wishes: position in the list -> Wish.
    :param sights: position -> Sight.
    """
    holders: dict[int, int] = {}
    refused = {}
    for position, wish in wishes.items():
        found = sights[position].found(wish)
        if not found:
            continue
        first = holders.setdefault(found.id, position)
        if first != position:
            both = PreconditionError(
                "same_backlog", f"{at(first)} and {at(position)} are both backlog {found.id}", hint="Remove one of the two items."
            )
            refused[first] = refused[position] = both
    return refused


def plan_list(wishes, sights, caller=None):
    """Plans for all items, and the order in which to write them.

    :param wishes: position in the list -> Wish.
    :param sights: position -> Sight.
    :param caller: user id of the caller, as for plan().
    :returns: (position -> Plan, or the PreconditionError with the reason; positions in the order of writing).
    :raises PreconditionError: with code ``move_cycle``, when moves wait for each other in a circle.
    """
    waits_for = _dependencies(wishes, sights)
    order = _ordered(wishes, waits_for)
    plans: dict[int, object] = {}
    for position in order:
        awaited = waits_for.get(position)
        leaving = set()
        if awaited is not None and not isinstance(plans[awaited], PreconditionError):
            leaving = {sights[awaited].found(wishes[awaited]).id}
        try:
            plans[position] = plan(wishes[position], sights[position], caller, leaving)
        except PreconditionError as error:
            plans[position] = error
    return plans, order


def _dependencies(wishes, sights):
    """Position -> position of the item whose backlog has to leave the wanted group first."""
    leaving = {}
    for position, wish in wishes.items():
        found = sights[position].found(wish)
        if found and (wish.state == "absent" or wish.group_id not in (None, found.group_id)):
            leaving[found.id] = position
    waits_for = {}
    for position, wish in wishes.items():
        occupant = sights[position].in_group
        if wish.state == "present" and occupant and wish.id not in (None, occupant.id) and occupant.id in leaving:
            waits_for[position] = leaving[occupant.id]
    return waits_for


def _ordered(wishes, waits_for):
    order: dict[int, None] = {}
    for position in wishes:
        chain: list[int] = []
        current = position
        while current is not None and current not in order:
            if current in chain:
                circle = chain[chain.index(current) :]
                raise _circle([wishes[p].group_id for p in reversed(circle)])
            chain.append(current)
            current = waits_for.get(current)
        order.update(dict.fromkeys(reversed(chain)))
    return list(order)


def _circle(groups):
    start = groups.index(min(groups))
    groups = groups[start:] + groups[:start]
    path = " -> ".join(str(group) for group in groups + groups[:1])
    return PreconditionError(
        "move_cycle",
        f"the moves of this list form a cycle of the groups {path}",
        hint="Move one of the backlogs to a group without a backlog first, in a separate task. Bitrix24 cannot swap backlogs.",
    )

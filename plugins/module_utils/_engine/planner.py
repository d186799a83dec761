# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One plan for a list of backlogs: who claims what, which move waits for which, and in what order they are written. No I/O."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog import plan_change, validate


def validate_list(all_desired):
    """Refuse a list that cannot be meant, before any call.

    :raises PreconditionError: with code ``invalid_input`` and the positions in the list.
    """
    claims: dict[tuple[str, int], int] = {}
    for position, desired in enumerate(all_desired):
        try:
            validate(desired)
        except PreconditionError as error:
            if len(all_desired) == 1:
                raise
            raise PreconditionError("invalid_input", f"{item_label(position)}: {error.description}") from None
        for field in ("id", "group_id"):
            value = getattr(desired, field)
            first = claims.setdefault((field, value), position) if value is not None else position
            if first != position:
                raise PreconditionError(
                    "invalid_input",
                    f"{item_label(first)} and {item_label(position)} both have {field} {value}",
                    hint="Remove one of the two items.",
                )


def item_label(position, option="backlogs"):
    """How messages name an item: counted as people do, and as the list is indexed."""
    return f"item {position + 1} ({option}[{position}])"


def find_duplicates(all_desired, observations):
    """The items that identify the same backlog: position -> the PreconditionError with the reason.

    :param all_desired: position in the list -> DesiredBacklog.
    :param observations: position -> Observed.
    """
    holders: dict[int, int] = {}
    refused = {}
    for position, desired in all_desired.items():
        current = observations[position].current(desired)
        if not current:
            continue
        first = holders.setdefault(current.id, position)
        if first != position:
            both = PreconditionError(
                "same_backlog",
                f"{item_label(first)} and {item_label(position)} are both backlog {current.id}",
                hint="Remove one of the two items.",
            )
            refused[first] = refused[position] = both
    return refused


def build_plan(all_desired, observations, caller=None):
    """Plans for all items, and the order in which to write them.

    :param all_desired: position in the list -> DesiredBacklog.
    :param observations: position -> Observed.
    :param caller: user id of the caller, as for plan_change().
    :returns: (position -> Change, or the PreconditionError with the reason; positions in the order of writing).
    :raises PreconditionError: with code ``move_cycle``, when moves wait for each other in a circle.
    """
    depends_on = _dependencies(all_desired, observations)
    order = _topological_order(all_desired, depends_on)
    changes: dict[int, object] = {}
    for position in order:
        dependency = depends_on.get(position)
        vacated_ids = set()
        if dependency is not None and not isinstance(changes[dependency], PreconditionError):
            vacated_ids = {observations[dependency].current(all_desired[dependency]).id}
        try:
            changes[position] = plan_change(all_desired[position], observations[position], caller, vacated_ids)
        except PreconditionError as error:
            changes[position] = error
    return changes, order


def _dependencies(all_desired, observations):
    """Position -> position of the item whose backlog has to leave the wanted group first."""
    vacated_by = {}
    for position, desired in all_desired.items():
        current = observations[position].current(desired)
        if current and (desired.state == "absent" or desired.group_id not in (None, current.group_id)):
            vacated_by[current.id] = position
    depends_on = {}
    for position, desired in all_desired.items():
        occupant = observations[position].in_group
        if desired.state == "present" and occupant and desired.id not in (None, occupant.id) and occupant.id in vacated_by:
            depends_on[position] = vacated_by[occupant.id]
    return depends_on


def _topological_order(all_desired, depends_on):
    order: dict[int, None] = {}
    for position in all_desired:
        chain: list[int] = []
        position_now = position
        while position_now is not None and position_now not in order:
            if position_now in chain:
                cycle = chain[chain.index(position_now) :]
                raise _cycle_error([all_desired[p].group_id for p in reversed(cycle)])
            chain.append(position_now)
            position_now = depends_on.get(position_now)
        order.update(dict.fromkeys(reversed(chain)))
    return list(order)


def _cycle_error(groups):
    start = groups.index(min(groups))
    groups = groups[start:] + groups[:start]
    path = " -> ".join(str(group) for group in groups + groups[:1])
    return PreconditionError(
        "move_cycle",
        f"the moves of this list form a cycle of the groups {path}",
        hint="Move one of the backlogs to a group without a backlog first, in a separate task. Bitrix24 cannot swap backlogs.",
    )

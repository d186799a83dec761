# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One plan for a list: who claims what, which item waits for which, and in what order they are written. No I/O."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError


def validate_list(resource, all_desired, refused=()):
    """Refuse a list that cannot be meant, before any call.

    :param refused: positions of items that have failed already.
    :raises PreconditionError: with code ``invalid_input`` and the positions in the list.
    """
    claims: dict[tuple, int] = {}
    for position, desired in enumerate(all_desired):
        if position in refused:
            continue
        try:
            desired.validate()
        except PreconditionError as error:
            if len(all_desired) == 1:
                raise
            raise PreconditionError("invalid_input", f"{item_label(position, resource.plural)}: {error.description}") from None
        for claim in desired.claims():
            first = claims.setdefault(claim, position)
            if first != position:
                both = f"{item_label(first, resource.plural)} and {item_label(position, resource.plural)}"
                word, value = claim
                raise PreconditionError("invalid_input", f"{both} both have {word} {value}", hint="Remove one of the two items.")


def item_label(position, option):
    """How messages name an item: counted as people do, and as the list in the option is indexed."""
    return f"item {position + 1} ({option}[{position}])"


def find_duplicates(resource, items):
    """The items that identify the same object: position -> the PreconditionError with the reason.

    :param items: the Items that could be read.
    """
    holders: dict[int, int] = {}
    refused = {}
    for item in items:
        if not item.before:
            continue
        first = holders.setdefault(item.before.id, item.position)
        if first != item.position:
            both = PreconditionError(
                f"same_{resource.name}",
                f"{item_label(first, resource.plural)} and {item_label(item.position, resource.plural)}"
                f" are both {resource.name} {item.before.id}",
                hint="Remove one of the two items.",
            )
            refused[first] = refused[item.position] = both
    return refused


def build_plan(resource, items):
    """Give the items their changes, and find the order in which to write them.

    :param items: the Items that could be read.
    :returns: the Items in the order of writing.
    :raises PreconditionError: when items wait for each other in a circle.
    """
    by_position = {item.position: item for item in items}
    all_desired = {item.position: item.desired for item in items}
    depends_on = resource.depends_on(all_desired, {item.position: item.observed for item in items})
    order = [by_position[position] for position in _topological_order(resource, all_desired, depends_on)]
    for item in order:
        dependency = by_position.get(depends_on.get(item.position))
        vacated_ids = {dependency.before.id} if dependency and dependency.error is None else frozenset()
        try:
            item.set_change(resource.plan(item.desired, item.observed, item.facts, vacated_ids))
        except PreconditionError as error:
            item.reject(error)
    return order


def _topological_order(resource, all_desired, depends_on):
    order: dict[int, None] = {}
    for position in all_desired:
        chain: list[int] = []
        position_now = position
        while position_now is not None and position_now not in order:
            if position_now in chain:
                cycle = chain[chain.index(position_now) :]
                raise resource.cycle_error([all_desired[p] for p in reversed(cycle)])
            chain.append(position_now)
            position_now = depends_on.get(position_now)
        order.update(dict.fromkeys(reversed(chain)))
    return list(order)

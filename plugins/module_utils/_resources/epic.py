# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The epic: its methods and its hooks."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.resource import Resource
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, PortalError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources import epic_plan
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.caller import find_caller
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.epic_plan import (
    DELETE,
    FIELDS,
    DesiredEpic,
    Observed,
    ambiguity,
    parse_record,
)
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.listing import list_rows, require_members
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.names import NameOptions
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import Command, read_method

GET = read_method("tasks.api.scrum.epic.get")
LIST = read_method("tasks.api.scrum.epic.list")

#: The options that describe one epic.
EPIC_SPEC = {
    "id": {"type": "int"},
    "name": {"type": "str"},
    "group_id": {"type": "int"},
    "group": {"type": "str"},
    "description": {"type": "str"},
    "color": {"type": "str"},
    "created_by": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}


#: The options that may hold names.
OPTIONS = NameOptions(users=("created_by",))


def describe(options, names):
    """The DesiredEpic of options with IDs in place of names."""
    return DesiredEpic(state=options["state"] or "present", names=names, **{field.name: options[field.name] for field in FIELDS})


class Epic(Resource):
    """Epics: a group has any number of them, and the portal lets two have one name."""

    name = "epic"
    plural = "epics"
    fields = FIELDS
    conflicts = ("Epic not found",)
    deletes = DELETE

    def read(self, client, all_desired, batch):
        """By ID where there is one, otherwise the list of the group."""
        by_id = {position: desired.id for position, desired in all_desired.items() if desired.id is not None}
        commands = [_get_command(id) for id in by_id.values()]
        observations = {position: _or_error(_by_id, reply) for position, reply in zip(by_id, client.read(commands, batch))}
        by_name = {position: desired.group_id for position, desired in all_desired.items() if desired.id is None}
        groups = list_rows(client, LIST, sorted(set(by_name.values())), batch) if by_name else {}
        listed = {group_id: _or_error(_in_group, rows, group_id) for group_id, rows in groups.items()}
        return {**observations, **{position: listed[group_id] for position, group_id in by_name.items()}}

    def plan(self, desired, observed, facts, vacated_ids):
        return epic_plan.plan_change(desired, observed)

    def prepare(self, client, items, batch, warn):
        """Take no empty list for a group without the epic before the group could be read: it also stands for no access."""
        unseen = [item for item in items if item.desired.id is None and not item.observed.matches(item.desired)]
        if unseen:
            require_members(client, unseen, batch)

    def precheck(self, client, items, batch):
        """Let a write fail in check mode where the caller may not read the epic: a list also shows it to the invited and the banned.

        The portal takes the caller for the editor, and for the creator unless another is named.
        """
        listed = [item for item in items if item.desired.id is None and item.before]
        for item, reply in zip(listed, client.read([_get_command(item.before.id) for item in listed], batch)):
            item.run_check(reply.result)
        unnamed = [item for item in items if item.error is None and item.change.after and _awaits_caller(item)]
        caller = find_caller(client, unnamed)
        for item in unnamed:
            after = item.change.after
            known = {"created_by": after.created_by or caller} if item.before is None else {"modified_by": caller}
            item.change = replace(item.change, after=replace(after, **known))

    def explain(self, item):
        """Another run may have made a second epic of the name: then it is not known any more which one is meant."""
        return (item.latest and ambiguity(item.desired, item.latest)) or item.error


def _awaits_caller(item):
    return item.before is not None or item.change.after.created_by is None


def _get_command(id):
    return Command(GET, {"id": id})


def _by_id(reply):
    if isinstance(reply.error, PortalError) and reply.error.has_text("Epic not found"):
        return Observed()
    return Observed((parse_record(reply.result(), GET),))


def _in_group(rows, group_id):
    """The epics in rows of a list; those of other groups are left out, should the portal not have understood the filter."""
    if isinstance(rows, Bitrix24Error):
        raise rows
    records = [parse_record(row, LIST) for row in rows]
    return Observed(tuple(record for record in records if record.group_id == group_id))


def _or_error(read, *arguments):
    try:
        return read(*arguments)
    except Bitrix24Error as error:
        return error

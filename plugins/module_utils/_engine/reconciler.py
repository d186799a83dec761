# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one engine: read, plan, write, read again, and report what was read. One backlog is a list of one."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.executor import Writer
from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.item import Item
from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.planner import build_plan, find_duplicates, validate_list
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog import require_access, require_valid_target
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_reads import parse_profile, profile_command, read_current
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.groups import (
    fetch_group_names,
    name_in,
    parse_target,
    target_command,
)
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.client import ends_all


class Reconciler:
    """Brings backlogs to what is described.

    :param client: the portal.
    :param check_mode: True leaves the writing out; everything else is the same.
    :param warn: called with a sentence for the user.
    :ivar plan: after a run in check mode, the Items that differ, in the order in which the changes are to be applied.
    """

    def __init__(self, client, check_mode, warn):
        self.plan = []
        self._client = client
        self._check_mode = check_mode
        self._warn = warn

    def run(self, all_desired):
        """The outcome of each desired backlog.

        :param all_desired: list of Wish.
        :returns: (list of Item in the order of the list, the PreconditionError that stopped the task as a whole or None).
        :raises PreconditionError: with code ``invalid_input``, before any call.
        """
        validate_list(all_desired)
        batch = len(all_desired) > 1
        items = [Item(position, desired) for position, desired in enumerate(all_desired)]
        self._read(items, batch)
        try:
            order = self._plan(items, batch)
        except PreconditionError as refusal:
            for item in items:
                item.refuse(refusal)
            return items, refusal
        due = [items[position] for position in order if items[position].is_due]
        if self._check_mode:
            self._foresee_failures([item for item in due if item.plan.action == "create"], batch)
            for item in due:
                self._predict(item)
            self.plan = [item for item in due if item.error is None]
        else:
            Writer(self._client, batch, self._warn).write(due)
        return items, None

    def _read(self, items, batch):
        observations = read_current(self._client, {item.position: item.desired for item in items}, batch)
        for item in items:
            item.see(observations[item.position])

    def _plan(self, items, batch):
        seen = [item for item in items if item.error is None]
        for position, refusal in find_duplicates({i.position: i.desired for i in seen}, {i.position: i.observed for i in seen}).items():
            items[position].refuse(refusal)
        self._check_targets([item for item in items if item.would_move], batch)
        caller = self._caller([item for item in items if item.would_create and item.desired.created_by is None])
        readable = [item for item in items if item.error is None]
        plans, order = build_plan(
            {item.position: item.desired for item in readable},
            {item.position: item.observed for item in readable},
            caller,
        )
        for item in readable:
            item.follow(plans[item.position])
        return order

    def _caller(self, nameless):
        """User id of the caller, asked for only when backlogs have to be created for which no creator is named."""
        if not nameless:
            return None
        try:
            return parse_profile(self._client.send([profile_command()], batch=False)[0])
        except Bitrix24Error as error:
            for item in nameless:
                item.fail(error)
            return None

    def _check_targets(self, moving, batch):
        """Refuse moves that would strand a backlog: the portal checks neither that the group exists nor who can read it."""
        for item, reply in self._targets(moving, batch):
            item.group_name = name_in(reply)
            unknown = item.guard(lambda i=item, r=reply: require_valid_target(i.desired, parse_target(r)))
            if unknown:
                why = f" ({reply.error.description or reply.error.code})" if reply.error else ""
                self._warn(
                    f"Moving {item.desired.name}: the module could not check whether group {item.desired.group_id} {', '.join(unknown)}{why}."
                )

    def _foresee_failures(self, creating, batch):
        """Let a creation fail in check mode where the portal would refuse it: it looks at the group only when it writes."""
        for item, reply in self._targets(creating, batch):
            item.group_name = name_in(reply)
            try:
                require_access(item.desired, parse_target(reply))
            except Bitrix24Error as error:
                item.fail(error)

    def _targets(self, items, batch):
        """(Item, Reply) of the groups that the items want to write to."""
        commands = [target_command(item.desired.group_id) for item in items]
        return list(zip(items, self._client.read(commands, batch)))

    def _predict(self, item):
        if item.error:
            return
        item.now = item.plan.after
        if "createdBy" in (item.plan.payload or {}) and item.plan.action != "create":
            self._warn(
                f"{item.desired.name}: created_by {item.desired.created_by} differs from {item.before.created_by}."
                " Bitrix24 does not store it for an existing backlog, so the real run may fail."
            )


def name_groups(client, items):
    """Give the items the names of their groups, as far as the caller can list them and they are not known yet."""
    nameless = [item for item in items if item.group_name is None and item.group_id is not None]
    names = fetch_group_names(client, sorted({item.group_id for item in nameless}))
    for item in nameless:
        item.group_name = names.get(item.group_id)


def stopper(items):
    """The failure that concerns no item but the portal or the sign-in: the next item would meet it again. None without one."""
    errors = [item.error for item in items if item.error and not isinstance(item.error, PreconditionError)]
    return next((error for error in errors if ends_all(error)), None)

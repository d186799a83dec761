# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one engine: read, plan, write, read again, and report what was read. One backlog is a list of one."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.executor import Executor
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
    :ivar planned_items: after a run in check mode, the Items that differ, in the order in which the changes are to be applied.
    """

    def __init__(self, client, check_mode, warn):
        self.planned_items = []
        self._client = client
        self._check_mode = check_mode
        self._warn = warn

    def run(self, all_desired):
        """The outcome of each desired backlog.

        :param all_desired: list of DesiredBacklog.
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
                item.reject(refusal)
            return items, refusal
        pending = [items[position] for position in order if items[position].needs_write]
        if self._check_mode:
            self._precheck_creates([item for item in pending if item.change.action == "create"], batch)
            for item in pending:
                self._predict(item)
            self.planned_items = [item for item in pending if item.error is None]
        else:
            Executor(self._client, batch, self._warn).apply(pending)
        return items, None

    def _read(self, items, batch):
        observations = read_current(self._client, {item.position: item.desired for item in items}, batch)
        for item in items:
            item.set_observed(observations[item.position])

    def _plan(self, items, batch):
        seen = [item for item in items if item.error is None]
        for position, refusal in find_duplicates({i.position: i.desired for i in seen}, {i.position: i.observed for i in seen}).items():
            items[position].reject(refusal)
        self._check_move_targets([item for item in items if item.needs_move], batch)
        caller = self._current_user_id([item for item in items if item.needs_create and item.desired.created_by is None])
        readable = [item for item in items if item.error is None]
        changes, order = build_plan(
            {item.position: item.desired for item in readable},
            {item.position: item.observed for item in readable},
            caller,
        )
        for item in readable:
            item.set_change(changes[item.position])
        return order

    def _current_user_id(self, without_creator):
        """User id of the caller, asked for only when backlogs have to be created for which no creator is named."""
        if not without_creator:
            return None
        try:
            return parse_profile(self._client.send([profile_command()], batch=False)[0])
        except Bitrix24Error as error:
            for item in without_creator:
                item.fail(error)
            return None

    def _check_move_targets(self, moving, batch):
        """Refuse moves that would strand a backlog: the portal checks neither that the group exists nor who can read it."""
        for item, reply in self._fetch_target_groups(moving, batch):
            item.group_name = name_in(reply)
            unknown = item.run_check(lambda i=item, r=reply: require_valid_target(i.desired, parse_target(r)))
            if unknown:
                why = f" ({reply.error.description or reply.error.code})" if reply.error else ""
                self._warn(
                    f"Moving {item.desired.name}: the module could not check whether group {item.desired.group_id}"
                    f" {', '.join(unknown)}{why}."
                )

    def _precheck_creates(self, creating, batch):
        """Let a creation fail in check mode where the portal would refuse it: it looks at the group only when it writes."""
        for item, reply in self._fetch_target_groups(creating, batch):
            item.group_name = name_in(reply)
            try:
                require_access(item.desired, parse_target(reply))
            except Bitrix24Error as error:
                item.fail(error)

    def _fetch_target_groups(self, items, batch):
        """(Item, Reply) of the groups that the items want to write to."""
        commands = [target_command(item.desired.group_id) for item in items]
        return list(zip(items, self._client.read(commands, batch)))

    def _predict(self, item):
        if item.error:
            return
        item.current = item.change.after
        if "createdBy" in (item.change.payload or {}) and item.change.action != "create":
            self._warn(
                f"{item.desired.name}: created_by {item.desired.created_by} differs from {item.before.created_by}."
                " Bitrix24 does not store it for an existing backlog, so the real run may fail."
            )


def name_groups(client, items):
    """Give the items the names of their groups, as far as the caller can list them and they are not known yet."""
    without_creator = [item for item in items if item.group_name is None and item.group_id is not None]
    names = fetch_group_names(client, sorted({item.group_id for item in without_creator}))
    for item in without_creator:
        item.group_name = names.get(item.group_id)


def fatal_error(items):
    """The failure that concerns no item but the portal or the sign-in: the next item would meet it again. None without one."""
    errors = [item.error for item in items if item.error and not isinstance(item.error, PreconditionError)]
    return next((error for error in errors if ends_all(error)), None)

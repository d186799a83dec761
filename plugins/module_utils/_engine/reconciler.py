# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one engine: read, plan, write, read again, and report what was read. One object is a list of one."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.executor import Executor
from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.item import Item
from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.planner import build_plan, find_duplicates, validate_list
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.client import ends_all


class Reconciler:
    """Brings objects of one resource to what is described.

    :param resource: the Resource.
    :param client: the portal.
    :param check_mode: True leaves the writing out; everything else is the same.
    :param warn: called with a sentence for the user.
    :ivar planned_items: after a run in check mode, the Items that differ, in the order in which the changes are to be applied.
    """

    def __init__(self, resource, client, check_mode, warn):
        self.planned_items = []
        self._resource = resource
        self._client = client
        self._check_mode = check_mode
        self._warn = warn

    def run(self, all_desired, refused=None):
        """The outcome of each desired object.

        :param all_desired: list of desired objects.
        :param refused: position -> the Bitrix24Error of an item that has failed already; it is neither read nor written.
        :returns: (list of Item in the order of the list, the PreconditionError that stopped the task as a whole or None).
        :raises PreconditionError: with code ``invalid_input``, before any call.
        """
        refused = refused or {}
        validate_list(self._resource, all_desired, refused)
        batch = len(all_desired) > 1
        items = [Item(self._resource, position, desired) for position, desired in enumerate(all_desired)]
        for position, error in refused.items():
            items[position].refuse(error)
        readable = _without_error(items)
        observations = self._resource.read(self._client, {item.position: item.desired for item in readable}, batch)
        for item in readable:
            item.set_observed(observations[item.position])
        try:
            order = self._plan(items, batch)
        except PreconditionError as refusal:
            for item in items:
                item.reject(refusal)
            return items, refusal
        pending = [item for item in order if item.needs_write]
        if self._check_mode:
            self._resource.precheck(self._client, pending, batch)
            for item in pending:
                self._predict(item)
            self.planned_items = [item for item in pending if item.error is None]
        else:
            Executor(self._resource, self._client, batch, self._warn).apply(pending)
        return items, None

    def _plan(self, items, batch):
        for position, refusal in find_duplicates(self._resource, _without_error(items)).items():
            items[position].reject(refusal)
        self._resource.prepare(self._client, _without_error(items), batch, self._warn)
        return build_plan(self._resource, _without_error(items))

    def _predict(self, item):
        if item.error:
            return
        item.current = item.change.after
        if item.before is None or item.current is None:
            return
        unmet = self._resource.differences(item.desired, item.before)
        for field in self._resource.fields:
            if field.name in unmet and not field.on_update:
                _asked, found = unmet[field.name]
                self._warn(
                    f"{item.desired.label}: {field.name} {item.desired.shown(field.name)} differs from {found}."
                    f" Bitrix24 does not store it for an existing {self._resource.name}, so the real run may fail."
                )


def fatal_error(items):
    """The failure that concerns no item but the portal or the sign-in: the next item would meet it again. None without one."""
    errors = [item.error for item in items if item.error and not isinstance(item.error, PreconditionError)]
    return next((error for error in errors if ends_all(error)), None)


def _without_error(items):
    return [item for item in items if item.error is None]

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The backlogs of many groups, read and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.planner import item_label
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, PortalError, PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_plan import DesiredBacklog, Record
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_reads import get_command, parse_get_reply
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.groups import list_scrum_groups, names_command, names_in
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.names import find_ids, parse_group
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import BATCH_SIZE

#: Groups that are read in one batch together with the list of their names.
WITH_NAMES = BATCH_SIZE - 1


@dataclass
class BacklogListing:
    """What the portal holds for groups.

    :ivar records: of the groups that have a backlog.
    :ivar names: id of a group -> its name, where it is known.
    :ivar without, denied, failed: ids of the groups that have none, that the caller may not read, and that could not be read.
    :ivar unknown: name of a group whose ID could not be found -> the Bitrix24Error.
    :ivar error: the first Bitrix24Error that kept something back; None when the list is complete.
    """

    records: list[Record] = field(default_factory=list)
    names: dict[int, str | None] = field(default_factory=dict)
    without: list[int] = field(default_factory=list)
    denied: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    unknown: dict[str, Bitrix24Error] = field(default_factory=dict)
    error: Bitrix24Error | None = None

    def to_result(self):
        """The keys that users see."""
        result = {
            "backlogs": [self._row(record) for record in self.records],
            "groups_without_backlog": self.without,
            "groups_denied": self.denied,
        }
        return dict(result, groups_failed=self.failed) if self.error else result

    def message(self):
        """What was kept back, and why; empty when the list is complete."""
        if self.error is None:
            return ""
        if not self.failed and self.unknown:
            names = ", ".join(map(repr, self.unknown))
            return self.error.message(f"Finding {names}" if len(self.unknown) == 1 else f"Finding {len(self.unknown)} groups ({names})")
        if not self.failed:
            return self.error.message("Listing the groups")
        total = len(self.records) + len(self.without) + len(self.denied) + len(self.failed)
        return self.error.message(f"Reading the backlogs of {len(self.failed)} of {total} groups")

    def take(self, group_id, reply):
        """Sort in the reply to a group's read."""
        try:
            record = parse_get_reply(reply, group_id)
        except Bitrix24Error as error:
            if isinstance(error, PortalError) and error.has_text("Access denied"):
                self.denied.append(group_id)
                return
            self.failed.append(group_id)
            self.fail(error)
            return
        if record:
            self.records.append(record)
        else:
            self.without.append(group_id)

    def fail(self, error):
        """Record the error that makes the result incomplete."""
        self.error = self.error or error

    def _row(self, record):
        name = self.names.get(record.group_id)
        return record.as_dict() if name is None else dict(record.as_dict(), group_name=name)


def list_backlogs(client, group_ids, group_names=None):
    """What the portal holds for groups.

    :param group_ids: ids of the groups; None with no names: every Scrum group that the caller can list.
    :param group_names: exact names of further groups; None for none.
    :returns: a BacklogListing.
    :raises PreconditionError: with code ``invalid_input``, before any call.
    """
    if group_ids is None and group_names is None:
        return _of_all(client)
    _check_each("group_ids", group_ids or [], lambda group_id: DesiredBacklog(group_id=group_id).validate())
    _check_each("groups", group_names or [], lambda name: parse_group(name, "a group"))
    _users, outcomes = find_ids(client, groups=group_names or [])
    ids = [outcome for outcome in outcomes.values() if not isinstance(outcome, Bitrix24Error)]
    found = _of_these(client, list(dict.fromkeys([*(group_ids or []), *ids])))
    found.unknown = {name: outcome for name, outcome in outcomes.items() if isinstance(outcome, Bitrix24Error)}
    for error in found.unknown.values():
        found.fail(error)
    return found


def _check_each(option, values, check):
    for position, value in enumerate(values):
        try:
            check(value)
        except PreconditionError as error:
            raise PreconditionError("invalid_input", f"{item_label(position, option)}: {error.description}") from None


def _of_all(client):
    groups, failure = list_scrum_groups(client)
    found = BacklogListing(names={group.id: group.name for group in groups}, error=failure)
    for group, reply in zip(groups, client.read([get_command(group.id) for group in groups])):
        found.take(group.id, reply)
    return found


def _of_these(client, ids):
    """Read groups and their names, as many as go into one batch together."""
    chunks = [ids[start : start + WITH_NAMES] for start in range(0, len(ids), WITH_NAMES)]
    commands = [command for chunk in chunks for command in [*map(get_command, chunk), names_command(chunk)]]
    replies = iter(client.read(commands))
    found = BacklogListing()
    for chunk in chunks:
        for group_id in chunk:
            found.take(group_id, next(replies))
        try:
            found.names.update(names_in(next(replies)))
        except Bitrix24Error as error:
            found.fail(error)
    return found

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the portal holds: one backlog or many, by the group's id or by the backlog's own.

Sources: the page on tasks.api.scrum.backlog.get of the Bitrix24 REST documentation (its ``id`` is the GROUP's), and the
server's own code: tasks.api.scrum.sprint.get with a backlog's id answers that backlog.
"""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, PortalError, ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_plan import Observed, parse_record
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.groups import list_scrum_groups
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import Command, read_method

GET = read_method("tasks.api.scrum.backlog.get")
SPRINT_GET = read_method("tasks.api.scrum.sprint.get")

#: Answers of a portal that does not have the undocumented way of reading by a backlog's id.
ID_LOOKUP_UNSUPPORTED = ("ERROR_METHOD_NOT_FOUND", "22002")


def get_command(group_id, verifies=None):
    """The read of a group's backlog."""
    return Command(GET, {"id": group_id}, verifies)


def parse_get_reply(reply, group_id):
    """The Record in the reply to get_command(); None when the group has no backlog.

    :raises Bitrix24Error: when the group cannot be read.
    """
    if isinstance(reply.error, PortalError) and reply.error.has_text("Backlog not found"):
        return None
    record = parse_record(reply.result(), GET)
    if record.group_id != group_id:
        raise ResponseError(
            "unexpected_answer",
            f"the portal returned the backlog of group {record.group_id}",
            status=200,
            method=GET,
        )
    return record


def read_current(client, all_desired, batch=True):
    """What the portal returns for each desired backlog.

    :param all_desired: position -> DesiredBacklog.
    :param batch: as for Client.send().
    :returns: position -> Observed, or the Bitrix24Error of the read.
    """
    observations: dict[int, object] = {}
    by_group = {position: desired for position, desired in all_desired.items() if desired.group_id is not None}
    by_id = {position: desired for position, desired in all_desired.items() if desired.group_id is None}
    commands = {p: get_command(w.group_id) for p, w in by_group.items()}
    commands.update({p: _id_command(w.id) for p, w in by_id.items()})
    replies = _send(client, commands, batch)
    for position, desired in by_group.items():
        observations[position] = _value_or_error(lambda p=position, w=desired: Observed(parse_get_reply(replies[p], w.group_id)))
    elsewhere = {
        p: all_desired[p]
        for p in by_group
        if isinstance(observations[p], Observed) and _needs_id_lookup(all_desired[p], observations[p], all_desired)
    }
    replies.update(_send(client, {p: _id_command(w.id) for p, w in elsewhere.items()}, batch))
    found = _by_id(client, {p: all_desired[p].id for p in [*by_id, *elsewhere]}, replies)
    for position, outcome in found.items():
        earlier = observations.get(position)
        in_group = earlier.in_group if isinstance(earlier, Observed) else None
        observations[position] = outcome if isinstance(outcome, Bitrix24Error) else Observed(in_group, outcome)
    return observations


def _needs_id_lookup(desired, observed, all_desired):
    """Whether the backlog has to be searched for outside the desired group."""
    if desired.id is None or (observed.in_group and observed.in_group.id == desired.id):
        return False
    if observed.in_group is None:
        return True
    return any(other.id == observed.in_group.id for other in all_desired.values())  # it may be about to leave


def _id_command(backlog_id):
    return Command(SPRINT_GET, {"id": backlog_id})


def _send(client, commands, batch):
    return dict(zip(commands, client.read(list(commands.values()), batch)))


def _value_or_error(read):
    try:
        return read()
    except Bitrix24Error as error:
        return error


def _by_id(client, ids, replies):
    """Position -> Record, None, or the error; falls back to a search through all Scrum groups."""
    found = {p: _value_or_error(lambda p=p, id=id: _record_by_id(replies[p], id)) for p, id in ids.items()}
    unknown = {p: ids[p] for p, outcome in found.items() if outcome is _UNSUPPORTED}
    if unknown:
        records, failure = _scan_all_groups(client, set(unknown.values()))
        found.update({p: records.get(id, failure) for p, id in unknown.items()})
    return found


_UNSUPPORTED = object()


def _record_by_id(reply, backlog_id):
    if isinstance(reply.error, PortalError):
        if reply.error.has_text("Sprint not found"):
            return None
        if reply.error.code.upper() in ID_LOOKUP_UNSUPPORTED:
            return _UNSUPPORTED
    entity = reply.result()
    kind = entity.get("entityType") if isinstance(entity, dict) else None
    if kind is None:
        return _UNSUPPORTED
    if kind != "backlog":
        return None
    record = parse_record(entity, SPRINT_GET)
    if record.id != backlog_id:
        raise ResponseError("unexpected_answer", f"the portal returned backlog {record.id}", status=200, method=SPRINT_GET)
    return record


def _scan_all_groups(client, ids):
    """The wanted backlogs among all Scrum groups: id -> Record, and what stands for one that was not found.

    That is None when every group was looked at, and otherwise the error that kept one from it: the backlog could be there.
    """
    groups, failure = list_scrum_groups(client)
    records = {}
    for group, reply in zip(groups, client.read([get_command(group.id) for group in groups])):
        record = _value_or_error(lambda g=group, r=reply: parse_get_reply(r, g.id))
        if isinstance(record, Bitrix24Error):
            failure = failure or record
        elif record and record.id in ids:
            records[record.id] = record
    return records, failure

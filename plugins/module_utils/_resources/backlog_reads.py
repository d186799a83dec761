# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the portal holds: one backlog or many, by the group's id or by the backlog's own.

Sources: the page on tasks.api.scrum.backlog.get of the Bitrix24 REST documentation (its ``id`` is the GROUP's), and the
server's own code: tasks.api.scrum.sprint.get with a backlog's id answers that backlog.
"""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, PortalError, ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog import Sight, record_in, whole_number
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.groups import scrum_groups
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import Command

GET = "tasks.api.scrum.backlog.get"
SPRINT_GET = "tasks.api.scrum.sprint.get"
PROFILE = "profile"

#: Answers of a portal that does not have the undocumented way of reading by a backlog's id.
NO_SIDE_DOOR = ("ERROR_METHOD_NOT_FOUND", "22002")


def group_command(group_id, verifies=None):
    """The read of a group's backlog."""
    return Command(GET, {"id": group_id}, verifies)


def record_of_group(reply, group_id):
    """The Record in the reply to group_command(); None when the group has no backlog.

    :raises Bitrix24Error: when the group cannot be read.
    """
    if isinstance(reply.error, PortalError) and reply.error.has_text("Backlog not found"):
        return None
    record = record_in(reply.result(), GET)
    if record.group_id != group_id:
        raise ResponseError(
            "unexpected_answer",
            f"the portal returned the backlog of group {record.group_id}",
            status=200,
            method=GET,
        )
    return record


def look(client, wishes, batch=True):
    """What the portal returns for each desired backlog.

    :param wishes: position -> Wish.
    :param batch: as for Client.send().
    :returns: position -> Sight, or the Bitrix24Error of the read.
    """
    sights: dict[int, object] = {}
    by_group = {position: wish for position, wish in wishes.items() if wish.group_id is not None}
    by_id = {position: wish for position, wish in wishes.items() if wish.group_id is None}
    commands = {p: group_command(w.group_id) for p, w in by_group.items()}
    commands.update({p: _id_command(w.id) for p, w in by_id.items()})
    replies = _send(client, commands, batch)
    for position, wish in by_group.items():
        sights[position] = _attempt(lambda p=position, w=wish: Sight(record_of_group(replies[p], w.group_id)))
    elsewhere = {p: wishes[p] for p in by_group if isinstance(sights[p], Sight) and _is_elsewhere(wishes[p], sights[p], wishes)}
    replies.update(_send(client, {p: _id_command(w.id) for p, w in elsewhere.items()}, batch))
    found = _by_id(client, {p: wishes[p].id for p in [*by_id, *elsewhere]}, replies)
    for position, outcome in found.items():
        earlier = sights.get(position)
        in_group = earlier.in_group if isinstance(earlier, Sight) else None
        sights[position] = outcome if isinstance(outcome, Bitrix24Error) else Sight(in_group, outcome)
    return sights


def caller_command():
    """The read of who is signed in; needs no scope."""
    return Command(PROFILE)


def caller_in(reply):
    """User id of the caller in the reply to caller_command().

    :raises Bitrix24Error: when there is none in it.
    """
    profile = reply.result()
    user = whole_number(profile.get("ID")) if isinstance(profile, dict) else None
    if user is None or user <= 0:
        raise ResponseError(
            "unexpected_answer", "the method profile did not return the authenticated user: set created_by", status=200, method=PROFILE
        )
    return user


def _is_elsewhere(wish, sight, wishes):
    """Whether the backlog has to be searched for outside the desired group."""
    if wish.id is None or (sight.in_group and sight.in_group.id == wish.id):
        return False
    if sight.in_group is None:
        return True
    return any(other.id == sight.in_group.id for other in wishes.values())  # it may be about to leave


def _id_command(backlog_id):
    return Command(SPRINT_GET, {"id": backlog_id})


def _send(client, commands, batch):
    return dict(zip(commands, client.read(list(commands.values()), batch)))


def _attempt(read):
    try:
        return read()
    except Bitrix24Error as error:
        return error


def _by_id(client, ids, replies):
    """Position -> Record, None, or the error; falls back to a search through all Scrum groups."""
    found = {p: _attempt(lambda p=p, id=id: _record_by_id(replies[p], id)) for p, id in ids.items()}
    unknown = {p: ids[p] for p, outcome in found.items() if outcome is _UNKNOWN}
    if unknown:
        records, failure = _search(client, set(unknown.values()))
        found.update({p: records.get(id, failure) for p, id in unknown.items()})
    return found


_UNKNOWN = object()


def _record_by_id(reply, backlog_id):
    if isinstance(reply.error, PortalError):
        if reply.error.has_text("Sprint not found"):
            return None
        if reply.error.code.upper() in NO_SIDE_DOOR:
            return _UNKNOWN
    entity = reply.result()
    kind = entity.get("entityType") if isinstance(entity, dict) else None
    if kind is None:
        return _UNKNOWN
    if kind != "backlog":
        return None
    record = record_in(entity, SPRINT_GET)
    if record.id != backlog_id:
        raise ResponseError("unexpected_answer", f"the portal returned backlog {record.id}", status=200, method=SPRINT_GET)
    return record


def _search(client, ids):
    """The wanted backlogs among all Scrum groups: id -> Record, and what stands for one that was not found.

    That is None when every group was looked at, and otherwise the error that kept one from it: the backlog could be there.
    """
    groups, failure = scrum_groups(client)
    records = {}
    for group, reply in zip(groups, client.read([group_command(group.id) for group in groups])):
        record = _attempt(lambda g=group, r=reply: record_of_group(r, g.id))
        if isinstance(record, Bitrix24Error):
            failure = failure or record
        elif record and record.id in ids:
            records[record.id] = record
    return records, failure

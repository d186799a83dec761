# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All rows of ``sprint.list`` or ``epic.list`` for groups.

Source: the server's own code. A list has no total and pages of 50; the page is ``start`` divided by 50.
A caller without any relation to the group gets an empty list, not an error.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.groups import GET, parse_target, target_command
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.target_group import require_access
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import Command

PAGE = 50


def list_rows(client, method, group_ids, batch):
    """What a list method holds for groups; one request for the first 50 rows of up to 50 groups.

    :param method: Method of the list.
    :param batch: as for Client.send().
    :returns: group ID -> its rows by ascending ID, a list of dicts, or the Bitrix24Error of the read.
    """
    found: dict[int, Any] = {group_id: [] for group_id in group_ids}
    start = 0
    unfinished = list(found)
    while unfinished:
        commands = [_command(method, group_id, start) for group_id in unfinished]
        replies = dict(zip(unfinished, client.read(commands, batch)))
        unfinished = []
        for group_id, reply in replies.items():
            try:
                rows = _rows(reply, method)
            except Bitrix24Error as error:
                found[group_id] = error
                continue
            known = found[group_id]
            found[group_id] = known + [row for row in rows if row not in known]
            if len(rows) >= PAGE and len(found[group_id]) > len(known):
                unfinished.append(group_id)
        start += PAGE
    return found


def require_members(client, items, batch):
    """Let Items fail whose group the caller is no member of: a list shows strangers nothing, although some may write there.

    :param items: Items that are to be created because the list of their group has nothing of their name.
    """
    replies = client.read([target_command(item.desired.group_id) for item in items], batch)
    for item, reply in zip(items, replies):
        target = item.run_check(lambda r=reply: parse_target(r))
        if item.error is None:
            item.run_check(lambda i=item, t=target: require_access(i.desired, t))
        if item.error is None and target.is_accessible is None:
            item.fail(reply.error or _unknown_role(item.desired))


def _unknown_role(desired):
    return ResponseError(
        "unexpected_answer",
        f"the response does not tell whether the user is a member of group {desired.shown('group_id')}",
        status=200,
        method=GET,
    )


def _command(method, group_id, start):
    return Command(method, {"filter": {"GROUP_ID": group_id}, "order": {"ID": "ASC"}, "start": start})


def _rows(reply, method):
    rows = reply.result()
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ResponseError("unexpected_answer", "the response does not contain a list of rows", status=200, method=method)
    return rows

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The backlogs of many groups, read and nothing else."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._backlog import Wish, check_wish
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PortalError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._groups import group_names, scrum_groups
from ansible_collections.scrumops.bitrix24.plugins.module_utils._reading import group_command, record_of_group


def survey(client, group_ids):
    """What the portal holds for groups.

    :param group_ids: ids of the groups; None: every Scrum group that the caller can list.
    :returns: dict of ``backlogs``, ``groups_without_backlog`` and ``groups_denied``.
    :raises Bitrix24Error: when a group cannot be read for another reason than missing access.
    """
    if group_ids is None:
        names = {group.id: group.name for group in scrum_groups(client)}
        ids = list(names)
    else:
        ids = list(dict.fromkeys(group_ids))
        for group_id in ids:
            check_wish(Wish(group_id=group_id))
        names = None
    records, without, denied = _read(client, ids)
    if names is None:
        names = group_names(client, [record.group_id for record in records])
    return {
        "backlogs": [_row(record, names.get(record.group_id)) for record in records],
        "groups_without_backlog": without,
        "groups_denied": denied,
    }


def _read(client, ids):
    records, without, denied = [], [], []
    replies = client.send([group_command(group_id) for group_id in ids], batch=len(ids) > 1)
    for group_id, reply in zip(ids, replies):
        try:
            record = record_of_group(reply, group_id)
        except PortalError as error:
            if not error.is_("Access denied"):
                raise
            denied.append(group_id)
            continue
        if record:
            records.append(record)
        else:
            without.append(group_id)
    return records, without, denied


def _row(record, name):
    return record.as_dict() if name is None else dict(record.as_dict(), group_name=name)

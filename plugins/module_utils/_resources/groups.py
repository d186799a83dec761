# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups: which ones are Scrums, what they are called, and whether a backlog may safely move into one.

Source: the pages on socialnetwork.api.workgroup of the Bitrix24 REST documentation, and the server's own code.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.target_group import TargetGroup
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import BATCH_SIZE, Command, read_method
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.envelope import parse_int

LIST = read_method("socialnetwork.api.workgroup.list")
GET = read_method("socialnetwork.api.workgroup.get")
PAGE = 50

#: Roles that may read a group's tasks: owner, moderator, member.
MEMBER_ROLES = ("A", "E", "K")

#: The webhook lacks the scope, or the portal the method.
LOOKUP_UNAVAILABLE = ("INSUFFICIENT_SCOPE", "ERROR_METHOD_NOT_FOUND", "22002")


@dataclass(frozen=True)
class Group:
    """A group as it is listed."""

    id: int
    name: str | None


def list_scrum_groups(client):
    """The Scrum groups that the caller can list, by ascending id.

    :returns: (list of Group, the Bitrix24Error that kept some of them back, or None).
    """
    groups: dict[int, Group] = {}
    failure = None
    try:
        for page in _pages(client):
            groups.update({group.id: group for group in _parse_scrums(page)})
    except Bitrix24Error as error:
        failure = error
    return [groups[id] for id in sorted(groups)], failure


def names_command(ids):
    """The read of the names of at most PAGE groups."""
    return Command(LIST, {"filter": {"ID": list(ids)}, "select": ["ID", "NAME"], "order": {"ID": "ASC"}})


def names_in(reply):
    """id -> name in the reply to names_command(); empty when there is none, such as without the scope socialnetwork.

    :raises ResponseError: when what was answered is no list of groups.
    """
    return {} if reply.error else {group.id: group.name for group in groups_in(reply.value)}


def fetch_group_names(client, ids):
    """Names of the groups that the caller can list: id -> name. A name that cannot be read is left out, and no failure."""
    chunks = [ids[start : start + PAGE] for start in range(0, len(ids), PAGE)]
    names = {}
    for reply in client.read([names_command(chunk) for chunk in chunks], batch=len(chunks) > 1):
        with contextlib.suppress(Bitrix24Error):
            names.update(names_in(reply))
    return names


def name_groups(client, items):
    """Give the items of a plan the names of their groups, as far as the caller can list them and they are not known yet."""
    without_name = [item for item in items if item.group_name is None and item.group_id is not None]
    names = fetch_group_names(client, sorted({item.group_id for item in without_name}))
    for item in without_name:
        item.group_name = names.get(item.group_id)


def target_command(group_id):
    """The read that tells what TargetGroup needs."""
    select = ["ID", "NAME", "TYPE", "SCRUM_MASTER_ID", "USER_DATA", "FEATURES"]
    return Command(GET, {"params": {"groupId": group_id, "select": select}})


def parse_target(reply):
    """The TargetGroup in the reply to target_command().

    :raises Bitrix24Error: when the portal refuses for another reason than a missing scope or method.
    """
    if reply.error:
        code = reply.error.code.upper()
        if code.endswith(("WORKGROUP_NOT_FOUND", "WORKGROUP_EMPTY")):
            return TargetGroup(exists=False)
        if code in LOOKUP_UNAVAILABLE:
            return TargetGroup()
        raise reply.error
    group = reply.value if isinstance(reply.value, dict) else {}
    if parse_int(group.get("ID")) is None:
        return TargetGroup()
    return TargetGroup(exists=True, is_accessible=_readable(group), is_scrum=_scrum(group.get("TYPE"), group.get("SCRUM_MASTER_ID")))


def name_in(reply):
    """The group's name in the reply to target_command(); None when it is not told."""
    name = reply.value.get("NAME") if isinstance(reply.value, dict) else None
    return name if isinstance(name, str) and name else None


def _pages(client):
    """The pages of the list, first to last.

    :raises Bitrix24Error: after those that could be read, when one could not.
    """
    answer = client.envelope(LIST, **_list_params(0))
    seen = _parse_ids(answer["result"])
    yield answer["result"]
    total = parse_int(answer.get("total"))
    if total is None and len(seen) >= PAGE:
        raise ResponseError("unexpected_answer", "the response does not contain the number of groups", status=200, method=LIST)
    for start in range(PAGE, total or 0, PAGE * BATCH_SIZE):
        places = range(start, min(total, start + PAGE * BATCH_SIZE), PAGE)
        replies = client.read([Command(LIST, _list_params(place)) for place in places])
        pages = [reply.value for reply in replies if not reply.error]
        new = {id for page in pages for id in _parse_ids(page)} - seen
        yield from pages
        for reply in replies:
            reply.result()
        if not new:  # there are fewer than the total says
            break
        seen |= new


def _list_params(start):
    return {
        "filter": {">SCRUM_MASTER_ID": 0},
        "select": ["ID", "NAME", "TYPE", "SCRUM_MASTER_ID"],
        "order": {"ID": "ASC"},
        "start": start,
    }


def groups_in(page):
    """The Groups on a page of the list.

    :raises ResponseError: when what was answered is no list of groups.
    """
    for row in _rows(page):
        name = row.get("name")
        yield Group(parse_int(row.get("id")), name if isinstance(name, str) else None)


def _parse_ids(page):
    return {group.id for group in groups_in(page)}


def _parse_scrums(page):
    for row, group in zip(_rows(page), groups_in(page)):
        # an older portal may not know the filter, and then lists every group
        if _scrum(row.get("type"), row.get("scrumMasterId")) is not False:
            yield group


def _rows(page):
    rows = page.get("workgroups") if isinstance(page, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) and parse_int(row.get("id")) for row in rows):
        raise ResponseError("unexpected_answer", "the response does not contain a list of groups", status=200, method=LIST)
    return rows


def _scrum(kind, master):
    """True or False; None when the portal tells neither the group's type nor its Scrum master."""
    if kind == "scrum" or (parse_int(master) or 0) > 0:
        return True
    return None if kind is None and master is None else False


def _readable(group):
    features = group.get("FEATURES")
    for feature in features if isinstance(features, list) else []:
        if isinstance(feature, dict) and feature.get("featureName") == "tasks" and feature.get("active") in (False, "N"):
            return False
    data = group.get("USER_DATA")
    if not isinstance(data, dict) or "ROLE" not in data:
        return None
    return data["ROLE"] in MEMBER_ROLES

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""sonet_group.get, sonet_group.feature.access and sonet_group_subject.get: groups as they were read before there was Scrum."""

from __future__ import annotations

from . import php
from .group_rows import chosen, columns, ordered, page, seen, text
from .oldstyle import Method, failed

#: The prefixes of a filter that sonet_group.get carries out; !% is not turned round.
PREFIXES = {"": "", "=": "=", "!": "!", "!=": "!=", "%": "%", "!%": "%", ">": ">", "<": "<", ">=": ">=", "<=": "<="}

HIDDEN = ("INITIATE_PERMS", "IMAGE_ID", "TYPE")

#: Tool -> operation -> the roles that may do it; L is everybody who is signed in.
TOOLS = {
    "tasks": {
        "view": "AEK",
        "view_all": "AEK",
        "sort": "AEK",
        "create_tasks": "AEK",
        "edit_tasks": "AE",
        "delete_tasks": "AE",
        "modify_folders": "AE",
        "modify_common_views": "AE",
    },
    "calendar": {"view": "AEK", "write": "AEK"},
    "files": {"view": "AEK", "write_limited": "AEK", "write": "AE"},
    "blog": {"view_post": "AEK", "premoderate_post": "AEK", "write_post": "AEK", "moderate_post": "AE", "full_post": "AE"},
    "search": {"view": "AEK"},
}


def get(process, params, _caller):
    """A page of groups: rows of text, without anything on Scrum; the newest first."""
    groups = seen(process, params.get("IS_ADMIN") == "Y")
    groups = chosen(process, groups, params.get("FILTER"), PREFIXES, lambda field: field if _known(field) else "")
    wanted = php.to_int(params.get("GROUP_ID"))
    if wanted > 0:
        groups = [group for group in groups if group.id == wanted]
    groups, extra = page(ordered(process, groups, params.get("ORDER"), "DESC"), params.get("start"))
    return php.array([_row(process, group) for group in groups]), extra


def feature_access(process, params, _caller):
    """Whether the caller may do something with a group's tool; administrators are no exception."""
    id = php.to_int(params.get("GROUP_ID"))
    tool, operation = (php.as_text(params.get(name)).strip(php.BLANKS) for name in ("FEATURE", "OPERATION"))
    if id <= 0:
        raise failed("Wrong socialnetwork group ID")
    if tool not in TOOLS:
        raise failed("Wrong feature")
    if operation not in TOOLS[tool]:
        raise failed("Wrong operation")
    group = process.store.groups.get(id)
    if group is None or not group.has_tool(tool):
        return False
    return group.role_of(process.user) in tuple(TOOLS[tool][operation]) or (tool == "tasks" and operation == "view" and group.open_tasks)


def subjects(process, params, _caller):
    """The subjects that groups may have."""
    wanted = php.to_int(params.get("SUBJECT_ID"))
    rows = [{"ID": str(id), "NAME": name, "SITE_ID": ["s1"]} for id, name in process.store.subjects.items() if wanted in (0, id)]
    return php.array(rows), ({"total": len(rows)} if rows else {})


def _known(name):
    return name not in HIDDEN and not name.startswith(("SCRUM_", "PROJECT_DATE_"))


def _row(process, group):
    row = {name: text(value) for name, value in columns(process, group).items() if _known(name)}
    for name in ("DATE_CREATE", "DATE_UPDATE", "DATE_ACTIVITY"):
        row[name] = columns(process, group)[name].isoformat(timespec="seconds")
    row.update(SITE_ID="s1", SUBJECT_NAME=process.store.subjects[group.subject], IS_EXTRANET="Y" if group.site == "ex" else "N")
    return row


METHODS = {
    "sonet_group.get": Method(("sonet_group",), get, read=True),
    "sonet_group.feature.access": Method(("sonet_group",), feature_access, read=True),
    "sonet_group_subject.get": Method(("sonet_group",), subjects, read=True),
}

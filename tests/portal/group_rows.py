# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A group as rows show it, and lists of groups: who sees which, filters, order, pages."""

from __future__ import annotations

from datetime import datetime

from . import php
from .conditions import parts, passes
from .people import MEMBER_ROLES

PAGE = 50
SHOWN = "%d.%m.%Y %H:%M:%S"


def columns(process, group):
    """The columns of a group under their names, as the database holds them: int, str, bool for Y and N, or None."""
    created = group.created or process.store.clock.now()
    return {
        "ID": group.id,
        "ACTIVE": group.active,
        "SUBJECT_ID": group.subject,
        "NAME": group.name,
        "DESCRIPTION": group.description,
        "KEYWORDS": group.keywords,
        "CLOSED": group.closed,
        "VISIBLE": group.visible,
        "OPENED": group.opened,
        "DATE_CREATE": created,
        "DATE_UPDATE": created,
        "DATE_ACTIVITY": created,
        "IMAGE_ID": group.avatar or None,
        "OWNER_ID": group.owner,
        "INITIATE_PERMS": group.initiate_perms,
        "NUMBER_OF_MEMBERS": len(group.with_roles(*MEMBER_ROLES)),
        "NUMBER_OF_MODERATORS": len(group.with_roles("A", "E")),
        "PROJECT": group.project,
        "PROJECT_DATE_START": _day(process, group.project_start),
        "PROJECT_DATE_FINISH": _day(process, group.project_finish),
        "SCRUM_OWNER_ID": None,
        "SCRUM_MASTER_ID": group.master,
        "SCRUM_SPRINT_DURATION": group.sprint_duration,
        "SCRUM_TASK_RESPONSIBLE": group.task_responsible,
        "TYPE": group.type,
    }


def text(value):
    """A column as text; None stays."""
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, datetime):
        return value.strftime(SHOWN)
    return value if value is None else str(value)


def seen(process, everything):
    """The groups that a caller can see.

    :param everything: whether an administrator asked for all.
    """
    groups = process.store.groups.values()
    if everything and process.store.is_admin(process.user):
        return list(groups)
    return [group for group in groups if group.visible or group.role_of(process.user)]


def chosen(process, groups, conditions, prefixes, fields):
    """The groups that fulfil a filter; what the portal does not know is dropped, and lets every group pass.

    :param prefixes: those that this list knows: prefix as it is sent -> as it is carried out.
    :param fields: function of a field's name as it was sent; the column's name.
    """
    known = []
    for key, value in conditions.items() if isinstance(conditions, dict) else ():
        prefix, field = parts(key)
        if prefix in prefixes:
            known.append((fields(field), prefixes[prefix], value))
    rows = [(group, {**columns(process, group), "SITE_ID": group.site}) for group in groups]
    return [group for group, row in rows if all(passes(_plain(row[name]), how, value) for name, how, value in known if name in row)]


def ordered(process, groups, order, fallback="ASC"):
    """The groups in the order that was asked for, by id if in none.

    :param order: column -> ASC or DESC.
    """
    asked = {str(name).upper(): str(way).upper() for name, way in order.items()} if isinstance(order, dict) else {"ID": fallback}
    rows = [(columns(process, group), group) for group in sorted(groups, key=lambda group: group.id)]
    for name, way in reversed(asked.items()):
        if rows and name in rows[0][0]:
            rows.sort(key=lambda row: _sortable(row[0][name]), reverse=way == "DESC")
    return [group for _row, group in rows]


def page(groups, start):
    """(groups of a page, what stands beside the result).

    :param start: as it was sent; negative for the first page without a total.
    """
    start = php.to_int(start or 0)
    extra = {}
    if start >= 0 and groups:
        extra["total"] = len(groups)
        if start + PAGE < len(groups):
            extra["next"] = start + PAGE
    first = max(start, 0)
    return groups[first : first + PAGE], extra


def _plain(value):
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


def _sortable(value):
    return (value is not None, "" if value is None else value.casefold() if isinstance(value, str) else value)


def _day(process, day):
    """A project's date as it is answered."""
    if day is None:
        return None
    moment = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=process.store.clock.zone)
    return moment.isoformat() if process.switches.project_dates == "iso" else moment.strftime("%d.%m.%Y")

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What sonet_group.create and .update make of the values that they are sent, and which they refuse."""

from __future__ import annotations

import re
from datetime import datetime

from . import php
from .conditions import collated
from .oldstyle import kernel_failed

TYPES = ("group", "project", "scrum", "collab")
INVITERS = ("A", "E", "K")
WRITERS = ("A", "E", "K", "L", "N")
SITES = ("s1", "ex")

#: The failures of the kernel -> the text that comes with them.
TEXTS = {
    "EMPTY_NAME": "The name of the group is not specified.",
    "ERROR_GROUP_NAME_EXISTS": "A group with this name already exists.",
    "EMPTY_OWNER_ID": "The owner of the group is not specified.",
    "ERROR_NO_OWNER_ID": "The owner of the group is incorrect.",
    "ERROR_NO_SUBJECT_ID": "The subject of the group is incorrect.",
    "ERROR_NO_SITE": "The site of the group is incorrect.",
    "EMPTY_INITIATE_PERMS": "Who may invite is not specified.",
    "ERROR_NO_INITIATE_PERMS": "Who may invite is incorrect.",
    "EMPTY_SPAM_PERMS": "Who may write is not specified.",
    "ERROR_NO_SPAM_PERMS": "Who may write is incorrect.",
    "WRONG_GROUP_TYPE": "The type of the group is incorrect.",
    "ERROR_CORE": "Scrum limit exceeded",
    "TASKS_NOT_EMPTY": "The group has tasks.",
    "DISK_NOT_EMPTY": "The group has files.",
}


def sent(params):
    """The fields that count: without nulls, and without keys that start with ~ or =."""
    return {str(name): value for name, value in params.items() if value is not None and str(name)[:1] not in ("~", "=")}


def refuse(process, code, instead):
    """Fail as the kernel does.

    :param instead: what the method says of it.
    :raises RestError: always.
    """
    raise kernel_failed(process, code, TEXTS[code], instead)


def check(process, fields, instead, group=None):
    """Refuse what the kernel refuses, in its order.

    :param group: the Group that is changed, None for a new one.
    :raises RestError: for the first value that is wrong.
    """
    for code, wrong in _faults(process, fields, group):
        if wrong:
            refuse(process, code, instead)


def _faults(process, fields, group):
    """(code, whether it is so) of everything that the kernel looks at."""
    new = group is None
    name = php.as_text(fields.get("NAME"))
    if new or "NAME" in fields:
        yield "EMPTY_NAME", name == ""
        yield "ERROR_GROUP_NAME_EXISTS", name_taken(process, name, group)
    if "OWNER_ID" in fields:
        yield "EMPTY_OWNER_ID", php.as_text(fields["OWNER_ID"]) in ("", "0")
        yield "ERROR_NO_OWNER_ID", php.to_int(fields["OWNER_ID"]) not in process.store.users
    if "SUBJECT_ID" in fields:
        yield "ERROR_NO_SUBJECT_ID", php.to_int(fields["SUBJECT_ID"]) not in process.store.subjects
    if "SITE_ID" in fields:
        yield "ERROR_NO_SITE", any(site not in SITES for site in _listed(fields["SITE_ID"]))
    for column, allowed in (("INITIATE_PERMS", INVITERS), ("SPAM_PERMS", WRITERS)):
        if column in fields:
            yield f"EMPTY_{column}", fields[column] == ""
            yield f"ERROR_NO_{column}", fields[column] not in allowed
    if "TYPE" in fields:
        yield "WRONG_GROUP_TYPE", fields["TYPE"] not in TYPES


def name_taken(process, name, but=None):
    """Whether another group has a name; a process remembers what it looked up once. Blank names and "0" are nobody's.

    :param but: Group that may have it, or None.
    """
    trimmed = name.strip(php.BLANKS)
    if trimmed in ("", "0") or not process.switches.unique_group_names:
        return False
    if trimmed not in process.group_names:
        groups = process.store.groups.values()
        process.group_names[trimmed] = [group.id for group in groups if collated(group.name) == collated(trimmed)]
    return any(id != (but and but.id) for id in process.group_names[trimmed])


def type_of(fields, present=None):
    """The type that a group gets: the one that is sent, else by the Scrum master, else by PROJECT.

    :param present: its type before, None for a new group.
    """
    if "TYPE" in fields:
        return fields["TYPE"]
    if present == "collab":
        return present
    if "SCRUM_MASTER_ID" in fields:
        return "scrum"
    if "PROJECT" in fields or present is None:
        return "project" if fields.get("PROJECT") == "Y" else "group"
    return present


def columns(fields):
    """Attribute of a Group -> value, of the fields that are columns."""
    return {attribute: read(fields[name]) for name, (attribute, read) in COLUMNS.items() if name in fields and _usable(name, fields[name])}


def _usable(name, value):
    return not (name == "KEYWORDS" and isinstance(value, dict))


def _listed(value):
    return list(value.values()) if isinstance(value, dict) else [value]


def day(value):
    """A date or a date with a time, reduced to YYYY-MM-DD; None for everything that is none."""
    text = php.as_text(value)
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        return datetime.strptime(text[:10], "%Y-%m-%d").strftime("%Y-%m-%d")
    except ValueError:
        return None


def _yes_unless_no(value):
    return value != "N"


def _no_unless_yes(value):
    return value == "Y"


#: Name of a field -> (attribute of a Group, how it is read).
COLUMNS = {
    "NAME": ("name", php.as_text),
    "DESCRIPTION": ("description", php.as_text),
    "KEYWORDS": ("keywords", php.as_text),
    "ACTIVE": ("active", _yes_unless_no),
    "VISIBLE": ("visible", _yes_unless_no),
    "OPENED": ("opened", _no_unless_yes),
    "CLOSED": ("closed", _no_unless_yes),
    "PROJECT": ("project", _no_unless_yes),
    "PROJECT_DATE_START": ("project_start", day),
    "PROJECT_DATE_FINISH": ("project_finish", day),
    "SUBJECT_ID": ("subject", php.to_int),
    "INITIATE_PERMS": ("initiate_perms", php.as_text),
    "SPAM_PERMS": ("spam_perms", php.as_text),
    "SCRUM_MASTER_ID": ("master", php.to_int),
    "SCRUM_SPRINT_DURATION": ("sprint_duration", php.to_int),
    "SCRUM_TASK_RESPONSIBLE": ("task_responsible", php.as_text),
}

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the options of a task to desired backlogs, with IDs in place of names."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.planner import item_label, validate_list
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog import Backlog
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_plan import NAMES, DesiredBacklog
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.names import NameOptions

#: The options that describe one backlog, shared by the module for one and the module for many.
BACKLOG_SPEC = {
    "id": {"type": "int"},
    "group_id": {"type": "int"},
    "group": {"type": "str"},
    "created_by": {"type": "str"},
    "modified_by": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}

#: Other keys that rows of results contain. Items of a list may contain them too, and they are ignored, so that rows are accepted as input.
RESULT_ONLY = ("action", "changed", "error", "failed", "group_name", "msg")

#: The options of an item of a list.
ITEM_SPEC = {**BACKLOG_SPEC, **{key: {"type": "raw"} for key in RESULT_ONLY}}

#: The options that may hold names.
OPTIONS = NameOptions(users=("created_by", "modified_by"))


def describe(options, names):
    """The DesiredBacklog of options with IDs in place of names."""
    return DesiredBacklog(state=options["state"] or "present", names=names, **{name: options[name] for name in NAMES})


def resolve_backlogs(client, all_options):
    """The backlogs that a task describes.

    :param all_options: list of the options of one backlog each.
    :returns: (list of DesiredBacklog in the order of the options, position -> the Bitrix24Error of an item that must not be written).
    :raises PreconditionError: with code ``invalid_input``, before any call.
    """
    rows = OPTIONS.parse(dict(enumerate(all_options)), "backlogs")
    validate_list(Backlog(), [OPTIONS.unresolved(row, describe) for row in rows.values()])
    resolved = OPTIONS.resolve(client, rows)
    all_desired = [describe(row, resolved.names[position]) for position, row in resolved.rows.items()]
    errors = dict(resolved.errors)
    errors.update(_same_group({position: desired for position, desired in enumerate(all_desired) if position not in errors}))
    return all_desired, errors


def _same_group(all_desired):
    """The items that name one group, by its ID and by its name: position -> the PreconditionError."""
    first: dict[int, int] = {}
    errors = {}
    for position, desired in all_desired.items():
        if desired.group_id is None:
            continue
        other = first.setdefault(desired.group_id, position)
        if other != position:
            named = desired if desired.names.get("group_id") else all_desired[other]
            errors[other] = errors[position] = PreconditionError(
                "same_backlog",
                f"{item_label(other, 'backlogs')} and {item_label(position, 'backlogs')}"
                f" are both the backlog of group {named.shown('group_id')}",
                hint="Remove one of the two items.",
            )
    return errors

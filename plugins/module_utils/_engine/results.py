# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the list module returns of all items: the diff, and the failures in one message."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.planner import item_label

#: How many failed items the message of a task names; the rows name all.
MAX_LISTED_FAILURES = 3


def build_diff(items):
    """The records before and after of the items that differ, keyed by group."""
    differing = [item for item in items if item.changed]
    return {
        "before": {str(item.before.group_id): item.before.as_dict() for item in differing if item.before},
        "after": {str(item.current.group_id): item.current.as_dict() for item in differing if item.current},
    }


def summarize_failures(resource, items, stopped=None):
    """How many items failed, and the first few by name; only why, when the task was stopped as a whole.

    :param stopped: the Bitrix24Error that stopped it, or None.
    """
    if stopped:
        return stopped.message(f"Working through the {resource.plural}")
    failed = [item for item in items if item.error]
    named = [f"{item_label(item.position, resource.plural)}: {item.message}" for item in failed[:MAX_LISTED_FAILURES]]
    more = [f"And {len(failed) - MAX_LISTED_FAILURES} more."] if len(failed) > MAX_LISTED_FAILURES else []
    return " ".join([f"{len(failed)} of {len(items)} {resource.plural} failed."] + named + more)

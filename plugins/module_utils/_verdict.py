# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the portal, as it was read after the writes, holds what was asked for."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error
from ansible_collections.scrumops.bitrix24.plugins.module_utils._steps import DELETE, UPDATE


def judge(item):
    """Let an item fail, or succeed, by what was read and nothing else."""
    if item.unknown:
        return
    shortfall = _absent(item) if item.wish.state == "absent" else _present(item)
    if shortfall is None:
        item.error = None
    elif item.error is None:
        item.fail(shortfall)


def _absent(item):
    if item.now is None:
        return None
    if item.before and item.now.id != item.before.id:
        return Bitrix24Error(
            "not_deleted",
            f"the backlog was deleted, and group {item.now.group_id} already has a new one, {item.now.id}",
            status=200,
            method=DELETE,
            hint="Bitrix24 creates a Scrum's backlog when somebody opens its planning page.",
        )
    return Bitrix24Error(
        "not_deleted",
        "the portal accepted the deletion, and the backlog is still there",
        status=200,
        method=DELETE,
        hint=(
            "The portal's database refused it without a word. Run the task again; if it stays, look at the log of a self-hosted portal,"
            " or ask Bitrix24's support."
        ),
    )


def _present(item):
    if item.now is None:
        return Bitrix24Error(
            "not_stored",
            "the portal accepted the write, and there is no such backlog",
            status=200,
            method=UPDATE,
            hint="Somebody may have removed it at the same time; run the task again.",
        )
    missing = item.missing()
    if not missing:
        return None
    field = "created_by" if "created_by" in missing else next(iter(missing))
    asked, found = missing[field]
    return Bitrix24Error(
        "not_stored",
        f"{field} {asked} was asked for, and the portal still holds {found or 'nobody'}",
        status=200,
        method=UPDATE,
        hint=(
            "Bitrix24 sets created_by only when a backlog is created: drop the option, or name the real creator."
            if field == "created_by"
            else "Somebody may have changed it at the same time; run the task again."
        ),
    )

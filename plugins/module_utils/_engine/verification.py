# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the portal, as it was read after the writes, holds what was asked for."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error


def verify(item):
    """Let an item fail, or succeed, by what was read and nothing else."""
    if item.unverified:
        return
    violation = _absent(item) if item.desired.state == "absent" else _present(item)
    if violation is None:
        item.settle()
    elif item.error is None:
        item.fail(violation)


def _absent(item):
    if item.current is None:
        return None
    name = item.resource.name
    if item.before and item.current.id != item.before.id:
        return Bitrix24Error(
            "not_deleted",
            f"the {name} was deleted, but group {item.current.group_id} already has a new one, {item.current.id}",
            status=200,
            method=item.written,
            hint="Run the task again when nobody works on the planning page. Bitrix24 creates a backlog when somebody opens the page.",
        )
    return Bitrix24Error(
        "not_deleted",
        f"the portal accepted the deletion, but the {name} still exists",
        status=200,
        method=item.written,
        hint="Run the task again. If the error persists, check the portal log (self-hosted) or contact Bitrix24 support.",
    )


def _present(item):
    name = item.resource.name
    if item.current is None:
        return Bitrix24Error(
            "not_stored",
            f"the portal accepted the write, but the {name} does not exist",
            status=200,
            method=item.written,
            hint="Run the task again. Another user may have deleted it at the same time.",
        )
    unmet = item.unmet()
    if not unmet:
        return None
    fixed = [field.name for field in item.resource.fields if not field.on_update and field.name in unmet]
    field = fixed[0] if fixed else next(iter(unmet))
    _asked, current = unmet[field]
    return Bitrix24Error(
        "not_stored",
        f"{field} {item.desired.shown(field)} was not stored, the portal has {'nobody' if current is None else current}",
        status=200,
        method=item.written,
        hint=(
            "Remove the option, or set it to the stored value. Bitrix24 stores it only at creation."
            if fixed
            else "Run the task again. Another user may have changed the value at the same time."
        ),
    )

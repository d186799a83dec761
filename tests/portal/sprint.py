# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""tasks.api.scrum.sprint.*"""

from __future__ import annotations

from datetime import datetime, timezone

from .controller import Action, Controller
from .store import RestError


def get(process, id):
    """A sprint, or a backlog: the server does not look at the kind."""
    if id == 0:
        raise RestError("Sprint id not found")
    row = process.store.entities.get(id)
    if row is None:
        raise RestError("Sprint not found")
    process.check_access(row.group_id)
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    shown = {
        "id": row.id,
        "groupId": row.group_id,
        "entityType": row.kind,
        "name": "",
        "goal": "",
        "sort": 0,
        "createdBy": row.created_by,
        "modifiedBy": row.modified_by,
        "dateStart": now,
        "dateEnd": now,
        "status": "",
    }
    if process.switches.sprint_get == "no_entity_type":
        del shown["entityType"]
    return shown


CONTROLLER = Controller(
    "tasks.api.scrum.sprint.",
    "Bitrix\\Tasks\\Rest\\Controllers\\Scrum\\Sprint",
    {"get": Action(get, {"id": "int"}, read=True)},
)

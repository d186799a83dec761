# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told of a write that was taken, and that no reading showed."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._backlog import Wish
from ansible_collections.scrumops.bitrix24.plugins.module_utils._reconcile import Reconciler

from .scripted import error, result, scripted

DENIED = error(0, "Access denied")
NONE = error(0, "Backlog not found")
FOUND = {"id": 1, "groupId": 10, "createdBy": 6, "modifiedBy": 7}


def test_a_move_to_where_nobody_can_look():
    """It was stored for all that is known: nobody is told that nothing changed."""
    entity = result(dict(FOUND, entityType="backlog"))
    unscoped = error("insufficient_scope", status=401)
    client, script, _clock, _sign_in = scripted(NONE, entity, unscoped, result(FOUND), DENIED, DENIED)
    items, _refusal = Reconciler(client, False, str).run([Wish(id=1, group_id=20)])
    script.finished()
    assert (items[0].changed, items[0].action, items[0].error.description) == (True, "move", "Access denied")

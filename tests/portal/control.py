# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The portal's knobs over HTTP, for tests and demos in other processes."""

from __future__ import annotations

import json


def answer(portal, verb, what, body):
    """(status, body) of a request to /control/."""
    knob = KNOBS.get((verb, what))
    if knob is None:
        return 404, json.dumps({"knobs": [" ".join(name) for name in KNOBS]}).encode()
    try:
        given = json.loads(body) if body else {}
        return 200, json.dumps(knob(portal, **given) or {}).encode()
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        return 400, json.dumps({"error": str(error)}).encode()


def _state(portal):
    return {
        "rows": portal.rows,
        "writes": portal.writes,
        "trespasses": list(portal.engine.log.trespasses),
        "requests": [{"method": r.method, "commands": r.commands, "status": r.status} for r in portal.requests],
    }


def _read_only(portal, on):
    portal.engine.read_only = on


def _group(portal, id, backlog=None, **options):
    group = portal.group(id, **options)
    if backlog is not None:
        group.backlog(**backlog)


def _user(portal, ids):
    portal.user(*ids)


KNOBS = {
    ("GET", "state"): _state,
    ("POST", "reset"): lambda portal: portal.reset(),
    ("POST", "clear-log"): lambda portal: portal.clear_log(),
    ("POST", "read-only"): _read_only,
    ("POST", "group"): _group,
    ("POST", "user"): _user,
    ("POST", "edit"): lambda portal, **columns: portal.edit(**columns),
    ("POST", "remove"): lambda portal, id: portal.remove(id),
    ("POST", "planning-page"): lambda portal, group_id: portal.open_planning_page(group_id),
    ("POST", "switch"): lambda portal, **settings: portal.set_behavior(**settings),
    ("POST", "fault"): lambda portal, **fault: portal.fault(**fault),
    ("POST", "limits"): lambda portal, **limits: portal.limits(**limits),
}

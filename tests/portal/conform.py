# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recorded cases against the portal: the requests as recorded, the answers and stored rows compared."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

from .portal import Portal
from .store import Entity


class Unreadable(Exception):
    """The file holds no recorded cases."""


def conform(path):
    """Replay a file of recorded cases.

    :returns: (number of cases, mismatches as lines of text).
    :raises Unreadable: when there are none in it.
    """
    try:
        with open(path, encoding="utf-8") as file:
            cases = json.load(file)["cases"]
        names = [case["name"] for case in cases]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"{path} holds no recorded cases: {error}") from None
    if not names:
        raise Unreadable(f"{path} holds no recorded cases")
    with Portal() as portal:
        connection = http.client.HTTPConnection(urlsplit(portal.portal_url).netloc)
        mismatches = []
        for case in cases:
            mismatches += _replay(portal, connection, case)
        connection.close()
    return len(cases), mismatches


def _replay(portal, connection, case):
    _arrange(portal, case["state"])
    for number, step in enumerate(case["steps"], start=1):
        found = dict(zip(("status", "answer"), _ask(portal, connection, step["request"])))
        found["rows"] = [list(row) for row in portal.rows]
        expected = {"status": step["status"], "answer": _plain(step["answer"]), "rows": sorted(step["rows"])}
        for what, value in expected.items():
            if not _same(found[what], value):
                yield f"{case['name']}, step {number}, {what}: expected {_short(value)}, got {_short(found[what])}"


def _arrange(portal, state):
    portal.reset()
    portal.engine.store.webhooks[0].scopes = ("task",)
    portal.user(*state["users"])
    for id, members in state["groups"].items():
        portal.group(int(id), members=members)
    for id, group_id, kind, created_by, modified_by, items in state["entities"]:
        portal.engine.store.entities[id] = Entity(id, group_id, kind, created_by, modified_by, items)
    portal.engine.store.next_id = state["next_id"]


def _ask(portal, connection, request):
    path = urlsplit(portal.webhook_url).path + request["method"]
    if request.get("query"):
        path += "?" + request["query"]
    headers = {"Content-Type": request["content_type"]} if request.get("content_type") else {}
    body = request.get("body")
    connection.request(request["verb"], path, body.encode("utf-8") if body is not None else None, headers)
    response = connection.getresponse()
    return response.status, _reduced(json.loads(response.read()))


def _reduced(answer):
    """The answer as cases are recorded: codes as text, no times but their keys, dates as DATE."""
    return _plain({name: value for name, value in answer.items() if name != "time"})


def _plain(value):
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    plain = {}
    for name, item in value.items():
        if name == "error" and isinstance(item, (int, str)):
            item = str(item)
        elif name in ("dateStart", "dateEnd"):
            item = "DATE"
        elif name == "result_time":
            item = _keys(item)
        plain[name] = _plain(item)
    return plain


def _keys(times):
    """The keys of a map of times, or of what was recorded of one."""
    if isinstance(times, list) and not all(isinstance(key, str) for key in times):
        return sorted(str(place) for place in range(len(times)))
    return sorted(times)


def _same(found, expected):
    """Equality that tells 1 from True and 1 from 1.0; the order of a map's keys does not count."""
    return json.dumps(found, sort_keys=True) == json.dumps(expected, sort_keys=True)


def _short(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 600 else text[:600] + "..."

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recorded cases against the portal: the requests as recorded, the answers and stored rows compared."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from . import recorded
from .portal import Portal

FAMILY = "tasks.api.scrum."


class Unreadable(Exception):
    """The file holds no recorded cases."""


@dataclass
class Mismatch:
    """A place where the portal is not as recorded.

    :ivar case: name of the case.
    :ivar method: method that the case is about, or batch.
    """

    case: str
    method: str
    text: str

    def __str__(self):
        return f"{self.case}, {self.text}"


@dataclass
class Report:
    """What came of a replay.

    :ivar cases: method -> number of its cases.
    """

    cases: Counter = field(default_factory=Counter)
    mismatches: list = field(default_factory=list)


def conform(path):
    """Replay a file of recorded cases, of either form.

    :returns: a Report.
    :raises Unreadable: when there are none in it.
    """
    cases = _cases(path)
    report = Report()
    with Portal() as portal:
        connection = http.client.HTTPConnection(urlsplit(portal.portal_url).netloc)
        for case in cases:
            method = case.get("method") or case["steps"][0]["request"]["method"].removeprefix(FAMILY)
            report.cases[method] += 1
            report.mismatches += (Mismatch(case["name"], method, text) for text in _replay(portal, connection, case))
        connection.close()
    return report


def _cases(path):
    try:
        with open(path, encoding="utf-8") as file:
            cases = json.load(file)["cases"]
        found = [(case["name"], case["state"]["users"], case["steps"][0]["request"]["method"]) for case in cases]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise Unreadable(f"{path} holds no recorded cases: {error}") from None
    if not found:
        raise Unreadable(f"{path} holds no recorded cases")
    return cases


def _replay(portal, connection, case):
    recorded.arrange(portal, case["state"])
    rows = recorded.expected_rows(case["state"], case["steps"])
    for number, step in enumerate(case["steps"], start=1):
        found = dict(zip(("status", "answer"), _ask(portal, connection, step["request"])))
        found["rows"] = recorded.held(portal, case["state"])
        expected = {"status": step["status"], "answer": recorded.reduced(step["answer"]), "rows": rows[number - 1]}
        for what, value in expected.items():
            if not recorded.same(found[what], value):
                got, wanted = recorded.difference(found[what], value)
                yield f"step {number}, {what}: expected {recorded.short(wanted)}, got {recorded.short(got)}"


def _ask(portal, connection, request):
    path = urlsplit(portal.webhook_url).path + request["method"]
    if request.get("query"):
        path += "?" + request["query"]
    headers = {"Content-Type": request["content_type"]} if request.get("content_type") else {}
    body = request.get("body")
    connection.request(request["verb"], path, body.encode("utf-8") if body is not None else None, headers)
    response = connection.getresponse()
    return response.status, recorded.reduced(json.loads(response.read()))

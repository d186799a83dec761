# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong on the way: a script of faults, each for the next requests that call a method."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field

PAGE = "<html><head><title>{status}</title></head><body><h1>{status} Portal</h1>{path}</body></html>"


@dataclass
class Fault:
    """One line of the script.

    :ivar kind: reset, slow, html, empty, truncated, not_utf8, json, error, redirect or raw; command for one command of a batch;
        leave answers, and stops listening; meet lets callers wait for each other.
    :ivar method: REST method that it waits for, also inside a batch; None for any.
    :ivar times: how many requests it hits.
    :ivar skip: how many it lets pass first.
    :ivar executed: whether the call is carried out all the same, before its answer is lost.
    """

    kind: str
    method: str | None = None
    times: int = 1
    skip: int = 0
    executed: bool = False
    detail: dict = field(default_factory=dict)


class Script:
    """The faults that are still to come."""

    def __init__(self):
        self._lock = threading.Lock()
        self._faults = []

    def add(self, fault):
        """One more."""
        with self._lock:
            self._faults.append(fault)

    def clear(self):
        """None any more."""
        with self._lock:
            self._faults.clear()

    def take(self, methods, for_command=False):
        """The fault that hits a request of these methods, or None."""
        with self._lock:
            for fault in self._faults:
                if (fault.kind == "command") is not for_command or fault.times <= 0:
                    continue
                if fault.method and fault.method.lower() not in [method.lower() for method in methods]:
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                return fault
        return None


def answer(fault, genuine, path):
    """(status, headers, body, length or None) of a fault that answers.

    :param genuine: body of the real answer, for those that spoil it.
    :param path: path of the request; pages on the way like to show it.
    """
    detail = fault.detail
    status = detail.get("status", 200)
    kinds = {
        "html": lambda: (status, {"Content-Type": "text/html"}, PAGE.format(status=status, path=path).encode(), None),
        "empty": lambda: (status, {}, b"", None),
        "truncated": lambda: (200, {"Content-Type": "application/json"}, genuine[: len(genuine) // 2], len(genuine)),
        "cut": lambda: (200, {"Content-Type": "application/json"}, genuine[: len(genuine) // 2], None),
        "not_utf8": lambda: (200, {"Content-Type": "application/json"}, b'{"result": "\xff\xfe"}', None),
        "json": lambda: (status, {"Content-Type": "application/json"}, json.dumps(detail["value"]).encode(), None),
        "error": lambda: (
            status,
            dict({"Content-Type": "application/json"}, **detail.get("headers", {})),
            json.dumps({"error": detail["code"], "error_description": detail.get("description", "")}).encode(),
            None,
        ),
        "redirect": lambda: (detail.get("status", 302), {"Location": detail["location"]}, b"", None),
        "raw": lambda: (status, detail.get("headers", {}), detail.get("body", b""), None),
    }
    return kinds[fault.kind]()

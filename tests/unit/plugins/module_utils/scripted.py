# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A portal that answers by a script, and a clock that does not run by itself."""

from __future__ import annotations

import json

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.client import Client
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import read_method, write_method
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.retry import WaitBudget
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.transport import Response

GET = read_method("tasks.api.scrum.backlog.get")
ADD = write_method("tasks.api.scrum.backlog.add")
UPDATE = write_method("tasks.api.scrum.backlog.update", retry_safe=True)
DELETE = write_method("tasks.api.scrum.backlog.delete")


def json_response(content, status=200, retry_after=None):
    """An answer that holds JSON."""
    return Response(status, "application/json", json.dumps(content).encode(), retry_after)


def html_response(status):
    """An answer that holds a page."""
    return Response(status, "text/html", b"<h1>Bad</h1>")


def result(value, **time):
    """A successful answer."""
    return json_response({"result": value, "time": time})


def error(code, description="", status=400, retry_after=None):
    """A failed answer."""
    return json_response({"error": code, "error_description": description}, status, retry_after)


def batch(results=(), errors=(), times=()):
    """The answer of a batch; empty maps are lists, as PHP writes them."""
    maps = {"result": results or [], "result_error": errors or [], "result_time": times or [], "result_total": [], "result_next": []}
    return result(maps)


def no_response(code="connection_broken"):
    """No answer at all."""
    return ResponseError(code, "it broke", uncertain=code != "connection_refused")


class Clock:
    """Time passes only in sleep."""

    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def monotonic(self):
        """Seconds."""
        return self.now

    def sleep(self, seconds):
        """Let time pass."""
        assert seconds > 0
        self.slept.append(seconds)
        self.now += seconds


class FakeAuth:
    """Signs in with a token that can be renewed."""

    def __init__(self, can_refresh=False):
        self.can_refresh = can_refresh
        self.renewals = 0

    def sign(self, method, params):
        """Path and payload."""
        return "/" + method, dict(params, token=self.renewals)

    def refresh(self):
        """The next token."""
        self.renewals += 1
        return True


class FakeTransport:
    """A transport that plays back: one call more than scripted fails, and so does one fewer, see finished()."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.calls = []

    def post(self, path, payload, method):
        """The next answer."""
        assert self.answers, f"one call more than scripted: {method}"
        self.calls.append((path.rpartition("/")[2], payload))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            answer.method = method
            raise answer
        return answer

    def finished(self):
        """Nothing of the script is left."""
        assert not self.answers, f"fewer calls than scripted: {len(self.answers)} left"


def make_client(*answers, max_wait=300, check_mode=False, can_refresh=False, redact=str):
    """(client, script, clock, sign-in) of a portal that answers by a script."""
    script, clock, auth = FakeTransport(*answers), Clock(), FakeAuth(can_refresh)
    budget = WaitBudget(max_wait, clock, random_fraction=lambda: 0.5)
    return Client(script, auth, budget, check_mode, redact), script, clock, auth

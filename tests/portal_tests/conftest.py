# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lets the tests of the portal import and call it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import requests

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


@pytest.fixture
def call(portal):
    """Calls of the portal's default webhook: (status, the result or the text of the error)."""
    with requests.Session() as session:
        session.trust_env = False

        def ask(method, **params):
            answer = session.post(portal.webhook_url + method, json=params, timeout=10)
            body = answer.json()
            return answer.status_code, body["result"] if "result" in body else body["error_description"]

        yield ask


@pytest.fixture
def batch(call):
    """Commands in one batch: the result, or the text of the error, of each."""

    def run(*commands):
        answer = call("batch", cmd={f"c{number}": command for number, command in enumerate(commands)})[1]
        errors = {name: error["error_description"] for name, error in dict(answer["result_error"] or {}).items()}
        results = dict(answer["result"] or {})
        return [errors[name] if name in errors else results[name] for name in (f"c{number}" for number in range(len(commands)))]

    return run

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A portal over HTTPS with a CA of its own, and the engine that is to reach it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from portal import Portal
from support.runner import AnsibleRunner


@pytest.fixture
def portal():
    """A portal that nobody else uses."""
    with Portal(tls=True) as started:
        yield started


@pytest.fixture
def runner(portal, tmp_path):
    """The engine, with the portal's webhook in its environment."""
    made = AnsibleRunner(tmp_path, [portal.secret])
    plain = made.environment
    connection = {"BITRIX24_WEBHOOK_URL": portal.webhook_url, "BITRIX24_CA_PATH": portal.ca_path, "BITRIX24_MAX_WAIT": "0"}
    made.environment = lambda **more: plain(**{**connection, **more})
    return made


@pytest.fixture
def teams(portal):
    """Called with a count, makes as many teams with a backlog each, whose ids are those of their groups; returns the portal."""

    def made(count):
        portal.user(9)
        for number in range(1, count + 1):
            portal.group(number).backlog(id=number, created_by=6, modified_by=7)
        return portal

    return made

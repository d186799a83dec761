# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of tests that run modules in this process."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Nothing of the user's own settings."""
    for name in list(os.environ):
        if name.startswith("BITRIX24_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A portal over HTTPS, and the collection to be imported."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))
runpy.run_path(str(TESTS / "unit" / "conftest.py"))

from portal import Portal
from support import fixtures

environment = fixtures.environment


@pytest.fixture(scope="module")
def listening():
    """A portal for all tests of a module."""
    with Portal(tls=True) as started:
        yield started


@pytest.fixture
def portal(listening):
    """That portal, as new."""
    listening.start()
    listening.reset()
    return listening

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection to be imported, whatever the user's own settings are."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))
runpy.run_path(str(TESTS / "unit" / "conftest.py"))

from support import fixtures

environment = fixtures.environment

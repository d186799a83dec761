# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the collection importable, and says how long to look.

By itself the same examples are tried every time. BITRIX24_TEST_EXAMPLES=5000 tries as many others, at random.
"""

from __future__ import annotations

import os
import runpy
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

runpy.run_path(str(Path(__file__).resolve().parents[1] / "unit" / "conftest.py"))

os.environ["NO_PROXY"] = "*"  # the servers of these tests are on this machine
set_hypothesis_home_dir(tempfile.gettempdir())  # the checkout stays clean

EXAMPLES = int(os.environ.get("BITRIX24_TEST_EXAMPLES") or 0)

settings.register_profile(
    "project",
    max_examples=EXAMPLES or 150,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
settings.load_profile("project")

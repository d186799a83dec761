# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make demo` as README and Makefile promise it."""

from __future__ import annotations

import re
import subprocess
import sys

from workspace import ROOT


def test_demo_predicts_applies_and_converges():
    """It predicts without writing, writes what was predicted, and finds nothing left to do."""
    done = subprocess.run([sys.executable, "tools/demo.py"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert [int(writes) for writes in re.findall(r"writes: (\d+)", done.stdout)] == [0, 2, 0]
    assert [int(changed) for changed in re.findall(r"changed=(\d+)", done.stdout)] == [2, 2, 0]
    assert done.stdout.count("no backlog") == 2

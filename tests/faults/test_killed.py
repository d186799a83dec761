# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A renewal that is killed, wherever that happens: the token file holds a whole pair, and the next renewal is not hindered."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path


def test_token_refresh_killed_at_any_line_keeps_a_whole_pair(tmp_path):
    """The old pair or the new one, for the owner only, and nothing left in the end that holds a token."""
    program = Path(__file__).with_name("killed.py")
    done = subprocess.run([sys.executable, str(program), str(tmp_path)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    pairs, killed, whole = (report["old"], report["new"]), report["seen"][:-1], report["seen"][-1]
    assert len(killed) > 100
    assert [seen["holds"] for seen in killed].count(report["new"]) > 0
    for seen in killed:
        assert seen["ended"] == -signal.SIGKILL, seen
        assert seen["holds"] in pairs, seen
        assert set(seen["modes"]) <= {"tokens.json", "tokens.json.lock", "tokens.json.new"}, seen
        for name, mode in seen["modes"].items():
            assert mode == 0o600 or (name == "tokens.json" and seen["holds"] == report["old"]), seen
    for seen in report["seen"]:
        assert (seen["next"], seen["then"]) == (0, report["new"]), seen
        assert seen["left"] == ["tokens.json", "tokens.json.lock"], seen
    assert (whole["ended"], whole["holds"]) == (0, report["new"])

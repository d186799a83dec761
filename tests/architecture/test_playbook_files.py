# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of roles and playbooks: each one is used."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_task_files_and_templates_are_used():
    """Another file of the roles and playbooks names each of them; Ansible itself takes main.yml."""
    texts = {path: path.read_text(encoding="utf-8") for top in ("roles", "playbooks") for path in (ROOT / top).rglob("*") if path.is_file()}
    parts = [path for path in texts if path.parent.name in ("tasks", "templates") and path.name != "main.yml"]
    assert len(parts) > 10
    unused = [
        path.relative_to(ROOT)
        for path in parts
        if not any(re.search(rf"(?<![\w-]){re.escape(path.name)}\b", text) for other, text in texts.items() if other != path)
    ]
    assert unused == []

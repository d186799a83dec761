# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which folder may import which: docs/architecture.md says it, and the code keeps to it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from layers import COLLECTION, ONLY_IN, PLUGINS, ROOT, USES, UTILS, imported, sources, unused, violations


def test_layers_match_the_page():
    """Folders, their uses, and libraries; the exceptions are exactly those that the code still needs."""
    assert len(sources()) > 25
    assert set(violations(sources())) == set()
    assert unused() == []


def test_layers_use_only_layers_above_them():
    """One direction: the order of the table."""
    order = list(USES)
    for folder, uses in USES.items():
        assert [used for used in uses if order.index(used) >= order.index(folder)] == []


def test_libraries_of_the_page_are_used_where_it_says():
    """A line that is no longer needed goes."""
    roots = {file: {name.split(".")[0] for name in imported(text)} for file, text in sources().items()}
    for library, files in ONLY_IN.items():
        assert sorted(file for file, found in roots.items() if library in found) == sorted(files), library


@pytest.mark.parametrize(
    "file, line",
    [
        ("_rest/client", f"from {UTILS}_resources.backlog import Record"),
        ("_rest/client", f"from {UTILS}_resources import backlog"),
        ("_rest/client", f"import {UTILS}_resources.backlog"),
        ("_rest/client", f"from {UTILS}_engine.item import Item"),
        ("_auth/auth", f"from {UTILS}_rest.client import Client"),
        ("_auth/redaction", f"from {UTILS}_rest import envelope"),
        ("_errors", f"from {UTILS}_resources.backlog_plan import FIELDS"),
        ("_engine/verification", f"def late():\n    from {UTILS}_auth.webhook import Webhook"),
        ("_engine/verification", f"from {UTILS}_resources.backlog_plan import FIELDS"),
        ("_engine/results", "import requests"),
        ("_engine/write_step", "from . import planner"),
        ("_engine/reconciler", "from ansible.module_utils.basic import AnsibleModule"),
        ("_engine/executor", "def end(module):\n    module.fail_json(msg='no')"),
        ("_resources/backlog_reads", "import subprocess"),
        ("_resources/backlog_info", "def ask(module):\n    return module.params"),
        ("_auth/webhook", "import urllib.request"),
        ("_auth/webhook", "from urllib import request"),
        ("_rest/envelope", f"from {UTILS}_rest.client import Client"),
        ("modules/bitrix24_scrum_backlog", f"from {UTILS}_rest.client import Client"),
        ("modules/bitrix24_scrum_backlog", "import requests"),
        ("modules/bitrix24_scrum_backlog_info", "def end(module):\n    module.exit_json()"),
        ("_new_folder/new", "X = 1"),
        ("_new", "X = 1"),
    ],
)
def test_layers_with_planted_shortcut_report_it(file, line):
    """Each of these is a violation beyond the known exceptions."""
    files = sources()
    files[file] = f"{files.get(file, '')}\n{line}\n"
    assert [sentence for sentence in set(violations(files)) if file in sentence]


def _imports(folder):
    return {(str(path.relative_to(ROOT)), name) for path in (ROOT / folder).rglob("*.py") for name in imported(path.read_text("utf-8"))}


def test_portal_and_collection_share_no_code():
    """One misunderstanding cannot hide in both."""
    portal, plugins = _imports("tests/portal"), _imports("plugins")
    assert portal
    assert plugins
    assert {found for found in portal if found[1].split(".")[0] in ("ansible", "plugins", COLLECTION.split(".", maxsplit=1)[0])} == set()
    assert {found for found in plugins if found[1].split(".")[0] in ("tests", "portal", "support")} == set()
    files = {UTILS + file.replace("/", ".") for file in sources() if not file.startswith("modules/")}
    assert {name for _file, name in plugins if name.startswith(PLUGINS)} <= files

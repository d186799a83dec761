# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may import whom: docs/architecture.md says it, and the code keeps to it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from rooms import COLLECTION, ONLY_IN, ROOM_OF, ROOMS, ROOT, USES, UTILS, complaints, imported, sources, unused


def test_the_house_is_as_the_page_shows_it():
    """Its files, the rooms that each room uses, and who reaches outside."""
    assert complaints(sources()) == []
    assert unused() == []
    assert set(USES) == set(ROOMS)


def test_a_room_uses_only_rooms_below_it():
    """One direction: the order of the table."""
    order = list(ROOMS)
    for room, uses in USES.items():
        assert [used for used in uses if order.index(used) <= order.index(room)] == []


def test_every_library_of_the_page_is_used_where_it_says():
    """A line that is no longer needed goes."""
    roots = {file: {name.split(".")[0] for name in imported(text)} for file, text in sources().items()}
    for library, files in ONLY_IN.items():
        assert sorted(file for file, found in roots.items() if library in found) == sorted(files), library


@pytest.mark.parametrize(
    "file, line",
    [
        ("_client", f"from {UTILS}_backlog import Record"),
        ("_client", f"from {UTILS[:-1]} import _backlog"),
        ("_client", f"import {UTILS}_backlog"),
        ("_backlog", f"from {UTILS}_client import Client"),
        ("_list_plan", f"from {UTILS}_transport import Transport"),
        ("_outcome", "import requests"),
        ("_outcome", f"def late():\n    from {UTILS}_network import no_answer"),
        ("_verdict", f"from {UTILS}_client import Reply"),
        ("_reconcile", "from ansible.module_utils.basic import AnsibleModule"),
        ("_errors", f"from {UTILS}_backlog import FIELDS"),
        ("_reading", "import subprocess"),
        ("_webhook", "import urllib.request"),
        ("_webhook", "from urllib import request"),
        ("_steps", "from . import _client"),
        ("_redaction", f"from {UTILS}_errors import Refused"),
        ("_writing", "def end(module):\n    module.fail_json(msg='no')"),
        ("_survey", "def ask(module):\n    return module.params"),
        ("bitrix24_scrum_backlog", f"from {UTILS}_client import Client"),
        ("bitrix24_scrum_backlog", "import requests"),
        ("bitrix24_scrum_backlog_info", "def end(module):\n    module.exit_json()"),
        ("_waiting", f"from {UTILS}_envelope import decoded\nfrom {UTILS}_waiting import Patience"),
        ("_new_room", "X = 1"),
    ],
)
def test_a_shortcut_is_found(file, line):
    """Each of these, planted, is complained of."""
    house = sources()
    house[file] = f"{house.get(file, '')}\n{line}\n"
    assert [sentence for sentence in complaints(house) if file in sentence]


def test_a_file_that_went_is_found():
    """The page may not name what is no longer there."""
    house = sources()
    del house["_hints"]
    assert any("_hints" in sentence for sentence in complaints(house))


def _imports(folder):
    return {(str(path.relative_to(ROOT)), name) for path in (ROOT / folder).rglob("*.py") for name in imported(path.read_text("utf-8"))}


def test_the_test_portal_and_the_collection_share_nothing():
    """One misunderstanding cannot hide in both."""
    portal, plugins = _imports("tests/portal"), _imports("plugins")
    assert portal
    assert plugins
    assert {found for found in portal if found[1].split(".")[0] in ("ansible", "plugins", COLLECTION.split(".", maxsplit=1)[0])} == set()
    assert {found for found in plugins if found[1].split(".")[0] in ("tests", "portal", "support")} == set()
    assert {name for _file, name in plugins if name.startswith(COLLECTION)} <= {UTILS + file for file in ROOM_OF}

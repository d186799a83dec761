# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that cannot be meant: the item of a list that is wrong, an old Python, words that a secret may be."""

from __future__ import annotations

import ast
import importlib
import json
import sys
from pathlib import Path

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils import _module

PLUGINS = "ansible_collections.scrumops.bitrix24.plugins.modules."
HOOK = "https://portal.example/rest/1/s3cr3tZ9k1QwPx/"
GOOD = {"group_id": 1}
MANY = "bitrix24_scrum_backlogs"


@pytest.fixture
def fail(monkeypatch, capsys):
    """Called with a module's name and its options; returns what it failed with."""

    def run(name, **options):
        basic = importlib.import_module("ansible.module_utils.basic")
        arguments = json.dumps({"ANSIBLE_MODULE_ARGS": {"webhook_url": HOOK, **options}}).encode()
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", arguments, raising=False)
        monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        with pytest.raises(SystemExit):
            importlib.import_module(PLUGINS + name).main()
        said = json.loads(capsys.readouterr().out)
        assert said["failed"]
        return said

    return run


WRONG = {
    "a word": {"id": "x"},
    "a fraction": {"group_id": 12.5},
    "a list": {"modified_by": [1]},
    "an unknown state": {"group_id": 1, "state": "gone"},
    "an unknown option": {"group_id": 1, "owner": 5},
    "no number": {"group_id": float("nan")},
    "no item": 7,
    "a text": "x",
    "a list in place of an item": [1],
    "nothing": None,
}


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("position", [0, 1, 3])
def test_item_of_a_list_that_is_wrong_is_named_by_its_position(fail, what, position):
    """As people count, and as the list is indexed."""
    items = [GOOD] * 4
    items[position] = WRONG[what]
    assert f"tem {position + 1} (backlogs[{position}])" in fail(MANY, backlogs=items)["msg"]


def test_group_that_is_no_number_is_named_by_its_position(fail):
    """In a list of plain values too."""
    assert "Item 2 (group_ids[1])" in fail("bitrix24_scrum_backlog_info", group_ids=[1, "x"])["msg"]


@pytest.mark.parametrize("group", [0, -1, None])
def test_group_that_no_portal_can_have_is_named_by_its_position(fail, group):
    """Before any call."""
    assert "tem 2 (group_ids[1])" in fail("bitrix24_scrum_backlog_info", group_ids=[1, group])["msg"]


@pytest.mark.parametrize(
    ("item", "reason"),
    [({"owner": 5}, "unsupported option backlogs.owner"), (None, "it is empty"), ([1], "it is a list, and a dictionary is needed")],
)
def test_item_of_a_list_that_is_wrong_is_told_why(fail, item, reason):
    """In words that can be understood without the engine's code."""
    assert f"Item 2 (backlogs[1]): {reason}" in fail(MANY, backlogs=[GOOD, item])["msg"]


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), 1e400])
def test_number_without_an_end_is_named_by_its_position(fail, number):
    """The engine itself stumbles over it."""
    assert "Item 2 (backlogs[1])" in fail(MANY, backlogs=[GOOD, {"id": number}])["msg"]


def test_option_beside_a_good_list_keeps_the_engines_words(fail):
    """No item is to blame."""
    assert "Item" not in fail(MANY, backlogs=[GOOD], timeout="soon")["msg"]


@pytest.mark.parametrize("option", ["timeout", "max_wait"])
@pytest.mark.parametrize("number", [1e30, float("inf"), float("nan"), -1, 1e400])
def test_seconds_that_cannot_be_waited_are_refused(fail, option, number):
    """Before anything is sent."""
    said = fail(MANY, backlogs=[GOOD], **{option: number})
    assert said["error"]["code"] == "invalid_connection"
    assert option in said["msg"]


@pytest.mark.parametrize("name", [MANY, "bitrix24_scrum_backlog", "bitrix24_scrum_backlog_info"])
def test_old_python_is_named_with_what_is_needed(fail, monkeypatch, name):
    """The engine runs modules on older ones."""
    monkeypatch.setattr(sys, "version_info", (3, 8, 18, "final", 0))
    said = fail(name, **({"backlogs": [GOOD]} if name == MANY else {"id": 1} if name == "bitrix24_scrum_backlog" else {}))
    assert "need Python 3.9 or newer" in said["msg"]
    assert sys.executable in said["msg"]


@pytest.mark.parametrize("path", sorted(Path(_module.__file__).parent.parent.rglob("*.py")), ids=lambda path: path.name)
def test_old_python_can_read_the_file(path):
    """Else it stops with a syntax error before it can say what is needed."""
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("word", ["portal", "secret", "refresh", "https://", "needs"])
@pytest.mark.parametrize("option", ["access_token", "refresh_token", "client_secret"])
def test_secret_that_is_a_word_blanks_out_nothing_that_the_collection_says(fail, word, option):
    """Neither by the engine's own redaction nor by ours."""
    said = fail(MANY, webhook_url="", backlogs=[GOOD], **{option: word})
    assert "********" not in said["msg"]
    assert "OAuth needs portal_url, such as https://example.bitrix24.com" in said["msg"]


def test_address_without_a_secret_blanks_out_nothing_that_the_collection_says(fail):
    """The form that it should have is shown whole."""
    said = fail(MANY, webhook_url="https://example.bitrix24.com", backlogs=[GOOD])
    assert "https://HOST/rest/USER/SECRET/" in said["msg"]

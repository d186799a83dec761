# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON Schema of a file of backlogs says what the modules' argument spec says, and refuses what the modules refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

ROOT = Path(__file__).resolve().parents[2]

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.resource import MAX_ID
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_options import ITEM_SPEC, OPTIONS
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.names import parse_user

SCHEMA = json.loads((ROOT / "docs" / "backlogs.schema.json").read_text(encoding="utf-8"))
LIST = SCHEMA["properties"]["scrum_backlogs_list"]
SPEC = yaml.safe_load((ROOT / "roles" / "scrum_backlogs" / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
OPTION = SPEC["argument_specs"]["main"]["options"]["scrum_backlogs_list"]
KINDS = {
    "int": {"type": "integer", "minimum": 1, "maximum": MAX_ID},
    "str": {"type": "string"},
    "list": {"type": "array"},
    "dict": {"type": "object"},
    "raw": {},
}
NAME = {"type": "string", "pattern": r"\S"}
USER = {**KINDS["int"], "type": ["integer", "string"], "pattern": r"^\s*([1-9][0-9]*|\S*@\S*)\s*$"}


def test_schema_fields_match_argument_spec():
    """Types, bounds, choices, defaults, and the words that an editor shows."""
    assert set(LIST["items"]["properties"]) == set(ITEM_SPEC)
    for name, option in ITEM_SPEC.items():
        kind = USER if name in OPTIONS.users else NAME if name == "group" else KINDS[option["type"]]
        wanted = {"description": LIST["items"]["properties"][name]["description"], **kind}
        wanted.update({"enum": option["choices"]} if "choices" in option else {})
        wanted.update({"default": option["default"]} if "default" in option else {})
        assert LIST["items"]["properties"][name] == wanted
    assert (LIST["type"], LIST["description"]) == (KINDS[OPTION["type"]]["type"], OPTION["description"])
    assert LIST["items"]["type"] == "object"  # the role leaves the items to the module, which names positions


def test_schema_is_valid_draft_7():
    """Of the draft that editors know best."""
    Draft7Validator.check_schema(SCHEMA)
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert SCHEMA["$id"].startswith(galaxy["repository"].replace("github.com", "raw.githubusercontent.com"))


@pytest.mark.parametrize(
    ("item", "good"),
    [
        ({"group_id": 125}, True),
        ({"id": 4}, True),
        ({"id": 4, "group_id": 125, "created_by": 6, "modified_by": MAX_ID, "state": "present"}, True),
        ({"group_id": 125, "state": "absent"}, True),
        ({"group_id": 125, "group_name": "Mobile", "action": "none", "changed": False, "failed": False, "msg": "", "error": None}, True),
        ({"group": "Mobile"}, True),
        ({"group": "Mobile", "created_by": "anna@example.com", "modified_by": "7"}, True),
        ({"id": 4, "group": "Mobile"}, True),
        ({"group_id": 125, "group": "Mobile"}, False),
        ({"group": ""}, False),
        ({"group": " "}, False),
        ({"group": 125, "id": None}, False),
        ({}, False),
        ({"modified_by": 7}, False),
        ({"group_id": 0}, False),
        ({"group_id": -1}, False),
        ({"group_id": MAX_ID + 1}, False),
        ({"group_id": 1.5}, False),
        ({"group_id": True}, False),
        ({"group_id": None}, False),
        ({"group_id": 125, "state": "gone"}, False),
        ({"group_id": 125, "name": "Mobile"}, False),
        ("125", False),
    ],
    ids=str,
)
def test_schema_accepts_only_what_modules_accept(item, good):
    """As the modules do."""
    assert Draft7Validator(SCHEMA).is_valid({"scrum_backlogs_list": [item]}) is good


@pytest.mark.parametrize(
    "user",
    [1, 7, "7", " 7 ", MAX_ID, "a@example.com", " a@example.com ", 0, -1, 1.5, True, "0", "x", "", "a b@example.com", MAX_ID + 1],
    ids=repr,
)
def test_schema_accepts_only_users_that_modules_accept(user):
    """An ID or an e-mail address."""
    try:
        parse_user("created_by", user)
        good = True
    except PreconditionError:
        good = False
    assert Draft7Validator(SCHEMA).is_valid({"scrum_backlogs_list": [{"id": 1, "created_by": user}]}) is good


@pytest.mark.parametrize("content", [None, {}, [], {"scrum_backlogs_list": None}, {"scrum_backlogs_list": [], "webhook_url": "x"}], ids=str)
def test_schema_rejects_files_with_other_keys(content):
    """The file has its one key."""
    assert Draft7Validator(SCHEMA).is_valid({"scrum_backlogs_list": []})
    assert not Draft7Validator(SCHEMA).is_valid(content)


@pytest.mark.parametrize("path", ["examples/iac-repo/backlogs.yml", "playbooks/templates/backlogs.yml.j2"])
def test_backlog_files_name_the_schema(path):
    """By the first line of the file, also of one that export writes."""
    assert (ROOT / path).read_text(encoding="utf-8").splitlines()[0] == f"# yaml-language-server: $schema={SCHEMA['$id']}"

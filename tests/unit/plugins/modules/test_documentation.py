# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules document is what they take, and what they return."""

from __future__ import annotations

import importlib
import json

import pytest
import yaml

from ansible_collections.scrumops.bitrix24.plugins.doc_fragments.bitrix24 import ModuleDocFragment as Fragments
from ansible_collections.scrumops.bitrix24.plugins.module_utils import _module
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.connection import argument_spec, environment_name
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_options import BACKLOG_SPEC, RESULT_ONLY

PLUGINS = "ansible_collections.scrumops.bitrix24.plugins.modules."
MODULES = ("bitrix24_scrum_backlog", "bitrix24_scrum_backlogs", "bitrix24_scrum_backlog_info", "bitrix24_scrum_epic")


def _documented(module):
    """Options of a module with those of its fragments."""
    documentation = yaml.safe_load(module.DOCUMENTATION)
    options = dict(documentation.get("options", {}))
    for name in documentation["extends_documentation_fragment"]:
        _namespace, _collection, _file, *part = name.split(".")
        options.update(yaml.safe_load(getattr(Fragments, (part or ["documentation"])[0].upper())).get("options") or {})
    return options


def _spec(module, monkeypatch):
    """The argument spec that a module runs with."""
    seen = {}
    monkeypatch.setattr(module, "run_module", lambda _action, module_spec, **_options: seen.update(argument_spec(**module_spec)))
    module.main()
    return seen


@pytest.mark.parametrize("name", MODULES)
def test_module_options_match_documentation(name, monkeypatch):
    """Names, types, defaults, choices, and suboptions."""
    module = importlib.import_module(PLUGINS + name)
    _same(_documented(module), _spec(module, monkeypatch))


def _same(documented, spec):
    assert set(documented) == set(spec)
    for name, option in spec.items():
        for key in ("type", "default", "choices", "elements", "required"):
            assert documented[name].get(key) == option.get(key), (name, key)
        if "options" in option:
            _same(documented[name]["suboptions"], option["options"])


def test_connection_options_document_their_variables():
    """One for each connection option."""
    options = yaml.safe_load(Fragments.DOCUMENTATION)["options"]
    assert set(options) == set(argument_spec())
    for name, option in options.items():
        assert f"E({environment_name(name)})" in " ".join(option["description"])


def test_backlog_options_agree_between_modules():
    """The list's items are described as the single one is, and may hold what results hold."""
    module = importlib.import_module(PLUGINS + "bitrix24_scrum_backlogs")
    items = yaml.safe_load(module.DOCUMENTATION)["options"]["backlogs"]["suboptions"]
    assert set(yaml.safe_load(Fragments.BACKLOG)["options"]) == set(BACKLOG_SPEC)
    assert set(items) == set(BACKLOG_SPEC) | set(RESULT_ONLY)


def test_rows_of_results_can_be_given_back_key_by_key():
    """Whatever a row may hold is an option of an item or ignored in one, and nothing else is ignored."""
    modules = [importlib.import_module(PLUGINS + name) for name in ("bitrix24_scrum_backlogs", "bitrix24_scrum_backlog_info")]
    rows = {key for module in modules for key in yaml.safe_load(module.RETURN)["backlogs"]["contains"]}
    assert rows - set(BACKLOG_SPEC) == set(RESULT_ONLY)


@pytest.mark.parametrize("name", MODULES)
def test_module_without_requests_names_the_interpreter(name, monkeypatch, capsys):
    """Not a traceback."""
    basic = importlib.import_module("ansible.module_utils.basic")
    monkeypatch.setattr(_module, "REQUESTS_IMPORT_ERROR", "the traceback")
    options = {
        "bitrix24_scrum_backlogs": {"backlogs": []},
        "bitrix24_scrum_backlog_info": {},
        "bitrix24_scrum_backlog": {"id": 1},
        "bitrix24_scrum_epic": {"id": 1},
    }[name]
    arguments = json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode()
    monkeypatch.setattr(basic, "_ANSIBLE_ARGS", arguments, raising=False)
    monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
    with pytest.raises(SystemExit):
        importlib.import_module(PLUGINS + name).main()
    printed = capsys.readouterr().out
    assert "requests" in printed
    assert importlib.import_module("sys").executable in printed

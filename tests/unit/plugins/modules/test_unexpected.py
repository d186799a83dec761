# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An error of the collection itself ends a module as a failure that can be reported, without a secret in it."""

from __future__ import annotations

import importlib
import json

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils import _module

SECRET = "s3cr3tZ9k1QwPx"


def _stumble(context):
    context.create_client()
    raise KeyError(f"https://portal.example/rest/1/{context.params['webhook_url'].split('/')[-2]}/profile")


def test_unexpected_error_names_type_and_line(monkeypatch, capsys):
    """The type and the line, so that it can be found; the traceback, with the secret masked."""
    basic = importlib.import_module("ansible.module_utils.basic")
    options = {"webhook_url": f"https://portal.example/rest/1/{SECRET}/"}
    monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode(), raising=False)
    monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
    handed, plain = {}, basic.AnsibleModule.fail_json

    def fail_json(module, **keys):
        handed.update(keys)
        plain(module, **keys)

    monkeypatch.setattr(basic.AnsibleModule, "fail_json", fail_json)  # the engine may print the traceback or not
    with pytest.raises(SystemExit) as ended:
        _module.run_module(_stumble, {})
    said = json.loads(capsys.readouterr().out)
    said.pop("_ansible_new_secrets", None)  # from ansible-core 2.22 on: what the engine is to mask; it takes the key out
    assert ended.value.code == 1
    assert said["failed"]
    assert "KeyError in test_unexpected.py, line " in said["msg"]
    assert "KeyError" in handed["exception"]
    assert SECRET[:8] not in str(handed)
    assert SECRET[:8] not in str(said)

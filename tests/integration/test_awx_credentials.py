# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credential types for AWX: accepted by its rules, and what they inject is what the modules understand."""

from __future__ import annotations

import pytest
import yaml
from awx_plugins.interfaces._temporary_private_inject_api import HIDDEN_PASSWORD

from support import awx_rules
from support.awx_injection import TYPES, injected
from support.runner import ROOT, backlog

FRAGMENT = ROOT / "plugins" / "doc_fragments" / "bitrix24.py"
SECRET_OPTIONS = {"webhook_url", "access_token", "refresh_token", "client_secret"}


def with_field(**keys):
    """A type with one field."""
    field = {"id": "a", "label": "A", "type": "string", **keys}
    return {"kind": "cloud", "inputs": {"fields": [field]}, "injectors": {}}


def with_env(**env):
    """A type that injects."""
    return {**with_field(), "injectors": {"env": env}}


@pytest.mark.parametrize(
    "definition",
    [
        with_field(type="integer"),
        with_field(placeholder="x"),
        with_field(id="a-b"),
        with_field(id="tower"),
        with_field(type="boolean", secret=True),
        with_field(type="boolean", choices=["true"]),
        with_field(type="boolean", default="yes"),
        with_field(default=True),
        with_field(choices=[]),
        with_field(choices=["a", "a"]),
        with_field(format="email"),
        with_field(ask_at_runtime=True),
        {**with_field(), "kind": "vault"},
        {**with_field(), "inputs": {"fields": [{"id": "a"}]}},
        {**with_field(), "inputs": {"fields": [{"id": "a", "label": "A"}, {"id": "a", "label": "A"}]}},
        {**with_field(), "inputs": {"fields": [], "metadata": []}},
        {**with_field(), "inputs": {"fields": [], "dependencies": {}}},
        with_env(ANSIBLE_CONFIG="{{ a }}"),
        with_env(PATH="{{ a }}"),
        with_env(REST_API_TOKEN="{{ a }}"),
        with_env(X="{{ a }}é"),
        with_env(X=True),
        with_env(X="{{ b }}"),
        with_env(X="{{ a | b64encode }}"),
        with_env(X="{{ a.__class__.__mro__ }}"),
        with_env(X="{{ tower.filename }}"),
        with_env(X="{{ a"),
        {**with_field(), "injectors": {"file": {"template": "x", "template.b": "x"}}},
        {**with_field(), "injectors": {"extra_vars": {"x": True}}},
    ],
    ids=str,
)
def test_awx_rules_reject_invalid_types(definition):
    """One thing is wrong with each."""
    assert awx_rules.of_type(with_field()) == []
    assert awx_rules.of_type(definition)


@pytest.mark.parametrize(
    "definition",
    [
        with_field(format="url", secret=True),
        with_field(type="boolean", default=True),
        with_env(LD_PRELOAD="{{ a | default('x', true) }}", HTTPS_PROXY="{% if a %}{{ a }}{% endif %}"),
        {**with_field(), "injectors": {"file": {"template": "{{ a }}"}, "env": {"X": "{{ tower.filename }}"}}},
        {**with_field(), "injectors": {"extra_vars": {"x": {"y": ["{{ a }}"]}}}},
    ],
    ids=str,
)
def test_awx_rules_accept_valid_types(definition):
    """So that the rules are no stricter than AWX."""
    assert awx_rules.of_type(definition) == []


def test_credential_types_cover_each_auth_kind():
    """Found by their names; nothing else lies there."""
    assert list(TYPES) == ["bitrix24_oauth", "bitrix24_webhook"]
    assert len({definition["name"] for definition in TYPES.values()}) == 2


@pytest.mark.parametrize("name", TYPES)
def test_credential_type_is_accepted_by_awx(name):
    """It can be pasted: inputs and injectors are what the two fields of the page take, and every field explains itself."""
    definition = TYPES[name]
    assert set(definition) == {"name", "description", "kind", "inputs", "injectors"}
    assert awx_rules.of_type(definition) == []
    fields = {field["id"]: field for field in definition["inputs"]["fields"]}
    assert set(definition["inputs"]["required"]) <= set(fields)
    assert all(field["help_text"] and field["label"] and field["type"] for field in fields.values())
    assert {option for option, field in fields.items() if field.get("secret")} == SECRET_OPTIONS & set(fields)


@pytest.mark.parametrize("name", TYPES)
def test_injectors_set_only_environment_options(name):
    """And nothing into files or extra_vars, which are one debug task away from the database."""
    definition = TYPES[name]
    assert set(definition["injectors"]) == {"env"}
    namespace: dict = {}
    exec(FRAGMENT.read_text(encoding="utf-8"), namespace)
    options = yaml.safe_load(namespace["ModuleDocFragment"].DOCUMENTATION)["options"]
    assert set(definition["injectors"]["env"]) == {f"BITRIX24_{field['id'].upper()}" for field in definition["inputs"]["fields"]}
    for field in definition["inputs"]["fields"]:
        assert field["id"] in options


@pytest.mark.parametrize("name", TYPES)
def test_injected_secrets_are_censored_in_the_job(name, tmp_path):
    """AWX keeps a job's environment, with what stands for secrets."""
    values = {field["id"]: f"value-of-{field['id']}" for field in TYPES[name]["inputs"]["fields"]}
    env, safe = injected(name, values, tmp_path)
    for option, value in values.items():
        variable = f"BITRIX24_{option.upper()}"
        assert env[variable] == value
        assert safe[variable] == (HIDDEN_PASSWORD if option in SECRET_OPTIONS else value)


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("given", [{}, {"validate_certs": ""}, {"validate_certs": "true"}])
def test_validate_certs_defaults_to_true_when_field_is_empty(name, given, tmp_path):
    """A field left out, an emptied one, and the choice that an emptied one turns into."""
    field = next(field for field in TYPES[name]["inputs"]["fields"] if field["id"] == "validate_certs")
    assert (field["type"], field["choices"][0], field["default"]) == ("string", "true", "true")
    assert injected(name, given, tmp_path)[0]["BITRIX24_VALIDATE_CERTS"] == "true"
    assert injected(name, {"validate_certs": "false"}, tmp_path)[0]["BITRIX24_VALIDATE_CERTS"] == "false"


@pytest.fixture
def signed_in(portal, runner, tmp_path):
    """A portal with a team, the values of both credentials for it, and a task that reads through what a credential injects."""
    portal.group(1).backlog(id=1, created_by=1)
    secret, access, refresh = portal.oauth(client_id="app.1")
    runner.secrets += [secret, access, refresh]
    values = {
        "bitrix24_webhook": {"webhook_url": portal.webhook_url},
        "bitrix24_oauth": {
            "portal_url": portal.portal_url,
            "client_id": "app.1",
            "client_secret": secret,
            "refresh_token": refresh,
            "token_file": str(tmp_path / "tokens.json"),
            "oauth_url": portal.oauth_url,
            "access_token": access,
        },
    }

    def task(name, ca_path=None, **left):
        given = {**values[name], **left, **({"ca_path": ca_path} if ca_path else {})}
        assert awx_rules.of_values(TYPES[name]["inputs"], {key: value for key, value in given.items() if value}) == []
        env, _safe = injected(name, given, tmp_path)
        nothing = {"BITRIX24_WEBHOOK_URL": None, "BITRIX24_CA_PATH": None, "BITRIX24_MAX_WAIT": "0"}
        return runner.run_tasks({"read": backlog(group_id=1)}, **{**nothing, **env}).single

    return task


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("bitrix24_webhook", {}),
        ("bitrix24_webhook", {"validate_certs": ""}),
        ("bitrix24_oauth", {}),
        ("bitrix24_oauth", {"access_token": "", "validate_certs": ""}),
    ],
)
def test_modules_authenticate_with_injected_environment(signed_in, portal, name, left):
    """Unfilled fields arrive as empty variables, and do no harm."""
    result = signed_in(name, portal.ca_path, **left)
    assert (result["failed"], result["action"]) == (False, "none"), result
    assert bool(portal.renewals) is ("access_token" in left)


@pytest.mark.parametrize("name", TYPES)
def test_injected_environment_without_ca_fails_before_sending(signed_in, portal, name):
    """Without the portal's own CA nothing is sent."""
    assert signed_in(name)["error"]["code"] == "tls"
    assert portal.requests == []

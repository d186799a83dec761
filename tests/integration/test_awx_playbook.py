# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook that sets up AWX, with the real modules of awx.awx against a stand-in for AWX's API."""

from __future__ import annotations

import re
import shlex

import pytest
import yaml

from support.awx_api import Awx
from support.engine import COLLECTIONS, ROOT

TOKEN = "kZ8wTq3vLr7yNb5mXc2hGd6f"
COLLECTION = ROOT / ".venv" / "awx"
URL = "https://git.example.com/backlogs.git"
EXAMPLE = ROOT / "examples" / "iac-repo"
PAGE = ROOT / "docs" / "awx.md"


@pytest.fixture
def awx():
    """An AWX with the organization Default, and projects that hold the playbooks of the example."""
    assert (COLLECTION / "ready").exists(), "The collection awx.awx is missing: make .venv/awx/ready"
    with Awx(TOKEN, {path.name for path in EXAMPLE.glob("*.yml")}) as started:
        yield started


def _set_up(awx, engine, *options, collections=f"{COLLECTIONS}:{COLLECTION}", **env):
    engine.secrets = list({*engine.secrets, TOKEN})
    known = {"CONTROLLER_HOST": awx.url, "CONTROLLER_OAUTH_TOKEN": TOKEN, "ANSIBLE_COLLECTIONS_PATH": collections}
    command = ["ansible-playbook", "-vvvv", "scrumops.bitrix24.awx", "-e", f"awx_project_url={URL}", *options]
    return engine.run(command, **{**known, **env})


def _as_the_page_shows(awx, engine, portal):
    """Run the commands of docs/awx.md, with this AWX and this portal; the collection that they install is there."""
    (block,) = re.findall(r"```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    webhook = "https://example.bitrix24.com/rest/1/SECRET/"
    real = {"https://awx.example.com": awx.url, "TOKEN=SECRET": f"TOKEN={TOKEN}", webhook: portal.webhook_url}
    for shown, value in real.items():
        assert shown in block
        block = block.replace(shown, value)
    first, *lines = block.splitlines()
    assert first == "ansible-galaxy collection install awx.awx"
    env = dict(line.removeprefix("export ").split("=", 1) for line in lines[:-1])
    engine.secrets.append(TOKEN)
    return engine.run([*shlex.split(lines[-1]), "-vvvv"], **env, ANSIBLE_COLLECTIONS_PATH=f"{COLLECTIONS}:{COLLECTION}")


def _changed(output):
    return int(re.search(r"changed=(\d+)", output).group(1))


def test_everything_is_made_and_the_second_run_changes_nothing(awx, engine, portal):
    """And what somebody changed or removed by hand is brought back."""
    status, output = _as_the_page_shows(awx, engine, portal)
    assert status == 0, output
    assert {kind: len(held) for kind, held in awx.objects.items() if held} == {
        "organizations": 1,
        "credential_types": 2,
        "credentials": 1,
        "projects": 1,
        "inventories": 1,
        "hosts": 1,
        "job_templates": 3,
        "schedules": 1,
    }
    credential = awx.one("credentials")
    assert credential["inputs"] == {"webhook_url": portal.webhook_url, "validate_certs": "true", "ca_path": portal.ca_path}
    for path in (ROOT / "extensions" / "awx" / "credential_types").glob("*.yml"):
        wanted = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert awx.one("credential_types", name=wanted["name"]).items() >= wanted.items()

    # AWX does not tell what a secret is: another one is left alone, until that is asked for
    other = portal.webhook()
    engine.secrets.append(other.rstrip("/").rpartition("/")[2])
    awx.writes.clear()
    status, output = _set_up(awx, engine, BITRIX24_WEBHOOK_URL=other)
    assert (status, _changed(output), awx.writes) == (0, 0, []), output

    template = awx.one("job_templates", job_type="check")
    awx.objects["job_templates"][template["id"]]["diff_mode"] = False
    awx.surveys[template["id"]]["spec"][0]["required"] = False
    awx.associated["job_templates", template["id"], "credentials"].clear()
    awx.objects["schedules"].clear()
    awx.objects["hosts"][awx.one("hosts")["id"]]["variables"] = "{}"
    status, output = _set_up(awx, engine, "-e", "awx_update_secrets=true", BITRIX24_WEBHOOK_URL=other)
    assert (status, _changed(output)) == (0, 4), output
    assert awx.one("credentials")["inputs"] == {**credential["inputs"], "webhook_url": other}
    assert awx.one("job_templates", job_type="check") == template
    assert awx.surveys[template["id"]]["spec"][0]["required"] is True
    assert awx.associated["job_templates", template["id"], "credentials"] == {credential["id"]}
    assert awx.one("schedules")["extra_data"] == {"backlogs_file": "backlogs.yml"}


def test_every_setting(awx, engine, portal):
    """OAuth, names of one's own, a notification, an execution environment; a certificate that is not checked is said so."""
    told = awx.add("notification_templates", name="Chat", notification_type="slack")
    environment = awx.add("execution_environments", name="Bitrix24", image="quay.io/example/ee")
    secret, _access, refresh = portal.oauth(client_id="app.1")
    engine.secrets += [secret, refresh]
    values = {
        "bitrix24_portal_url": portal.portal_url,
        "bitrix24_client_id": "app.1",
        "bitrix24_client_secret": secret,
        "bitrix24_refresh_token": refresh,
        "bitrix24_token_file": "/tokens/pair.json",
        "bitrix24_validate_certs": False,
        "awx_sign_in": "oauth",
        "awx_name": "Teams",
        "awx_notify": ["Chat"],
        "awx_execution_environment": "Bitrix24",
        "awx_project_branch": "main",
        "awx_backlogs_file": "teams.yml",
        "awx_drift_rrule": "DTSTART;TZID=Europe/Berlin:20260101T060000 RRULE:FREQ=DAILY;INTERVAL=1",
    }
    (engine.folder / "vars.yml").write_text(yaml.safe_dump(values))
    status, output = _set_up(awx, engine, "-e", "@vars.yml", BITRIX24_WEBHOOK_URL="", BITRIX24_CA_PATH="")
    assert status == 0, output
    given = {key.removeprefix("bitrix24_"): value for key, value in values.items() if key.startswith("bitrix24_")}
    assert awx.one("credentials", name="Teams")["inputs"] == {**given, "validate_certs": "false"}
    assert awx.one("projects", name="Teams")["scm_branch"] == "main"
    assert awx.one("schedules")["rrule"] == values["awx_drift_rrule"]
    assert awx.one("schedules")["extra_data"] == {"backlogs_file": "teams.yml"}
    for template, fields in awx.objects["job_templates"].items():
        assert fields["execution_environment"] == environment
        notified = awx.associated.get(("job_templates", template, "notification_templates_error"), set())
        assert notified == (set() if fields["playbook"] == "export.yml" else {told})


@pytest.mark.parametrize(
    ("options", "env", "words"),
    [
        (["-e", "awx_sign_in=password"], {}, "webhook or oauth"),
        ([], {"BITRIX24_WEBHOOK_URL": ""}, "BITRIX24_WEBHOOK_URL"),
        ([], {"collections": COLLECTIONS}, "ansible-galaxy collection install awx.awx"),
    ],
)
def test_what_is_missing_is_said(awx, engine, options, env, words):
    """Before a half of it is made."""
    status, output = _set_up(awx, engine, *options, **env)
    assert (status, words in output) == (2, True), output
    assert not awx.objects["credentials"]


def test_what_awx_refuses_is_not_shown(awx, engine, portal):
    """Its answer may hold the secret; what is likely is said instead."""
    status, output = _set_up(awx, engine, BITRIX24_WEBHOOK_URL=portal.webhook_url.removeprefix("https://"))
    assert (status, "with https:// at its beginning" in output, awx.objects["credentials"]) == (2, True, {}), output


def test_every_setting_is_explained():
    """At the head of the playbook and on the page, and it is used."""
    playbook = (ROOT / "playbooks" / "awx.yml").read_text(encoding="utf-8")
    tasks = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "playbooks" / "tasks").glob("awx_*.yml"))
    listed = set(re.findall(r"(?m)^# (awx_\w+) ", playbook))
    assert listed == set(re.findall(r"(?m)^\| `(awx_\w+)` \|", PAGE.read_text(encoding="utf-8")))
    used = re.sub(r"(?m)^#.*$|tasks/\w+", "", playbook) + tasks
    assert listed == set(re.findall(r"\bawx_\w+", used)) - {"awx_collection"}

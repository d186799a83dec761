# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook that sets up AWX, with the real modules of awx.awx against a stand-in for AWX's API."""

from __future__ import annotations

import re
import shlex

import pytest
import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from support.awx_api import Awx
from support.runner import COLLECTIONS, ROOT

TOKEN = "kZ8wTq3vLr7yNb5mXc2hGd6f"
NAME = "Bitrix24 backlogs"
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


def _set_up(awx, runner, *options, collections=f"{COLLECTIONS}:{COLLECTION}", **env):
    runner.secrets = list({*runner.secrets, TOKEN})
    known = {"CONTROLLER_HOST": awx.url, "CONTROLLER_OAUTH_TOKEN": TOKEN, "ANSIBLE_COLLECTIONS_PATH": collections}
    command = ["ansible-playbook", "-vvvv", "scrumops.bitrix24.awx", "-e", f"awx_project_url={URL}", *options]
    return runner.run(command, **{**known, **env})


def _as_the_page_shows(awx, runner, portal):
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
    runner.secrets.append(TOKEN)
    return runner.run([*shlex.split(lines[-1]), "-vvvv"], **env, ANSIBLE_COLLECTIONS_PATH=f"{COLLECTIONS}:{COLLECTION}")


def _changed(output):
    return int(re.search(r"changed=(\d+)", output).group(1))


def test_setup_playbook_creates_everything_and_is_idempotent(awx, runner, portal):
    """And what somebody changed or removed by hand is brought back."""
    status, output = _as_the_page_shows(awx, runner, portal)
    assert status == 0, output
    assert {kind: len(held) for kind, held in awx.objects.items() if held} == {
        "organizations": 1,
        "credential_types": 4,
        "credentials": 2,
        "projects": 1,
        "inventories": 1,
        "hosts": 1,
        "job_templates": 3,
        "schedules": 1,
    }
    credential = awx.one("credentials", name=NAME)
    assert credential["inputs"] == {"webhook_url": portal.webhook_url, "validate_certs": "true", "ca_path": portal.ca_path}
    for path in (ROOT / "extensions" / "awx" / "credential_types").glob("*.yml"):
        wanted = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert awx.one("credential_types", name=wanted["name"]).items() >= wanted.items()

    # AWX does not tell what a secret is: another one is left alone, until that is asked for
    other = portal.webhook()
    runner.secrets.append(other.rstrip("/").rpartition("/")[2])
    awx.writes.clear()
    status, output = _set_up(awx, runner, BITRIX24_WEBHOOK_URL=other)
    assert (status, _changed(output), awx.writes) == (0, 0, []), output

    template = awx.one("job_templates", job_type="check")
    awx.objects["job_templates"][template["id"]]["diff_mode"] = False
    awx.surveys[template["id"]]["spec"][0]["required"] = True
    awx.associated["job_templates", template["id"], "credentials"].clear()
    awx.objects["schedules"].clear()
    awx.objects["hosts"][awx.one("hosts")["id"]]["variables"] = "{}"
    status, output = _set_up(awx, runner, "-e", "awx_update_secrets=true", BITRIX24_WEBHOOK_URL=other)
    assert (status, _changed(output)) == (0, 4), output
    assert awx.one("credentials", name=NAME)["inputs"] == {**credential["inputs"], "webhook_url": other}
    assert awx.one("job_templates", job_type="check") == template
    status, job = awx.answer("POST", f"/api/v2/job_templates/{template['id']}/launch/", {}, {})
    assert (status, job["extra_vars"]) == (201, {"backlogs_file": "backlogs.yml"})
    assert awx.associated["job_templates", template["id"], "credentials"] == {credential["id"]}
    assert awx.one("schedules")["extra_data"] == {"backlogs_file": "backlogs.yml"}


def test_setup_playbook_with_every_setting_applies_it(awx, runner, portal):
    """OAuth, names of one's own, a notification, an execution environment; a certificate that is not checked is said so."""
    told = awx.add("notification_templates", name="Chat", notification_type="slack")
    environment = awx.add("execution_environments", name="Bitrix24", image="quay.io/example/ee")
    secret, _access, refresh = portal.oauth(client_id="app.1")
    runner.secrets += [secret, refresh]
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
    (runner.folder / "vars.yml").write_text(yaml.safe_dump(values))
    status, output = _set_up(awx, runner, "-e", "@vars.yml", BITRIX24_WEBHOOK_URL="", BITRIX24_CA_PATH="")
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


def test_credential_other_input_differs_keeps_the_secret(awx, runner, portal):
    """Without the webhook at hand, and with another one in the environment; what is not given keeps its value."""
    _set_up(awx, runner)
    inputs = awx.one("credentials", name=NAME)["inputs"]
    awx.writes.clear()
    status, output = _set_up(awx, runner, BITRIX24_WEBHOOK_URL="", BITRIX24_CA_PATH="")
    assert (status, _changed(output), awx.writes) == (0, 0, []), output

    other = portal.webhook()
    runner.secrets.append(other.rstrip("/").rpartition("/")[2])
    status, output = _set_up(awx, runner, BITRIX24_WEBHOOK_URL=other, BITRIX24_VALIDATE_CERTS="no")
    assert (status, _changed(output)) == (0, 1), output
    assert awx.one("credentials", name=NAME)["inputs"] == {**inputs, "validate_certs": "false"}


def test_credential_of_an_older_type_changes_only_with_its_secret(awx, runner, portal):
    """AWX compares its placeholder with the format url that the type had: nothing is changed, and the way out is named."""
    _set_up(awx, runner)
    inputs = awx.one("credentials", name=NAME)["inputs"]
    awx.one("credential_types", name="Bitrix24 webhook")["inputs"]["fields"][0]["format"] = "url"
    status, output = _set_up(awx, runner, BITRIX24_VALIDATE_CERTS="no")
    assert (status, "awx_update_secrets=true" in output, awx.one("credentials", name=NAME)["inputs"]) == (2, True, inputs), output
    status, output = _set_up(awx, runner, "-e", "awx_update_secrets=true", BITRIX24_VALIDATE_CERTS="no")
    assert (status, awx.one("credentials", name=NAME)["inputs"]) == (0, {**inputs, "validate_certs": "false"}), output


def test_setup_both_sign_ins_under_one_name_work(awx, runner, portal):
    """The webhook's credential stays the templates' own until the setup says otherwise, in any order."""
    secret, _access, refresh = portal.oauth(client_id="app.1")
    runner.secrets += [secret, refresh]
    oauth = {
        "BITRIX24_PORTAL_URL": portal.portal_url,
        "BITRIX24_CLIENT_ID": "app.1",
        "BITRIX24_CLIENT_SECRET": secret,
        "BITRIX24_REFRESH_TOKEN": refresh,
        "BITRIX24_TOKEN_FILE": "/tokens/pair.json",
    }
    for auth in ("webhook", "oauth", "webhook"):
        status, output = _set_up(awx, runner, "-e", f"awx_sign_in={auth}", **(oauth if auth == "oauth" else {}))
        assert status == 0, output
        used = awx.one("credentials", name=NAME, credential_type__name="Bitrix24 OAuth" if auth == "oauth" else "Bitrix24 webhook")
        assert [awx.associated["job_templates", number, "credentials"] for number in awx.objects["job_templates"]] == [{used["id"]}] * 3


def test_setup_of_two_organizations_with_one_name_keeps_them_apart(awx, runner):
    """Each has its own objects, and running the first one again changes nothing."""
    second = awx.add("organizations", name="Second")
    awx.associated["organizations", second, "galaxy_credentials"] = {awx.galaxy}
    for options in ([], ["-e", "awx_organization=Second"]):
        status, output = _set_up(awx, runner, *options)
        assert status == 0, output
    for number, template in awx.objects["job_templates"].items():
        organization = template["organization"]
        assert awx.objects["inventories"][template["inventory"]]["organization"] == organization
        assert awx.objects["projects"][template["project"]]["organization"] == organization
        (credential,) = awx.associated["job_templates", number, "credentials"]
        assert awx.objects["credentials"][credential]["organization"] == organization
    assert len(awx.objects["schedules"]) == len(awx.objects["hosts"]) == 2
    awx.writes.clear()
    status, output = _set_up(awx, runner)
    assert (status, _changed(output), awx.writes) == (0, 0, []), output


def test_setup_without_galaxy_credential_needs_an_execution_environment(awx, runner):
    """Otherwise AWX would install no collections, and each job would fail."""
    awx.associated.clear()
    status, output = _set_up(awx, runner)
    assert (status, "has no Galaxy credential" in output, awx.writes) == (2, True, []), output
    awx.add("execution_environments", name="Bitrix24", image="quay.io/example/ee")
    status, output = _set_up(awx, runner, "-e", "awx_execution_environment=Bitrix24")
    assert status == 0, output


def test_setup_names_that_others_use_too_finds_the_ones_meant(awx, runner):
    """A token of the same name as the repository's credential, a notification of another organization; blank settings are defaults."""
    other = awx.add("organizations", name="Other")
    scm = awx.add("credentials", name="Git", organization=awx.default, credential_type=awx.one("credential_types", kind="scm")["id"])
    awx.add("credentials", name="Git", organization=awx.default, credential_type=awx.one("credential_types", kind="galaxy")["id"])
    awx.add("notification_templates", name="Chat", organization=other)
    told = awx.add("notification_templates", name="Chat", organization=awx.default)
    blank = dict.fromkeys(("awx_name", "awx_organization", "awx_execution_environment", "awx_drift_rrule"), "")
    nothing = dict.fromkeys(("awx_sign_in", "awx_backlogs_file", "awx_project_branch", "bitrix24_validate_certs", "bitrix24_webhook_url"))
    settings = {**blank, **nothing, "awx_notify": "Chat", "awx_project_credential": "Git"}
    (runner.folder / "vars.yml").write_text(yaml.safe_dump(settings))
    status, output = _set_up(awx, runner, "-e", "@vars.yml")
    assert status == 0, output
    assert awx.one("projects", name=NAME)["credential"] == scm
    assert awx.one("credentials", name=NAME)["inputs"]["validate_certs"] == "true"
    template = awx.one("job_templates", job_type="check")["id"]
    assert awx.associated["job_templates", template, "notification_templates_error"] == {told}


@pytest.mark.parametrize(
    ("options", "env", "words"),
    [
        (["-e", "awx_sign_in=password"], {}, "webhook or oauth"),
        ([], {"BITRIX24_WEBHOOK_URL": ""}, "BITRIX24_WEBHOOK_URL"),
        ([], {"BITRIX24_WEBHOOK_URL": "example.bitrix24.com/rest/1/x/"}, "with https:// at its beginning"),
        ([], {"collections": COLLECTIONS}, "ansible-galaxy collection install awx.awx"),
        (["-e", "awx_update_secrets=true"], {"BITRIX24_WEBHOOK_URL": ""}, "BITRIX24_WEBHOOK_URL"),
        (["-e", "awx_organization=Nobody"], {}, "no organization Nobody"),
        (["-e", "awx_project_credential=Ansible Galaxy"], {}, "0 credentials with the name Ansible Galaxy"),
        (["-e", "awx_notify=Chat"], {}, "0 notification templates with the name Chat"),
        (["-e", "awx_execution_environment=None here"], {}, "0 execution environments with the name None here"),
    ],
)
def test_setup_playbook_with_missing_setting_fails_before_any_change(awx, runner, options, env, words):
    """Before anything is made."""
    options = [part if part == "-e" else "{" + '"{}": "{}"'.format(*part.split("=", 1)) + "}" for part in options]
    status, output = _set_up(awx, runner, *options, **env)
    assert (status, words in output, awx.writes) == (2, True, []), output


def test_setup_playbook_when_awx_rejects_hides_the_secret(awx, runner, portal):
    """Its answer may hold the secret; what is likely is said instead."""
    secret, _access, refresh = portal.oauth(client_id="app.1")
    runner.secrets += [secret, refresh]
    oauth = dict(
        PORTAL_URL="no-scheme.example.com", CLIENT_ID="app.1", CLIENT_SECRET=secret, REFRESH_TOKEN=refresh, TOKEN_FILE="/tokens/pair"
    )
    given = {f"BITRIX24_{name}": value for name, value in oauth.items()}
    status, output = _set_up(awx, runner, "-e", "awx_sign_in=oauth", **given)
    assert (status, "with https:// at its beginning" in output, len(awx.objects["credentials"])) == (2, True, 1), output


def test_page_notification_expression_is_accepted_by_awx():
    """AWX renders it strictly, with a job that published nothing, when a notification template is saved."""
    (shown,) = re.findall(r"```jinja\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    template = ImmutableSandboxedEnvironment(undefined=StrictUndefined).from_string(shown)
    assert template.render(job={"artifacts": {}}) == "None"
    assert template.render(job={"artifacts": {"scrum_backlogs_summary": {"changed": 3}}}) == "3"


def test_setup_playbook_settings_are_documented():
    """At the head of the playbook and on the page, and it is used."""
    playbook = (ROOT / "playbooks" / "awx.yml").read_text(encoding="utf-8")
    tasks = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "playbooks" / "tasks").glob("awx_*.yml"))
    listed = set(re.findall(r"(?m)^# (awx_\w+) ", playbook))
    assert listed == set(re.findall(r"(?m)^\| `(awx_\w+)` \|", PAGE.read_text(encoding="utf-8")))
    used = re.sub(r"(?m)^#.*$|tasks/\w+|awx_named\.yml", "", playbook + tasks)
    assert listed == set(re.findall(r"\bawx_\w+", used))

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a caller sets around the role: the connection, blank answers, extra variables of the role's names, several portals."""

from __future__ import annotations

import json

import pytest
import yaml

from portal import Portal
from support.runner import PYTHON, ROOT

DRIFTED = [{"group_id": 1, "modified_by": 9}]
ROLE = {"hosts": "localhost", "gather_facts": False, "roles": ["scrumops.bitrix24.scrum_backlogs"]}
NO_CONNECTION = {"BITRIX24_WEBHOOK_URL": None, "BITRIX24_CA_PATH": None}


def run(runner, play, *arguments, check=False, **env):
    """(exit code, output) of a playbook, a list of plays or one of them."""
    (runner.folder / "settings.yml").write_text(yaml.safe_dump(play if isinstance(play, list) else [play]))
    return runner.run(["ansible-playbook", *arguments, "settings.yml"], check, ANSIBLE_SHOW_CUSTOM_STATS="true", **env)


def extra(**variables):
    """The arguments that set extra variables."""
    return ["-e", json.dumps(variables)]


@pytest.mark.smoke
def test_role_defaults_of_the_play_and_blank_answers_connect(teams, runner):
    """module_defaults of the action group reach the role; blank variables are unset, become and omit do no harm."""
    portal = teams(2)
    items = [{**DRIFTED[0], "created_by": "{{ nobody | default(omit) }}"}, {"group_id": 2, "state": "{{ nothing | default(omit) }}"}]
    connection = {"webhook_url": portal.webhook_url, "ca_path": str(portal.ca_path), "max_wait": 0}
    play = {**ROLE, "vars": {"scrum_backlogs_list": items}, "module_defaults": {"group/scrumops.bitrix24.bitrix24": connection}}
    blank = {"bitrix24_webhook_url": "", "bitrix24_validate_certs": "", "bitrix24_timeout": None, "bitrix24_max_wait": ""}
    blank.update(bitrix24_ca_path=None, scrum_backlogs_chunk_size="", scrum_backlogs_report="")
    status, output = run(runner, play, *extra(**blank), ANSIBLE_BECOME="true", **NO_CONNECTION)
    assert (status, portal.backlog_of(1)[3:]) == (0, (6, 9)), output
    status, output = run(runner, play, *extra(bitrix24_webhook_url=portal.webhook(active=False)), **NO_CONNECTION)
    assert (status, "INVALID_CREDENTIALS" in output) == (2, True), "a variable beats the default of the play"


@pytest.mark.parametrize(
    "name",
    [f"_scrum_backlogs_{name}" for name in ("plan", "applied", "summary", "size", "chunk", "file", "file_found")],
)
def test_role_names_of_its_own_from_outside_are_refused(teams, runner, name):
    """Before any call: an extra variable would beat what the role finds."""
    portal = teams(1)
    status, output = run(runner, {**ROLE, "vars": {"scrum_backlogs_list": DRIFTED}}, *extra(**{name: {"backlogs": [], "total": 0}}))
    assert (status, "belong to the role" in output, portal.requests) == (2, True, [])


def test_drift_with_a_stale_summary_fails_on_a_portal_that_differs(teams, runner):
    """AWX hands the artifact of an earlier job on as an extra variable."""
    portal = teams(1)
    (runner.folder / "backlogs.yml").write_text(yaml.safe_dump({"scrum_backlogs_list": DRIFTED}))
    play = yaml.safe_load((ROOT / "examples" / "iac-repo" / "drift.yml").read_text(encoding="utf-8"))
    stale = extra(backlogs_file=str(runner.folder / "backlogs.yml"), scrum_backlogs_summary={"total": 1, "changed": 0, "failed": 0})
    with portal.read_only():
        status, output = run(runner, play, *stale, check=True)
    assert (status, "1 of 1 backlogs differ" in output) == (2, True), output
    assert '"changed": 1' in output.partition("CUSTOM STATS")[2]


def test_role_several_portals_keep_their_reports_and_add_up(teams, runner):
    """A report for each host, the sum for workflows; one path for all is refused before any call."""
    with Portal(tls=True) as south:
        south.user(9)
        south.group(1).backlog(id=1, created_by=6, modified_by=9)
        hosts = {
            name: {
                "ansible_connection": "local",
                "ansible_python_interpreter": PYTHON,
                "bitrix24_webhook_url": portal.webhook_url,
                "bitrix24_ca_path": str(portal.ca_path),
            }
            for name, portal in (("north", teams(1)), ("south", south))
        }
        runner.secrets.append(south.secret)
        (runner.folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}))
        play = {**ROLE, "hosts": "all", "vars": {"scrum_backlogs_list": DRIFTED, "scrum_backlogs_report": "drift.md"}}
        status, output = run(runner, play, "-i", "hosts.yml", check=True, ANSIBLE_INVENTORY="hosts.yml", **NO_CONNECTION)
        assert (status, "name of the host" in output, south.requests) == (2, True, []), output
        play["vars"]["scrum_backlogs_report"] = "drift-{{ inventory_hostname }}.md"
        status, output = run(runner, play, check=True, ANSIBLE_INVENTORY="hosts.yml", **NO_CONNECTION)
    counts = json.JSONDecoder().raw_decode(output.partition("RUN: ")[2])[0]["scrum_backlogs_summary"]
    assert (status, counts["total"], counts["changed"], counts["none"]) == (0, 2, 1, 1), output
    told = [(runner.folder / f"drift-{name}.md").read_text().count("| 1 | 1 | update") for name in ("north", "south")]
    assert told == [1, 0]

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example repository: the commands of its pipelines are run, in a copy of it, against a portal.

What needs the network is stood in for: pip, ansible-galaxy, and the programs that write on a merge request.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support.runner import BIN, COLLECTIONS, ROOT
from support.secrecy import pieces_in

EXAMPLE = ROOT / "examples" / "iac-repo"
GITHUB = yaml.safe_load((EXAMPLE / ".github" / "workflows" / "backlogs.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((EXAMPLE / ".gitlab-ci.yml").read_text(encoding="utf-8"))
PAGES = [EXAMPLE / "README.md", ROOT / "docs" / "iac_repository.md"]
NEWEST = Path(sys.executable).parent
NOTES_TOKEN = "glpat-Xy7Kq2Vb9Tn4"
#: What stands for a program, by its name. The linter has an ansible-core of its own.
STAND_INS = {
    "gh": 'echo "gh $*" >>calls; cat "${@: -1}" >note',
    "curl": 'echo "curl $*" >>calls; read -r header; echo "$header" >header; cp drift.md note',
    "python3": 'echo "python3 $*" >>calls',
    "ansible-galaxy": 'echo "ansible-galaxy $*" >>calls; mkdir -p collections; cp -r "$COLLECTIONS"/ansible_collections collections/',
    "ansible-lint": f'PATH={NEWEST}:$PATH exec {NEWEST}/ansible-lint "$@"',
}


@pytest.fixture
def company(portal):
    """What the example's file speaks of: one team in order, one without a backlog, one that is to have none."""
    portal.user(6, 7)
    portal.group(125).backlog(id=4, created_by=6, modified_by=7)
    portal.group(126)
    portal.group(127).backlog(id=5)
    return portal


class Pipeline:
    """A copy of the repository on a machine of the pipeline."""

    def __init__(self, runner):
        self.folder = runner.folder / "repository"
        self._engine, self._programs = runner, runner.folder / "programs"
        shutil.copytree(EXAMPLE, self.folder)
        self._programs.mkdir()
        for name, what in STAND_INS.items():
            (self._programs / name).write_text(f"#!/bin/bash\nset -e\n{what}\n")
            (self._programs / name).chmod(0o755)

    def run(self, script, **env):
        """(exit code, everything printed) of a script."""
        known = self._engine.environment(**{"BITRIX24_WEBHOOK_URL": None, "COLLECTIONS": COLLECTIONS, **env})
        # the repository says where its collections are
        del known["ANSIBLE_COLLECTIONS_PATH"]
        known["PATH"] = os.pathsep.join([str(self._programs), str(BIN), str(NEWEST), known["PATH"]])
        command = ["bash", "-e", "-o", "pipefail", "-c", script]
        done = subprocess.run(command, cwd=self.folder, env=known, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        assert not pieces_in(done.stdout, [*self._engine.secrets, NOTES_TOKEN]), "a secret was printed"
        return done.returncode, done.stdout

    @property
    def calls(self):
        """What the stand-ins were called with."""
        return (self.folder / "calls").read_text()

    @property
    def note(self):
        """What was written on the merge request."""
        return (self.folder / "note").read_text()


@pytest.fixture
def pipeline(company, runner):
    """The repository of the company."""
    return Pipeline(runner)


def github(pipeline, event, portal):
    """(exit code, output) of the workflow on an event; a step that fails ends it, but for those that always run."""
    known = {
        "secrets.BITRIX24_WEBHOOK_URL": portal.webhook_url,
        "github.token": "ghs-token",
        "github.event.pull_request.number": "17",
    }
    worst, log = 0, ""
    for step in GITHUB["jobs"]["backlogs"]["steps"]:
        condition = step.get("if", "")
        wanted = re.search(r"github\.event_name == '(\w+)'", condition)
        if "run" not in step or (wanted and wanted.group(1) != event) or (worst and "always()" not in condition):
            continue
        env = {name: re.sub(r"\${{ (\S+) }}", lambda found: known[found.group(1)], value) for name, value in step.get("env", {}).items()}
        status, output = pipeline.run(step["run"], **env)
        worst, log = worst or status, log + output
    return worst, log


def gitlab(pipeline, event, portal):
    """(exit code, output) of the pipeline on an event."""
    (job,) = [
        job
        for job in GITLAB.values()
        if isinstance(job, dict) and any(f'$CI_PIPELINE_SOURCE == "{event}"' in rule["if"] for rule in job["rules"])
    ]
    env = {
        "BITRIX24_WEBHOOK_URL": portal.webhook_url,
        "NOTES_TOKEN": NOTES_TOKEN,
        "CI_API_V4_URL": "https://gitlab.example.com/api/v4",
        "CI_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_IID": "17",
    }
    status, output = pipeline.run("\n".join([*GITLAB["before_script"], *job["script"]]), **env)
    after, more = pipeline.run("\n".join(job.get("after_script", ["true"])), **env)
    return status or after, output + more


@pytest.mark.parametrize(("run", "asked"), [(github, "pull_request"), (gitlab, "merge_request_event")])
def test_pipeline_checks_applies_and_detects_drift(run, asked, pipeline, company):
    """A table on the request, nothing changed; applied on merge; drift is found later."""
    with company.read_only():
        status, output = run(pipeline, asked, company)
    assert status == 0, output
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in pipeline.note.splitlines() if line.startswith("|")]
    assert [row[:4] for row in table[2:]] == [
        ["126", "new", "create", "created_by"],
        ["126", "new", "create", "modified_by"],
        ["127", "5", "delete", "created_by"],
        ["127", "5", "delete", "modified_by"],
    ]
    assert "python3 -m pip install -r requirements.txt" in pipeline.calls
    assert "ansible-galaxy collection install -r requirements.yml -p collections" in pipeline.calls
    assert re.search(r"gh pr comment 17 .*drift.md|curl .*/projects/3/merge_requests/17/notes", pipeline.calls)
    assert NOTES_TOKEN not in pipeline.calls
    assert run is github or (pipeline.folder / "header").read_text() == f"PRIVATE-TOKEN: {NOTES_TOKEN}\n"

    status, output = run(pipeline, "push", company)
    assert (status, [row[:2] for row in company.rows]) == (0, [(4, 125), (6, 126)]), output
    company.edit(4, modified_by=6)
    with company.read_only():
        status, output = run(pipeline, "schedule", company)
    assert (status, "1 of 3 backlogs differ" in output) == (2, True), output


@pytest.mark.parametrize("run", [github, gitlab])
def test_pipeline_with_invalid_file_fails_before_any_call(run, pipeline, company):
    """By the schema."""
    (pipeline.folder / "backlogs.yml").write_text("scrum_backlogs_list:\n  - group: 125\n")
    status, output = run(pipeline, "pull_request" if run is github else "merge_request_event", company)
    assert (status, company.requests) == (1, []), output
    assert "group" in output


def test_documented_commands_export_and_converge(pipeline, company):
    """On one's own machine: the portal as a file, and nothing to do right after it."""
    shown = {re.search(r"```bash\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL).group(1) for page in PAGES}
    assert len(shown) == 1
    with company.read_only():
        status, output = pipeline.run(shown.pop().replace("https://example.bitrix24.com/rest/1/SECRET/", company.webhook_url))
    assert (status, output.count("changed=1"), output.count("changed=0")) == (0, 1, 1), output
    written = yaml.safe_load((pipeline.folder / "backlogs.yml").read_text(encoding="utf-8"))["scrum_backlogs_list"]
    assert [item["group_id"] for item in written] == [125, 127]


def test_repository_from_another_folder_uses_its_own_file(pipeline, company):
    """As a subfolder of a larger repository, in AWX or in a pipeline; the collection lies beside the playbooks."""
    known = {"BITRIX24_WEBHOOK_URL": company.webhook_url}
    install = "ansible-galaxy collection install -r requirements.yml -p collections && cd /"
    folder = pipeline.folder
    with company.read_only():
        status, output = pipeline.run(
            f"{install} && ansible-playbook {folder}/export.yml && ansible-playbook {folder}/drift.yml -C", **known
        )
    assert status == 0, output
    assert len(yaml.safe_load((folder / "backlogs.yml").read_text(encoding="utf-8"))["scrum_backlogs_list"]) == 2
    (folder / "backlogs.yml").write_text("scrum_backlogs_list:\n  - group_id: 126\n")
    with company.read_only():
        status, output = pipeline.run(f"cd / && ansible-playbook {folder}/drift.yml -C", **known)
    assert (status, "1 of 1 backlogs differ" in output) == (2, True), output


def test_settings_below_import_playbook_reach_the_role(pipeline, company):
    """As the page on AWX shows it; a survey's answer replaces one of them."""
    (shown,) = re.findall(r"```yaml\n(- name: Apply the file\n.*?)```", (ROOT / "docs" / "awx.md").read_text(encoding="utf-8"), re.DOTALL)
    (pipeline.folder / "apply.yml").write_text(shown)
    install = "ansible-galaxy collection install -r requirements.yml -p collections"
    with company.read_only():
        status, output = pipeline.run(f"{install} && ansible-playbook apply.yml -C", BITRIX24_WEBHOOK_URL=company.webhook_url)
        assert (status, (pipeline.folder / "drift.md").exists()) == (0, True), output
        answer = "-e scrum_backlogs_report=other.html"
        status, output = pipeline.run(f"ansible-playbook apply.yml -C {answer}", BITRIX24_WEBHOOK_URL=company.webhook_url)
    assert (status, (pipeline.folder / "other.html").exists()) == (0, True), output


def test_repository_requires_this_collection():
    """This collection, from its own repository."""
    (wanted,) = yaml.safe_load((EXAMPLE / "requirements.yml").read_text(encoding="utf-8"))["collections"]
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert (wanted["type"], wanted["name"]) == ("git", galaxy["repository"] + ".git")
    names = {re.split(r"[<>=]", line)[0] for line in (EXAMPLE / "requirements.txt").read_text(encoding="utf-8").splitlines()}
    assert names == {"ansible-core", "ansible-lint", "check-jsonschema", "requests"}


def test_pipeline_files_hold_no_secret():
    """No file holds one; on GitHub only the steps that call the portal see it, and actions of others do not."""
    for path in filter(Path.is_file, EXAMPLE.rglob("*")):
        assert "/rest/" not in path.read_text(encoding="utf-8").replace("/rest/1/SECRET/", "")
    steps = GITHUB["jobs"]["backlogs"]["steps"]
    assert "env" not in GITHUB
    assert all("apply.yml" in step["run"] or "drift.yml" in step["run"] for step in steps if "BITRIX24_WEBHOOK_URL" in step.get("env", {}))

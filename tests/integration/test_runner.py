# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-runner as AWX uses it: a private data directory, and the three parts that the mesh moves it through.

The environment of a job is written to artifacts/*/command by ansible-runner itself, and into the stream to the execution node: AWX removes
both with the job. Everything else of a job ends in AWX's database, and is searched for secrets here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support.awx_injection import injected
from support.runner import BIN, PYTHON, ROOT
from support.secrecy import pieces_in

RUNNER = Path(sys.executable).parent / "ansible-runner"
ITEMS = [{"group_id": 1, "modified_by": 7}, {"group_id": 2, "created_by": 7}, {"group_id": 3, "modified_by": 7}]
ROLE = [{"hosts": "localhost", "gather_facts": False, "roles": ["scrumops.bitrix24.scrum_backlogs"]}]
UNCHANGED = dict.fromkeys(("changed", "failed", "create", "update", "move", "delete"), 0)


@pytest.fixture
def company(portal):
    """One team in order, one that drifted, one without a backlog."""
    portal.group(1).backlog(id=1, created_by=6, modified_by=7)
    portal.group(2)
    portal.group(3).backlog(id=3, created_by=6, modified_by=6)
    return portal


class Job:
    """A job of AWX: what it starts from, and what came of it."""

    def __init__(self, runner, folder, env):
        self.folder, self._engine, self._runs = folder, runner, 0
        shutil.copytree(ROOT / "examples" / "iac-repo", folder / "project")
        (folder / "project" / "backlogs.yml").write_text(yaml.safe_dump({"scrum_backlogs_list": ITEMS}))
        (folder / "project" / "role.yml").write_text(yaml.safe_dump(ROLE))
        (folder / "inventory").mkdir()
        (folder / "inventory" / "hosts").write_text(f"localhost ansible_connection=local ansible_python_interpreter={PYTHON}\n")
        # AWX sets these in its image
        (folder / "env" / "envvars").write_text(yaml.safe_dump({**env, "ANSIBLE_NOCOLOR": "1"}))
        # runner starts elsewhere and leaves its PWD in the environment
        self._env = {**runner.environment(BITRIX24_WEBHOOK_URL=None, BITRIX24_CA_PATH=None), "PWD": "/"}
        self._env["PATH"] = os.pathsep.join([str(BIN), self._env["PATH"]])

    def run(self, playbook, check=False, mesh=False, **variables):
        """(exit code, events) of a run, by itself or split as the mesh does."""
        self._runs += 1
        name = f"run{self._runs}"
        (self.folder / "env" / "extravars").write_text(yaml.safe_dump({"awx_job_id": self._runs, "awx_user_name": "ana", **variables}))
        (self.folder / "env" / "cmdline").write_text("--check --diff -vvv" if check else "--diff -vvv")
        options = ["-p", playbook, "--ident", name]
        if mesh:
            folder = self._through_the_mesh(options, name)
        else:
            self._call(["run", str(self.folder), *options])
            folder = self.folder
        return self._outcome(folder / "artifacts" / name)

    def _through_the_mesh(self, options, name):
        apart = self.folder.parent / f"node-{name}"
        sent = self._call(["transmit", str(self.folder), *options])
        worked = self._call(["worker", "--private-data-dir", str(apart / "in")], sent.stdout)
        self._call(["process", str(apart / "out"), "--ident", name], worked.stdout)
        return apart / "out"

    def _call(self, arguments, stdin=b""):
        return subprocess.run([str(RUNNER), *arguments], cwd="/", env=self._env, input=stdin, capture_output=True, timeout=300, check=False)

    def _outcome(self, folder):
        for path in folder.rglob("*"):
            if path.is_file() and path.name != "command":
                assert not pieces_in(path.read_text(encoding="utf-8"), self._engine.secrets), path
        events = [json.loads(path.read_text(encoding="utf-8")) for path in (folder / "job_events").glob("*.json")]
        return int((folder / "rc").read_text()), sorted(events, key=lambda event: event["counter"])


@pytest.fixture
def job(company, runner, tmp_path):
    """A job with the webhook's credential."""
    folder = tmp_path / "job"
    folder.mkdir()
    env, _safe = injected("bitrix24_webhook", {"webhook_url": company.webhook_url, "ca_path": company.ca_path}, folder)
    return Job(runner, folder, env)


def _of(events, name):
    return [event["event_data"] for event in events if event["event"] == name]


def _backlogs(events, name="runner_on_ok"):
    """The results of the module."""
    return [data["res"] for data in _of(events, name) if data["task_action"].endswith("bitrix24_scrum_backlogs")]


def _summary(events):
    """What a workflow hands on to its next node."""
    (stats,) = _of(events, "playbook_on_stats")
    assert "scrum_backlogs_summary" in stats["artifact_data"], "\n".join(event["stdout"] for event in events)
    return stats["artifact_data"]["scrum_backlogs_summary"]


@pytest.mark.smoke
def test_job_checks_applies_and_converges(job, company):
    """By the role and by the playbook. A check job shows the differences and changes nothing; a workflow gets numbers as numbers."""
    with company.read_only():
        status, events = job.run("role.yml", check=True, scrum_backlogs_list=ITEMS)
    drift = {**UNCHANGED, "total": 3, "changed": 2, "create": 1, "none": 1, "update": 1}
    assert (status, _summary(events)) == (0, drift)
    (predicted,) = _backlogs(events)
    assert predicted["changed"] is True
    (shown,) = [data["res"]["msg"] for data in _of(events, "runner_on_ok") if data["task"].endswith("Show what differs")]
    assert [line.split()[1:] for line in shown] == [
        ["2", "Group", "2", "create", "created_by", "7,", "modified_by", "7"],
        ["3", "Group", "3", "update", "modified_by", "6", "->", "7"],
    ]

    status, events = job.run("apply.yml")
    planned, done = _backlogs(events)
    assert (status, _summary(events), planned["changed"], done["changed"]) == (0, drift, False, True)
    assert [row[3:] for row in company.rows] == [(6, 7), (6, 7), (7, 7)]
    status, events = job.run("role.yml", scrum_backlogs_list=ITEMS)
    assert (status, _summary(events)) == (0, {**UNCHANGED, "total": 3, "none": 3})
    assert sum(_of(events, "playbook_on_stats")[0]["changed"].values()) == 0


def test_job_over_mesh_reports_same_events_and_detects_drift(job, company):
    """Sent, worked off on a node, and brought back: the same events; drift makes the nightly job fail."""
    with company.read_only():
        status, events = job.run("drift.yml", check=True, mesh=True, backlogs_file="backlogs.yml")
    assert (status, _summary(events)["changed"]) == (2, 2)
    assert "2 of 3 backlogs differ" in _of(events, "runner_on_failed")[0]["res"]["msg"]
    status, events = job.run("apply.yml", mesh=True)
    assert (status, _summary(events)["changed"]) == (0, 2)
    assert all(company.backlog_of(item["group_id"]) for item in ITEMS)


def test_export_job_hands_out_the_whole_file(job, company):
    """The container is gone after the job: the file is an artifact and stands in the output, also above the size of a difference."""
    for number in range(4, 804):
        company.group(number, name=f"{number} {'é{{ x' * 22}").backlog(id=number, created_by=6, modified_by=7)
    status, events = job.run("export.yml", group_ids="", bitrix24_timeout=None)
    assert status == 0, "\n".join(event["stdout"] for event in events)
    written = (job.folder / "project" / "backlogs.yml").read_text(encoding="utf-8")
    assert len(written.encode()) > 104_448
    (stats,) = _of(events, "playbook_on_stats")
    # AWX hands artifacts on to later nodes as extra variables: none of them is an input
    assert stats["artifact_data"] == {"scrum_backlogs_exported": written}
    shown = [data["res"]["msg"] for data in _of(events, "runner_item_on_ok") if data["task"] == "Show the file"]
    assert [line for lines in shown for line in lines] == written.splitlines()
    assert max(map(len, shown)) == 200
    assert "- group_id: 803" in "".join(event["stdout"] for event in events)


def test_failed_job_reports_cause_without_secret(job, company):
    """The portal says no: the event says why, and no secret."""
    company.engine.store.webhooks.clear()
    status, events = job.run("apply.yml")
    assert (status, _summary(events)["failed"]) == (2, 3)
    (failed,) = _of(events, "runner_on_failed")
    assert failed["res"]["msg"].count("INVALID_CREDENTIALS") == 1

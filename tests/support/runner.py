# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-playbook as a user runs it: in a folder of its own, with the collection installed from the built file."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from .secrecy import pieces_in

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("BITRIX24_TEST_ANSIBLE_BIN") or Path(sys.executable).parent)
PYTHON = os.environ.get("BITRIX24_TEST_PYTHON") or sys.executable
RESULT_MARKER = "The results: "
WARNINGS = ("[WARNING]", "[DEPRECATION WARNING]")


def _collections():
    """Where the collection is installed; built and installed here when nobody did it before."""
    given = os.environ.get("BITRIX24_TEST_COLLECTIONS")
    if given:
        return given
    folder = tempfile.mkdtemp(prefix="collections-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    galaxy = [str(BIN / "ansible-galaxy"), "collection"]
    subprocess.run([*galaxy, "build", str(ROOT), "--output-path", folder], check=True, capture_output=True)
    built = next(Path(folder).glob("*.tar.gz"))
    subprocess.run([*galaxy, "install", str(built), "-p", folder], check=True, capture_output=True)
    return folder


COLLECTIONS = _collections()


@dataclass
class PlayResult:
    """What came of a playbook.

    :ivar results: what each named task returned.
    :ivar output: everything that was printed, at -vvvv.
    :ivar warnings: the lines that warn.
    """

    status: int
    output: str
    results: dict = field(default_factory=dict)

    @property
    def warnings(self):
        """The warnings that tasks returned."""
        return [warning for result in self.results.values() for warning in result.get("warnings", [])]

    @property
    def single(self):
        """The result of the only task."""
        assert len(self.results) == 1
        return next(iter(self.results.values()))


class AnsibleRunner:
    """Runs playbooks in a folder.

    :param folder: empty folder, also the home of the run.
    :param secrets: what must not be printed, nor any piece of it.
    """

    def __init__(self, folder, secrets=()):
        self.folder = Path(folder)
        self.log = self.folder / "ansible.log"
        self.secrets = list(secrets)
        # named, because a localhost that is only implied runs modules on the interpreter of ansible-playbook itself
        self._inventory = self.folder / "localhost.yml"
        self._inventory.write_text(yaml.safe_dump(_inventory({"localhost": {}})))

    def run(self, command, check=False, **env):
        """(exit code, everything printed) of a command of the engine; secrets are looked for, in its log as well."""
        self.log.unlink(missing_ok=True)
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:], *(["--check"] if check else [])],
            cwd=self.folder,
            env=self.environment(**env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert not pieces_in(done.stdout, self.secrets), "a secret was printed"
        assert not self.log.exists() or not pieces_in(self.log.read_text(encoding="utf-8"), self.secrets), "a secret was logged"
        return done.returncode, done.stdout

    def run_tasks(self, tasks, check=False, expect_warnings=False, **env):
        """Run tasks on localhost; each goes on after a failure, and its result is kept.

        :param tasks: name -> dict of a task.
        :param env: environment variables.
        :returns: PlayResult. A warning fails the test, unless it is expected.
        """
        (self.folder / "play.yml").write_text(yaml.safe_dump([_play(tasks)], sort_keys=False))
        status, output = self.run(["ansible-playbook", "-vvvv", "--diff", "play.yml"], check, **env)
        assert self.log.stat().st_size, "nothing was logged"
        text = _results_in(output)
        assert not pieces_in(text, self.secrets), "a secret was returned"
        played = PlayResult(status, output, dict(zip(tasks, json.loads(text))))
        if not expect_warnings:
            assert not played.warnings, played.warnings
            assert not any(mark in line for line in output.splitlines() for mark in WARNINGS), output
        return played

    def side_by_side(self, hosts, task, **env):
        """(exit code, everything printed) of a task on many hosts at the same time.

        :param hosts: name -> dict of the variables of the host.
        """
        (self.folder / "hosts.yml").write_text(yaml.safe_dump(_inventory(hosts)))
        (self.folder / "hosts_play.yml").write_text(yaml.safe_dump([{"hosts": "all", "gather_facts": False, "tasks": [task]}]))
        return self.run(["ansible-playbook", "-vvvv", "-i", "hosts.yml", "--forks", str(len(hosts)), "hosts_play.yml"], **env)

    def environment(self, **more):
        """What a run sees: nothing of the user's own settings."""
        kept = {name: os.environ[name] for name in ("PATH", "LC_ALL", "TMPDIR") if name in os.environ}
        return {
            "LC_ALL": "C.UTF-8",
            **kept,
            "HOME": str(self.folder),
            "ANSIBLE_COLLECTIONS_PATH": COLLECTIONS,
            "ANSIBLE_INVENTORY": str(self._inventory),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "tmp"),
            "ANSIBLE_LOG_PATH": str(self.log),
            **{name: str(value) for name, value in more.items() if value is not None},
        }


def backlog(**options):
    """A task of the module for one backlog."""
    return {"scrumops.bitrix24.bitrix24_scrum_backlog": options}


def backlogs(items, **options):
    """A task of the module for many backlogs."""
    return {"scrumops.bitrix24.bitrix24_scrum_backlogs": dict(options, backlogs=items)}


def info(**options):
    """A task of the module that reads."""
    return {"scrumops.bitrix24.bitrix24_scrum_backlog_info": options}


def _inventory(hosts):
    local = {"ansible_connection": "local", "ansible_python_interpreter": PYTHON}
    return {"all": {"hosts": {name: {**local, **variables} for name, variables in hosts.items()}}}


def _play(tasks):
    names = [f"result_{number}" for number in range(len(tasks))]
    described = [
        {"name": name, **task, "register": register, "ignore_errors": True} for (name, task), register in zip(tasks.items(), names)
    ]
    tell = {"name": "Tell the results", "ansible.builtin.debug": {"msg": RESULT_MARKER + "{{ [" + ", ".join(names) + "] | to_json }}"}}
    return {"hosts": "localhost", "gather_facts": False, "tasks": [*described, tell]}


def _results_in(output):
    """The results, as the last task tells them: JSON within the JSON that is printed."""
    _before, told, text = output.rpartition(f'"{RESULT_MARKER}')
    assert told, output
    return json.JSONDecoder().raw_decode(f'"{text}')[0]

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Somebody who reads a page from top to bottom, writes the files that it shows, and types the commands."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass

from .runner import BIN, ROOT

SOURCE = "git+https://github.com/scrumops/ansible-collection-bitrix24.git"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".cache", ".ansible", "build", "*.tar.gz", "__pycache__")
FENCE = re.compile(r"^( *)(```+|~~~+) *(\S*)[^\n]*\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page.

    :ivar file: the name that the text before it gives to the file, in backticks; the page's first such name when it gives none.
    """

    language: str
    text: str
    file: str

    @property
    def first_line(self):
        """By which a table names it."""
        return self.text.split("\n", 1)[0]

    @property
    def commands(self):
        """Its lines, of a block of commands."""
        return [line for line in self.text.splitlines() if line and not line.startswith("#")]


def pages():
    """Every page of the project, as a path below its root."""
    found = (path for pattern in ("*.md", "docs/**/*.md", "roles/**/*.md", "examples/**/*.md") for path in ROOT.glob(pattern))
    return sorted(str(path.relative_to(ROOT)) for path in found)


def blocks(page):
    """The fenced blocks of a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"`([\w-]+\.yml)`", text)
    found, end = [], 0
    for fence in FENCE.finditer(text):
        before = re.findall(r"`([\w-]+\.yml)`", text[end : fence.start()])
        name = (before[-1:] or named[:1] or ["playbook.yml"])[0]
        found.append(Block(fence[3], re.sub(f"(?m)^{fence[1]}", "", fence[4]), name))
        end = fence.end()
    return found


class DocRunner:
    """Follows a page in the folder of an AnsibleRunner, with the collection installed there.

    :param portal: the Portal that the page is about.
    """

    def __init__(self, portal, runner):
        self._portal = portal
        self._runner = runner
        self._playbooks = {}
        _secret, _access, refresh = portal.oauth(client_id="local.0123456789abcd.01234567", client_secret="SECRET")
        self._real = {
            "https://example.bitrix24.com/rest/1/SECRET/": portal.webhook_url,
            "https://example.bitrix24.com": portal.portal_url,
            "BITRIX24_REFRESH_TOKEN=SECRET": f"BITRIX24_REFRESH_TOKEN={refresh}",
            SOURCE: f"{runner.folder}/source",
        }
        self._env = {
            "PWD": str(runner.folder),
            "BITRIX24_OAUTH_URL": portal.oauth_url,
            "ANSIBLE_COLLECTIONS_PATH": str(runner.folder / "collections"),
        }
        shutil.copytree(ROOT, runner.folder / "source", ignore=LEFT_OUT)
        self._galaxy("ansible-galaxy collection install . -p ../collections")

    def run_page(self, shown):
        """Write and type the blocks; playbooks that no command names are run at the end."""
        for block in shown:
            text = self._as_it_is_here(block.text)
            if block.language == "yaml":
                (self._runner.folder / block.file).write_text(text, encoding="utf-8")
                self._playbooks[block.file] = text
            elif block.language == "bash":
                for command in block.commands:
                    self._type(self._as_it_is_here(command))
        for file in list(self._playbooks):
            self._type(f"ansible-playbook {file}")

    def _as_it_is_here(self, text):
        for shown, real in self._real.items():
            text = text.replace(shown, real)
        return text

    def _type(self, command):
        words = shlex.split(command)
        if words[0] == "export":
            variable, _equals, value = words[1].partition("=")
            self._env[variable] = value
        elif words[0] == "ansible-galaxy":
            self._galaxy(command)
        elif words[0] in ("ansible", "ansible-doc", "ansible-playbook"):
            assert not set(command) & set("|&;<>$*"), f"this is no shell: {command}"
            named = {file: self._playbooks.pop(file) for file in list(self._playbooks) if file in command}
            webhook = "" if any("token_file" in text for text in named.values()) else self._portal.webhook_url
            status, output = self._runner.run(words, **{**self._env, "BITRIX24_WEBHOOK_URL": webhook})
            assert status == 0, (command, output)
        else:
            # make's targets are gates, or have tests of their own; requests is there already
            assert words[0] == "make" or words[:4] == ["python3", "-m", "pip", "install"], command

    def _galaxy(self, command):
        """In the folder of the source; installing again what is there needs --force."""
        done = subprocess.run(
            f"{BIN}/{command} --force",
            shell=True,
            cwd=self._runner.folder / "source",
            env=self._runner.environment(**self._env),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)

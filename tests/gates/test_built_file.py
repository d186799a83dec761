# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release carries what a user needs and nothing else, also when it is built in a checkout that has been worked in."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from workspace import ROOT, copy_checkout

WANTED = {
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "FILES.json",
    "LICENSE",
    "MANIFEST.json",
    "README.md",
    "SECURITY.md",
    "changelogs",
    "docs",
    "examples",
    "extensions",
    "meta",
    "playbooks",
    "plugins",
    "roles",
}
SOMETIMES = {"CHANGELOG.rst"}

#: What lies about after tests, editors and tools were at work.
LITTER = (
    ".coverage",
    ".mypy_cache/x.json",
    ".ruff_cache/x",
    ".venv/test/ready",
    ".vscode/settings.json",
    ".pytest_cache/x",
    ".ansible/x",
    "build/site/index.html",
    "collections/x",
    "plugins/modules/__pycache__/x.cpython-313.pyc",
    "scrumops-bitrix24-0.0.1.tar.gz",
)


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """Paths of the files in a file built from a checkout that is full of litter."""
    folder = tmp_path_factory.mktemp("built")
    checkout = folder / "checkout"
    copy_checkout(ROOT, checkout)
    for path in LITTER:
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        (checkout / path).write_text("litter", encoding="utf-8")
    galaxy = Path(sys.executable).parent / "ansible-galaxy"
    subprocess.run(
        [str(galaxy), "collection", "build", str(checkout), "--output-path", str(folder)], check=True, capture_output=True, cwd=folder
    )
    with tarfile.open(next(folder.glob("*.tar.gz"))) as built:
        return {member.name for member in built.getmembers() if member.isfile()}


def test_built_file_holds_no_development_files(names):
    """No tests, settings, caches, tools."""
    assert {name.split("/")[0] for name in names} - SOMETIMES == WANTED
    assert not names & set(LITTER)
    assert not [name for name in names if "iac-repo" in name]
    assert {name for name in names if name.startswith("changelogs/")} == {"changelogs/changelog.yaml"}


def test_built_file_holds_everything_that_runs(names):
    """Plugins, roles, playbooks, documentation, examples, and what AWX and an execution environment ask for."""
    for folder in ("plugins", "roles", "playbooks", "docs", "examples", "extensions/awx", "meta"):
        paths = {path for path in (ROOT / folder).rglob("*") if path.is_file() and not {"__pycache__", "iac-repo"} & set(path.parts)}
        kept = {str(path.relative_to(ROOT)) for path in paths}
        assert kept
        assert kept <= names


def test_action_group_names_all_modules():
    """The action group names the modules, all of them and no others."""
    group = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]["bitrix24"]
    assert sorted(group) == sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an execution environment takes from the collection, and the example that builds one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
BUILDER = Path(sys.executable).parent / "ansible-builder"
EXAMPLE = ROOT / "examples" / "execution-environment.yml"


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    """What ansible-builder makes of the example, for an engine to build."""
    folder = tmp_path_factory.mktemp("context")
    command = [str(BUILDER), "create", "-f", str(EXAMPLE), "-c", str(folder), "--output-filename", "Containerfile"]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def test_execution_environment_example_is_buildable(context):
    """From the collection's own repository, with git in the one stage that needs it, and an ansible-core that the collection supports."""
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    (collection,) = yaml.safe_load((context / "_build" / "requirements.yml").read_text())["collections"]
    assert (collection["name"], collection["type"]) == (galaxy["repository"] + ".git", "git")
    stages = (context / "Containerfile").read_text().split("\nFROM ")
    assert [("RUN $PKGMGR install -y git-core" in stage, "collection install" in stage) for stage in stages].count((True, True)) == 1
    assert sum("git-core" in stage for stage in stages) == 1
    assert any("introspect" in stage for stage in stages)
    needed = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["requires_ansible"]
    definition = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    assert definition["version"] == 3
    assert definition["dependencies"]["ansible_core"]["package_pip"] == "ansible-core" + needed.removesuffix(".0")


def test_requirements_list_only_imported_packages():
    """What its modules import, and no package of the system; the files that are named are there."""
    named = yaml.safe_load((ROOT / "meta" / "execution-environment.yml").read_text(encoding="utf-8"))
    assert set(named["dependencies"]) == {"python", "system"}
    wanted = {kind: (ROOT / path).read_text(encoding="utf-8").splitlines() for kind, path in named["dependencies"].items()}
    assert [line.partition(">=")[0] for line in wanted["python"]] == ["requests"]
    assert [line for line in wanted["system"] if not line.startswith("#")] == []


def test_requirements_are_found_by_introspection(tmp_path):
    """By ansible-builder introspect."""
    (tmp_path / "ansible_collections" / "scrumops").mkdir(parents=True)
    (tmp_path / "ansible_collections" / "scrumops" / "bitrix24").symlink_to(ROOT)
    done = subprocess.run([str(BUILDER), "introspect", str(tmp_path)], check=True, capture_output=True, text=True)
    found = yaml.safe_load(done.stdout)
    assert [line.split("#")[0].strip() for line in found["python"]] == ["requests>=2.28"]
    assert not found.get("system")

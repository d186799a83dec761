# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files around the project name the same versions, the same commands, and one another."""

from __future__ import annotations

import re

import pytest
import yaml

from gates import GATES
from matrix import CORES
from workspace import ROOT, SUPPORTED

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"(?m)^([a-z-]+):", MAKEFILE)) | set(GATES)
SPEAKING = ["README.md", "CONTRIBUTING.md", ".github/PULL_REQUEST_TEMPLATE.md", ".pre-commit-config.yaml"]
SPEAKING += [str(path.relative_to(ROOT)) for folder in ("docs", ".github") for path in (ROOT / folder).rglob("*.*") if path.is_file()]


def _yaml(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(set(SPEAKING)))
def test_named_make_targets_exist(path):
    """In commands, and between backticks."""
    text = (ROOT / path).read_text(encoding="utf-8")
    named = set(re.findall(r"(?m)(?:`|^|entry: |run: )make ([a-z-]+)", text))
    assert named <= TARGETS, named - TARGETS


def test_make_help_lists_every_target():
    """Each target that is no file has its word of help, gates and the installed environments apart."""
    helped = set(re.findall(r"(?m)^([a-z-]+):.*## ", MAKEFILE))
    phony = set(re.search(r"(?m)^\.PHONY: (.*) \$\(GATES\)$", MAKEFILE)[1].split())
    assert helped == phony
    assert not phony & set(GATES)


@pytest.mark.parametrize("name", ["test", "matrix"])
def test_workflows_run_every_supported_python(name):
    """All that modules support."""
    jobs = _yaml(f".github/workflows/{name}.yml")["jobs"].values()
    versions = [step["with"]["python-version"].split() for job in jobs for step in job["steps"] if "with" in step]
    assert versions == [sorted(SUPPORTED, key=lambda version: int(version.split(".")[1]))]


def test_nightly_workflow_runs_every_supported_ansible_core():
    """Those of make matrix, each with its list of requirements; the collection asks for the oldest."""
    assert _yaml(".github/workflows/matrix.yml")["jobs"]["core"]["strategy"]["matrix"]["core"] == list(CORES)
    assert {path.stem for path in (ROOT / "requirements" / "matrix").glob("*.txt")} == set(CORES)
    assert _yaml("meta/runtime.yml")["requires_ansible"] == f">={min(CORES, key=lambda core: int(core.split('.')[1]))}.0"


def test_hooks_run_make_targets_only():
    """Nothing is fetched, and each hook runs a make target."""
    repos = _yaml(".pre-commit-config.yaml")["repos"]
    assert [repo["repo"] for repo in repos] == ["local"]
    for hook in repos[0]["hooks"]:
        assert hook["entry"].split()[0] == "make"
        assert set(hook["entry"].split()[1:]) <= TARGETS
        assert hook["language"] == "system"
        assert not hook["pass_filenames"]

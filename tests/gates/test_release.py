# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make release` in a clone: one commit, one tag, one file; or nothing at all, and a checkout as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from workspace import ROOT, copy_checkout

VERSION = "77.1.0"

#: git without the settings of whoever runs the tests.
GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
GIT.update({f"GIT_{role}_{what}": "a@b.c" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")})


class Clone:
    """A checkout of its own, with everything committed."""

    def __init__(self, folder):
        self.folder = folder
        copy_checkout(ROOT, folder)
        fragment = folder / "changelogs" / "fragments" / "planned.yml"
        fragment.parent.mkdir(exist_ok=True)
        fragment.write_text("---\nminor_changes:\n  - A change that somebody made.\n", encoding="utf-8")
        self.git("init", "-q")
        self.commit()

    def git(self, *words):
        """What git prints."""
        return self._run(["git", *words]).stdout

    def commit(self):
        """Commit what is there."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "all")

    def state(self):
        """All that a release may change: commit, tags, files."""
        return self.git("rev-parse", "HEAD"), self.git("tag"), self.git("status", "--porcelain", "--ignored")

    def release(self, version=VERSION):
        """(exit code, what was said)."""
        done = self._run(["sh", "tools/release.sh", version, str(Path(sys.executable).parent)], check=False)
        return done.returncode, done.stdout + done.stderr

    def _run(self, command, check=True):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "ANSIBLE_", "EMAIL"))}
        return subprocess.run(command, cwd=self.folder, env={**kept, **GIT}, check=check, capture_output=True, text=True)


@pytest.fixture
def clone(tmp_path):
    """A clone that a release can be made in."""
    if not shutil.which("git"):
        pytest.skip("make release, since git is missing")
    return Clone(tmp_path / "bitrix24")


def test_release_sets_version_changelog_commit_and_tag(clone):
    """The version is the same in all places, the fragments have become the changelog, and the file is built from what was tagged."""
    status, said = clone.release()
    assert status == 0, said
    assert clone.git("tag").split() == [VERSION]
    assert clone.git("rev-parse", f"{VERSION}^{{commit}}") == clone.git("rev-parse", "HEAD")
    assert clone.git("status", "--porcelain") == ""
    assert clone.git("rev-list", "--count", "HEAD").strip() == "2"
    assert list((clone.folder / "changelogs" / "fragments").glob("*.yml")) == []
    assert "A change that somebody made." in (clone.folder / "CHANGELOG.rst").read_text(encoding="utf-8")
    assert yaml.safe_load((clone.folder / "galaxy.yml").read_text(encoding="utf-8"))["version"] == VERSION
    with tarfile.open(clone.folder / "build" / f"scrumops-bitrix24-{VERSION}.tar.gz") as built:
        assert f'VERSION = "{VERSION}"'.encode() in built.extractfile("plugins/module_utils/_version.py").read()
        assert VERSION.encode() in built.extractfile("CHANGELOG.rst").read()


def _changed_file(clone):
    (clone.folder / "README.md").write_text("changed", encoding="utf-8")


def _new_file(clone):
    (clone.folder / "new.txt").write_text("new", encoding="utf-8")


def _tag(clone):
    clone.git("tag", VERSION)


def _no_fragment(clone):
    for path in (clone.folder / "changelogs" / "fragments").glob("*"):
        path.unlink()
    clone.commit()


def _broken_fragment(clone):
    (clone.folder / "changelogs" / "fragments" / "broken.yml").write_text("---\nnews: [no such section]\n", encoding="utf-8")
    clone.commit()


def _nothing_to_build(clone):
    (clone.folder / "galaxy.yml").write_text("---\nversion: 0.9.0\n", encoding="utf-8")
    clone.commit()


@pytest.mark.parametrize("hindrance", [_changed_file, _new_file, _tag, _no_fragment, _broken_fragment, _nothing_to_build])
def test_release_with_obstacle_changes_nothing(clone, hindrance):
    """No half a release: no commit, no tag, no changed file."""
    hindrance(clone)
    before = clone.state()
    status, said = clone.release()
    assert status != 0, said
    assert said
    assert clone.state() == before


@pytest.mark.parametrize("version", ["", "1.0", "v1.0.0", "1.0.0-rc1", "1.0.0 "])
def test_release_with_malformed_version_is_rejected(clone, version):
    """Anything else is refused."""
    before = clone.state()
    assert clone.release(version)[0] != 0
    assert clone.state() == before


def test_release_when_git_refuses_commit_changes_nothing(clone):
    """As where git does not know who commits."""
    hook = clone.folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    before = clone.state()
    assert clone.release()[0] != 0
    assert clone.state() == before

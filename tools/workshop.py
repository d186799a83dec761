# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where gates run: a copy of the checkout as a collection, a home folder of their own, and the interpreters of the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEWEST = ROOT / ".venv" / "test"
OLDEST = ROOT / ".venv" / "oldest"
TARGET = ROOT / ".venv" / "target"

#: Versions of the script that ansible-test looks for in its cache before it fetches it.
GET_PIP = ("24_2", "25_2")

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".cache", "__pycache__", "*.tar.gz", "tests/output")


class Workshop:
    """A folder outside of the checkout, removed at the end."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="gates-"))
        self.home = self.folder / "home"
        self.copy = self.folder / "source" / "ansible_collections" / "scrumops" / "bitrix24"
        self.installed = self.folder / "installed"
        self.built = self.folder / "built"
        self.pythons = _pythons()

    def open(self):
        """Copy, build and install the collection."""
        cache = self.home / ".ansible" / "test" / "cache"
        cache.mkdir(parents=True)
        for version in GET_PIP:
            shutil.copy(ROOT / "tools" / "get_pip.py", cache / f"get_pip_{version}.py")
        _copy_checkout(self.copy)
        galaxy = str(NEWEST / "bin" / "ansible-galaxy")
        env = self.environment(ANSIBLE_COLLECTIONS_PATH=str(self.installed))
        _quietly([galaxy, "collection", "build", "--output-path", str(self.built)], self.copy, env)
        _quietly([galaxy, "collection", "install", "-p", str(self.installed), str(self.tarball)], self.copy, env)

    def close(self):
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def tarball(self):
        """The built file."""
        return next(self.built.glob("scrumops-bitrix24-*.tar.gz"))

    def environment(self, venv=NEWEST, **more):
        """The environment of a gate: no settings of the user, the interpreters that work first."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "BITRIX24_", "PYTHON"))}
        bins = [str(venv / "bin")] + [str(Path(python).parent) for python in self.pythons.values()]
        path = [entry for entry in kept["PATH"].split(os.pathsep) if "/shims" not in entry]
        return {
            **kept,
            "PATH": os.pathsep.join(bins + path),
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(self.folder / "source"),
            "ANSIBLE_NOCOLOR": "1",
            "BITRIX24_TEST_ANSIBLE_BIN": str(venv / "bin"),
            "BITRIX24_TEST_COLLECTIONS": str(self.installed),
            "BITRIX24_TEST_TARBALL": str(self.tarball) if self.built.exists() else "",
            **more,
        }


def _pythons():
    """Version -> path of the interpreters that modules may run on."""
    found = subprocess.run(["sh", "tools/pythons.sh", "3.9"], cwd=ROOT, capture_output=True, text=True, check=True)
    return {Path(path).name.replace("python", ""): path for path in found.stdout.split()}


def _copy_checkout(target):
    """Tracked files and new ones that are not ignored; everything when this is no git checkout."""
    target.parent.mkdir(parents=True)
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0 or not listed.stdout:
        shutil.copytree(ROOT, target, ignore=LEFT_OUT, symlinks=True)
        return
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def _quietly(command, cwd, env):
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")

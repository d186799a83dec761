# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where gates run: a copy of the checkout as a collection, a home folder of their own, and the interpreters of the machine."""

from __future__ import annotations

import functools
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEWEST = ROOT / ".venv" / "test"
OLDEST = ROOT / ".venv" / "oldest"
TARGET = ROOT / ".venv" / "target"
AWX = ROOT / ".venv" / "awx"

#: The home folder of the tools, kept between runs: what ansible-test sets up in it takes over a minute.
CACHE = ROOT / ".cache" / "home"

#: Versions of the script that ansible-test looks for in its cache before it fetches it.
GET_PIP = ("24_2", "25_2")

#: Pythons that modules support.
SUPPORTED = ("3.13", "3.12", "3.11", "3.10", "3.9")

LEFT_OUT = shutil.ignore_patterns(".*cache", ".ansible", ".coverage*", ".git", ".venv", "__pycache__", "*.tar.gz", "build", "collections")


class Workspace:
    """A folder outside of the checkout, removed at the end.

    :ivar checkout: where gates run that name paths of the checkout.
    :ivar copy: the same files as .../ansible_collections/scrumops/bitrix24: ansible-test takes no other place, and no symbolic link.
    :ivar notes: what this machine could not test, one sentence each.
    """

    def __init__(self, checkout=ROOT, home=None):
        self.folder = Path(tempfile.mkdtemp(prefix="gates-")).resolve()
        self.checkout = checkout
        self.home = home or self.folder / "home"
        self.copy = self.folder / "source" / "ansible_collections" / "scrumops" / "bitrix24"
        self.installed = self.folder / "installed"
        self.built = self.folder / "built"
        self.pythons = pythons()
        self.notes = [f"Python {version} is missing" for version in SUPPORTED if version not in self.pythons]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def open(self, oldest=True):
        """Copy, build and install the collection.

        :param oldest: set up the oldest ansible-core and the oldest Python for modules as well.
        """
        prepare_home(self.home)
        copy_checkout(self.checkout, self.copy)
        galaxy = str(NEWEST / "bin" / "ansible-galaxy")
        env = {**self.environment(), "ANSIBLE_COLLECTIONS_PATH": str(self.installed)}
        run_or_exit([galaxy, "collection", "build", "--output-path", str(self.built)], self.copy, env)
        run_or_exit([galaxy, "collection", "install", "-p", str(self.installed), str(self.tarball)], self.copy, env)
        if oldest:
            core = min(("3.13", "3.12", "3.11"), key=lambda version: (version not in self.pythons, _minor(version)))
            make_venv(OLDEST, "requirements/oldest.txt", self.pythons[core])
            make_venv(TARGET, "requirements/target.txt", self.pythons[self.oldest_python])

    @property
    def oldest_python(self):
        """Version of the oldest interpreter of the machine that modules support."""
        return min(self.pythons, key=_minor)

    @property
    def tarball(self):
        """The built file."""
        return next(self.built.glob("scrumops-bitrix24-*.tar.gz"))

    def marker(self, name):
        """The file that is there once the interpreter for modules has run in a gate."""
        return self.folder / f"witness-{name}"

    def environment(self, name="", venv=NEWEST, target=None):
        """The environment of a gate: no settings of the user, the interpreters that work first.

        :param venv: whose ansible-core is used.
        :param target: the virtual environment that modules run in; the same when left out.
        """
        foreign = ("ANSIBLE_", "BITRIX24_", "COVERAGE_", "MOLECULE_", "PYTEST_", "PYTHON")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        bins = [str(venv / "bin"), *(str(Path(python).parent) for python in self.pythons.values()), str(NEWEST / "bin")]
        path = [entry for entry in kept.get("PATH", os.defpath).split(os.pathsep) if not entry.endswith("/shims")]
        env = {
            **kept,
            "PATH": os.pathsep.join(bins + path),
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": f"{self.folder / 'source'}{os.pathsep}{AWX}",
            "ANSIBLE_NOCOLOR": "1",
            "BITRIX24_TEST_ANSIBLE_BIN": str(venv / "bin"),
            "BITRIX24_TEST_COLLECTIONS": str(self.installed),
            "COVERAGE_FILE": str(self.folder / "coverage"),
        }
        if name:
            env["BITRIX24_TEST_PYTHON"] = self.interpreter(name, target or venv)
        if any(self.built.glob("*.tar.gz")):
            env["BITRIX24_TEST_TARBALL"] = str(self.tarball)
        return env

    def interpreter(self, name, venv):
        """Path of an interpreter for modules, which leaves a witness that it ran."""
        made = self.folder / f"python-{name}"
        lines = ["#!/bin/sh", f": >{shlex.quote(str(self.marker(name)))}"]
        lines.append(f'exec {shlex.quote(str(venv / "bin" / "python"))} "$@"')
        made.write_text("\n".join([*lines, ""]), encoding="utf-8")
        made.chmod(0o755)
        return str(made)


@functools.cache
def pythons(oldest="3.9"):
    """Version -> path of the interpreters of the machine that modules support."""
    found = subprocess.run(["sh", "tools/pythons.sh", oldest], cwd=ROOT, capture_output=True, text=True, check=True)
    return {version: path for version, path in (line.split(" ", 1) for line in found.stdout.splitlines()) if version in SUPPORTED}


def make_venv(folder, requirements, python):
    """A virtual environment, made again when its requirements have changed."""
    ready, wanted = folder / "ready", ROOT / requirements
    if ready.exists() and ready.stat().st_mtime >= wanted.stat().st_mtime:
        return
    if subprocess.run(["sh", "tools/venv.sh", str(folder), requirements, python], cwd=ROOT, check=False).returncode != 0:
        sys.exit(1)


def prepare_home(home):
    """A home folder in which ansible-test finds a way to pip."""
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in GET_PIP:
        shutil.copy(ROOT / "tools" / "get_pip.py", cache / f"get_pip_{version}.py")


def copy_checkout(source, target):
    """Tracked files and new ones that are not ignored; everything that is not made by tools when this is no git checkout."""
    target.parent.mkdir(parents=True, exist_ok=True)
    names = []
    if shutil.which("git") and (source / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=source, capture_output=True, text=True, check=False
        )
        names = list(filter(None, listed.stdout.split("\0")))
    if not names:
        shutil.copytree(source, target, ignore=LEFT_OUT, symlinks=True)
    for name in names:
        if (source / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, target / name)


def run_or_exit(command, cwd, env):
    """Run what must succeed; its output is shown when it does not."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def _minor(version):
    return int(version.split(".")[1])

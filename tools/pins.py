# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Renews the pinned versions in requirements/: the newest that go together, a package having one version in all files.

ansible-core keeps to its series where a file is about one (oldest.txt, matrix/), or a line about older interpreters: there only the
patch is renewed. Other lines about older interpreters stay as they are, and so does what is marked with `# kept`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys

from workspace import ROOT

PIN = re.compile(r"(?m)^(?P<name>[\w.-]+)==(?P<version>[^;\s]+)(?P<marker>.*)$")
KEPT = r"<|# kept"


def main():
    """Renew all, and print what changed; returns the exit code."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "requirements").rglob("*.txt"))}
    together = newest(*{pin["name"] for text in texts.values() for pin in PIN.finditer(text) if not re.search(KEPT, pin["marker"])})
    changed = False
    for path, text in texts.items():
        of_series = path.name == "oldest.txt" or path.parent.name == "matrix"
        new = renewed(text, together, of_series)
        path.write_text(new, encoding="utf-8")
        for before, after in zip(text.splitlines(), new.splitlines()):
            if before != after:
                changed = True
                print(f"{path.relative_to(ROOT)}: {before} -> {after}")
    print("Now: make test, make matrix" if changed else "All are the newest.")
    return 0


def renewed(text, together, of_series, find=None):
    """The text of a file of requirements with its versions renewed.

    :param together: name -> version of the newest that go together.
    :param of_series: whether the file is about one series of ansible-core.
    :param find: newest(), or a test's.
    """
    find = find or newest

    def renew(pin):
        name, version, marker = pin["name"], pin["version"], pin["marker"]
        kept = re.search(KEPT, marker)
        if name == "ansible-core" and (of_series or kept):
            version = find(_series(version))[name]
        elif not kept:
            version = together[_key(name)]
        return f"{name}=={version}{marker}"

    return PIN.sub(renew, text)


def newest(*wanted):
    """Name -> version of what pip would install for the requirements, nothing being there yet."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*command, "--report", "-", *sorted(wanted)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"There are no versions that go together for {', '.join(sorted(wanted))}:\n{done.stderr}")
    found = (package["metadata"] for package in json.loads(done.stdout)["install"])
    return {_key(package["name"]): package["version"] for package in found}


def _key(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def _series(version):
    """The requirement of a version's series: its patches; of a candidate also what follows it."""
    major, minor = version.split(".")[:2]
    if re.search(r"[a-z]", version):
        return f"ansible-core>={version},<{major}.{int(minor) + 1}"
    return f"ansible-core=={major}.{minor}.*"


if __name__ == "__main__":
    sys.exit(main())

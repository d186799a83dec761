# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proves that gates bite: plants one fault for each in a copy, and wants it found. seeded_faults.py [GATE...]"""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gates import GATES, with_prerequisites
from run_gates import run
from workspace import OLDEST, ROOT, TARGET, Workspace, copy_checkout

HEAD = (ROOT / "plugins" / "module_utils" / "_version.py").read_text(encoding="utf-8").split('"""')[0]
MODULE = "plugins/modules/bitrix24_scrum_backlog.py"
FUTURE = "\nfrom __future__ import annotations\n"


@dataclass(frozen=True)
class Fault:
    """What is wrong in the copy.

    :ivar path: the file.
    :ivar old: the text that is replaced; empty: the file is created.
    :ivar new: what stands there instead.
    :ivar found: a pattern that the gate's output holds when it has found this fault and no other.
    """

    path: str
    old: str
    new: str
    found: str


UNGUARDED = Fault(
    "plugins/module_utils/_seeded_faults.py", "", f"{HEAD}{FUTURE}\nimport library_that_is_missing\n", "library_that_is_missing"
)
UNUSABLE = Fault(MODULE, "required_one_of=", "required_together=", "FAILED tests/integration")
FAULTS = {
    "sanity": UNGUARDED,
    "sanity-oldest": UNGUARDED,
    "units-oldest": Fault(
        "tests/unit/plugins/module_utils/test_seeded_faults.py",
        "",
        f"{HEAD}{FUTURE}\n\ndef test_planted():\n    assert 1 == 2\n",
        "1 failed",
    ),
    "importer": Fault("galaxy.yml", "  - application\n  - tools\n", "", "(?i)tag"),
    "molecule": Fault("extensions/molecule/default/converge.yml", "modified_by: 7", "modified_by: 9", "READ_ONLY"),
    "ansible-lint": Fault(
        "playbooks/planted.yml",
        "",
        "---\n- name: Planted\n  hosts: localhost\n  tasks:\n    - name: Planted\n      scrumops.bitrix24.bitrix24_scrum_backlog:\n"
        "        group: 1\n",
        r"args\[module\]",
    ),
    "yamllint": Fault("playbooks/planted.yml", "", "---\nplanted:   1\n", "too many spaces after colon"),
    "ruff": Fault("tools/planted_too.py", "", "import os\nx = { }\n", r"F401(.|\n)*would be reformatted"),
    "shellcheck": Fault("tools/venv.sh", 'touch "$folder/ready"', "touch $folder/ready", "SC2086"),
    "types": Fault("plugins/module_utils/_version.py", 'VERSION = "', 'VERSION: int = "', r"Incompatible types"),
    "docs-lint": Fault(MODULE, "\ndescription:\n", "\ndescription:\n  - See O(option_that_is_missing).\n", "option_that_is_missing"),
    "docs-site": Fault("docs/oauth.md", "# OAuth\n", "# OAuth\n\n[gone](that_is_missing.md)\n", "that_is_missing"),
    "changelog-lint": Fault("changelogs/fragments/planted.yml", "", "---\nnews: [planted]\n", "news"),
    "ee": Fault("meta/ee-requirements.txt", "requests>=2.28", "", "nothing was checked"),
    "units": Fault("plugins/module_utils/_version.py", 'VERSION = "', 'VERSION = "9', "test_version_is_the_same_everywhere"),
    "integration": UNUSABLE,
    "coverage": Fault(
        "plugins/module_utils/_seeded_faults.py",
        "",
        f"{HEAD}{FUTURE}\n\ndef planted(value):\n" + "".join(f"    value += {number}\n" for number in range(900)) + "    return value\n",
        "Coverage failure",
    ),
    "units-quick": Fault(
        "tests/unit/plugins/module_utils/test_seeded_faults.py",
        "",
        f"{HEAD}{FUTURE}\n\ndef test_planted():\n    assert 1 == 2\n",
        "1 failed",
    ),
    "smoke-oldest": UNUSABLE,
    "integration-oldest": UNUSABLE,
    "browser": Fault(
        "roles/scrum_backlogs/templates/drift.html.j2", "<style>", '<script src="https://example.com/x.js"></script><style>', "FAILED tests"
    ),
}


def _plant(fault, copy):
    path = copy / fault.path
    text = fault.new
    if fault.old:
        held = path.read_text(encoding="utf-8")
        if fault.old not in held:
            sys.exit(f"{fault.path} does not hold {fault.old!r} any more: nothing can be planted")
        text = held.replace(fault.old, fault.new)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _is_detected(name, home):
    """Whether the gate finds the fault, and what it printed."""
    fault = FAULTS[name]
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        copy = Path(folder) / "bitrix24"
        copy_checkout(ROOT, copy)
        (copy / ".venv").symlink_to(ROOT / ".venv")
        _plant(fault, copy)
        with Workspace(copy, home) as workspace:
            workspace.open(oldest=GATES[name].oldest)
            for needed in with_prerequisites([name]):
                env = workspace.environment(needed, OLDEST, TARGET) if GATES[needed].oldest else workspace.environment(needed)
                if GATES[needed].modules:
                    env["PYTEST_ADDOPTS"] = "--exitfirst"
                outcome = run(needed, GATES[needed], workspace, env)
    return not outcome.good and re.search(fault.found, outcome.log) is not None, outcome


def main(names):
    """Plant the named gates' faults, or all; returns the exit code."""
    without = set(GATES) ^ set(FAULTS)
    if without:
        sys.exit(f"Gates and faults differ: {', '.join(sorted(without))}")
    found = 0
    with tempfile.TemporaryDirectory(prefix="planted-home-") as home:
        for name in names or FAULTS:
            is_detected, outcome = _is_detected(name, Path(home))
            found += is_detected
            if not is_detected:
                print(outcome.log[-6000:])
            print(f"{'found ' if is_detected else 'MISSED'}  {name:20} {outcome.seconds:6.1f} s", flush=True)
    total = len(names or FAULTS)
    print(f"\n{found} passed, {total - found} failed")
    return 0 if found == total else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

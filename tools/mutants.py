# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Do the tests notice a changed operator, number or condition? Runs random mutants of cosmic-ray: mutants.py [COUNT] [SEED]"""

from __future__ import annotations

import contextlib
import random
import shlex
import sys
import tempfile
from pathlib import Path

from cosmic_ray.commands import execute, init
from cosmic_ray.config import deserialize_config, serialize_config
from cosmic_ray.work_db import use_db

from workspace import ROOT, copy_checkout

#: Seconds for the tests of one mutant; one that hangs counts as noticed.
LIMIT = 600

#: What runs without the real engine, the quickest first; it stops at the first failure.
TESTS = ("tests/unit", "tests/contract", "tests/faults", "tests/fuzz")

#: Type annotations are never evaluated: these mutants cannot be noticed.
ANNOTATIONS = "core/ReplaceBinaryOperator_BitOr_"

PYTEST = shlex.join([sys.executable, "-m", "pytest", "-q", "-x", "-n", "2", "-p", "no:cacheprovider"])
CONFIG = {
    "timeout": LIMIT,
    "excluded-modules": [],
    "test-command": f"sh -c {shlex.quote(' && '.join(f'{PYTEST} {folder}' for folder in TESTS))}",
    "distributor": {"name": "local"},
}


def _choose(database, count, seed):
    """Keep a random choice of the mutants of a WorkDB; returns how many there were."""
    items = [item for item in database.work_items if not item.mutations[0].operator_name.startswith(ANNOTATIONS)]
    chosen = random.Random(seed).sample(sorted(items, key=_place), min(count, len(items)))
    database.clear()
    database.add_work_items(chosen)
    return len(items)


def _place(item):
    mutation = item.mutations[0]
    return str(mutation.module_path), mutation.start_pos, mutation.operator_name, mutation.occurrence


def _survivors(folder, count, seed):
    """Run the mutants in a copy of the checkout; returns how many ran, and (operator, diff) of those that no test noticed."""
    copy = folder / "bitrix24"
    copy_checkout(ROOT, copy)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    with contextlib.chdir(copy), use_db(str(folder / "session.sqlite")) as database:
        modules = sorted(Path("plugins/module_utils").rglob("*.py"))
        init(modules, database, {})
        total = _choose(database, count, seed)
        print(f"{count} of {total} mutants of {len(modules)} files, seed {seed}", flush=True)
        execute(database, deserialize_config(serialize_config(CONFIG)))
        completed = database.completed_work_items
    return len(completed), [(item.mutations[0].operator_name, result.diff) for item, result in completed if not result.is_killed]


def main(count=100, seed=None):
    """Run COUNT mutants; returns the exit code, 0 when at least nine in ten were noticed."""
    seed = random.randrange(10**6) if seed is None else seed
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        ran, survivors = _survivors(Path(folder), count, seed)
    for operator, diff in survivors:
        print(f"\nNot noticed: {operator}\n{diff}")
    noticed = ran - len(survivors)
    print(f"\n{noticed} of {ran} noticed, seed {seed}")
    return 0 if ran and noticed >= 0.9 * ran else 1


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))

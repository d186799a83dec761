# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gates: what is run, where, and what its output must and must not hold."""

from __future__ import annotations

from dataclasses import dataclass

from workspace import NEWEST

PYTEST = [str(NEWEST / "bin" / "python"), "-m", "pytest", "-q", "-rfEs", "--tb=short", "-p", "no:cacheprovider"]
SANITY = ["ansible-test", "sanity", "--color", "no"]
APART = ("integration", "unit", "portal", "support", "benchmark", "__pycache__")

#: What ansible-test says when it leaves things out, and exits with 0.
NOT_VACUOUS = "All targets skipped|Required program"
PASSED = r"[1-9]\d* passed"

#: Percent of lines and branches of plugins/ that units must reach. Integration runs each module as a process of its own, where
#: recording costs almost as much as the module itself.
COVERED = 95


@dataclass(frozen=True)
class Gate:
    """One check of the project.

    :ivar commands: called with the Workshop; returns the command lines.
    :ivar lane: gates of one lane run one after the other.
    :ivar checkout: run in the checkout, with its paths in messages; otherwise in the copy that is a collection by its place.
    :ivar run_by: the smallest of `make quick`, `make test` and `make check` that runs it.
    :ivar oldest: with the oldest supported ansible-core, and modules on the oldest Python.
    :ivar modules: playbooks run modules: it fails when the interpreter that was meant to run them did not.
    :ivar after: gates whose outcome this one looks at; they run first.
    :ivar refuse: a pattern that must not occur in the output: tools that report faults and exit with 0.
    :ivar require: a pattern that must occur: tools that exit with 0 without having checked anything.
    """

    commands: object
    lane: int
    checkout: bool = False
    run_by: str = "test"
    oldest: bool = False
    modules: bool = False
    after: tuple = ()
    refuse: str = ""
    require: str = ""


def _importer(workspace):
    config = workspace.folder / "importer.cfg"
    config.write_text("[galaxy-importer]\nrun_ansible_test = False\ncheck_required_tags = True\n", encoding="utf-8")
    return [["env", f"GALAXY_IMPORTER_CONFIG={config}", "python", "-m", "galaxy_importer.main", str(workspace.tarball)]]


def _scripts(workspace):
    return [".ci/run", *sorted(str(path.relative_to(workspace.copy)) for path in workspace.copy.glob("t*/**/*.sh"))]


def _unit_folders(workspace):
    folders = sorted(str(found.parent.relative_to(workspace.checkout)) for found in workspace.checkout.glob("tests/*/test_*.py"))
    return ["tests/unit", *(folder for folder in dict.fromkeys(folders) if folder.split("/")[1] not in APART)]


def _pytest(*words):
    return lambda w: [[*PYTEST, *words]]


GATES = {
    "sanity": Gate(lambda w: [SANITY], 1, refuse=NOT_VACUOUS, require="Running sanity test"),
    "sanity-oldest": Gate(lambda w: [SANITY], 1, run_by="check", oldest=True, refuse=NOT_VACUOUS, require="Running sanity test"),
    "units-oldest": Gate(
        lambda w: [["ansible-test", "units", "--venv", "--python", w.oldest_python]],
        1,
        run_by="check",
        oldest=True,
        refuse=NOT_VACUOUS,
        require=PASSED,
    ),
    "importer": Gate(_importer, 1, run_by="check", refuse=r"(?m)^(WARNING|ERROR)", require="Importer processing completed successfully"),
    "molecule": Gate(lambda w: [["molecule", "test", "--all"]], 1, run_by="check", require="verify"),
    "ansible-lint": Gate(lambda w: [["ansible-lint", "--offline"]], 1, require=r"[1-9]\d* files processed.*'production' was required"),
    "yamllint": Gate(lambda w: [["yamllint", "--strict", "."]], 1),
    "ruff": Gate(lambda w: [["ruff", "check", "."], ["ruff", "format", "--check", "."]], 1, require=r"[1-9]\d* files already formatted"),
    "shellcheck": Gate(lambda w: [["shellcheck", *_scripts(w)]], 1),
    "types": Gate(lambda w: [["mypy"]], 1, require=r"no issues found in [1-9]"),
    "docs-lint": Gate(lambda w: [["antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs", "all", "."]], 1),
    "docs-site": Gate(lambda w: [["python", "tools/docs_site.py", str(w.folder / "site")]], 1, run_by="check", require=r"[1-9]\d pages"),
    "changelog-lint": Gate(lambda w: [["antsibull-changelog", "lint"]], 1),
    "ee": Gate(lambda w: [["ansible-builder", "introspect", str(w.folder / "source")]], 1, run_by="check", require="requests"),
    "units-quick": Gate(_pytest("-n", "2", "tests/unit", "tests/architecture"), 1, checkout=True, run_by="quick", require=PASSED),
    "units": Gate(
        lambda w: [[*PYTEST, "-n", "2", *_unit_folders(w), "-m", "not browser", "--cov=plugins", "--cov-report="]],
        2,
        checkout=True,
        require=PASSED,
    ),
    "coverage": Gate(
        lambda w: [["python", "-m", "coverage", "report", "--show-missing", "--skip-covered", f"--fail-under={COVERED}"]],
        2,
        checkout=True,
        after=("units",),
        require="TOTAL",
    ),
    "integration": Gate(
        _pytest("-n", "2", "tests/integration", "-m", "not browser and not thorough"), 2, checkout=True, modules=True, require=PASSED
    ),
    "smoke-oldest": Gate(_pytest("tests/integration", "-m", "smoke"), 1, checkout=True, oldest=True, modules=True, require=PASSED),
    "browser": Gate(_pytest("tests", "-m", "browser"), 2, checkout=True, run_by="check", modules=True, require=PASSED),
    "integration-oldest": Gate(
        _pytest("-n", "2", "tests/integration", "-m", "not browser"),
        2,
        checkout=True,
        run_by="check",
        oldest=True,
        modules=True,
        require=PASSED,
    ),
}

#: The inner loop, under a minute.
QUICK = ("ruff", "types", "units-quick")


def chosen(target):
    """Names of the gates of `make quick`, `make test` or `make check`, lane by lane."""
    if target == "quick":
        return [list(QUICK)]
    wanted = ("test",) if target == "test" else ("test", "check")
    return [[name for name, gate in GATES.items() if gate.lane == lane and gate.run_by in wanted] for lane in (1, 2)]


def with_prerequisites(names):
    """The named gates, each after those that it looks at."""
    return list(dict.fromkeys(needed for name in names for needed in (*GATES[name].after, name)))

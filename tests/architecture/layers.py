# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folders as docs/architecture.md describes them, and where the code differs."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
COLLECTION = "ansible_collections.scrumops.bitrix24"
PLUGINS = f"{COLLECTION}.plugins."
UTILS = f"{PLUGINS}module_utils."

#: Ways into and out of a module: only this file uses them.
ENTRY = "_module"
MODULE_API = {"AnsibleModule", "exit_json", "fail_json", "module.params"}

#: Libraries that compute and reach nothing outside of the process. `urllib` is named by the part that only reads addresses.
PURE = {"__future__", "base64", "contextlib", "dataclasses", "errno", "hashlib", "html", "ipaddress", "json", "math", "re", "stat"}
PURE |= {
    "traceback",
    "operator",
    "types",
    "collections",
    "datetime",
    "enum",
    "functools",
    "itertools",
    "typing",
    "urllib.parse",
    "warnings",
}


def table(title):
    """Rows below a heading of the page, each a list of cells."""
    section = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")]
    return rows[2:]


def quoted(cell):
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", cell)


USES = {quoted(folder)[0]: quoted(uses) for folder, uses, _what in table("Folders")}
ONLY_IN = {library: quoted(files) for libraries, files in table("What reaches outside") for library in quoted(libraries)}


def sources():
    """Path below module_utils without its ending, or modules/NAME -> source text; sub-folders included."""
    plugins = ROOT / "plugins"
    utils = {path.relative_to(plugins / "module_utils"): path for path in (plugins / "module_utils").rglob("*.py")}
    modules = {path.relative_to(plugins): path for path in (plugins / "modules").rglob("*.py")}
    found = {name.with_suffix("").as_posix(): path for name, path in {**utils, **modules}.items() if path.stem != "__init__"}
    return {name: path.read_text(encoding="utf-8") for name, path in found.items()}


def folder_of(file):
    """The row of the table that a file belongs to."""
    return file.split("/")[0]


@functools.cache
def _nodes(text):
    return list(ast.walk(ast.parse(text)))


def imported(text):
    """Dotted names that a source imports, wherever the import stands; a relative one begins with a dot."""
    for node in _nodes(text):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            whole = "." * node.level + (node.module or "")
            if whole == "urllib" or re.fullmatch(re.escape(UTILS[:-1]) + r"(\.[^.]+)?", whole):
                files = {f"{UTILS}{file.replace('/', '.')}" for file in sources()}
                yield from (whole if whole in files else f"{whole}.{alias.name}" for alias in node.names)
            else:
                yield whole


def imports_of(text):
    """Files of module_utils that a source imports, each once."""
    names = (name.removeprefix(UTILS) for name in imported(text) if name.startswith(UTILS))
    return sorted({"/".join(name.split(".")[: 1 if name.split(".")[0] + "/" not in _folders() else 2]) for name in names})


@functools.cache
def _folders():
    return {folder_of(file) + "/" for file in sources() if "/" in file}


def violations(files):
    """Where the sources (name -> text) differ from the page, a sentence each."""
    found = [f"{file}: {folder_of(file)} is not in the table" for file in files if folder_of(file) not in USES]
    for file, text in files.items():
        folder = folder_of(file)
        for other in imports_of(text):
            if folder_of(other) not in (folder, *USES.get(folder, ())):
                found.append(f"{file} imports {other}")
        found += [f"{file} imports {name}" for name in imported(text) if not _may_import(file, name)]
        if file != ENTRY:
            found += [f"{file} names {name}" for name in MODULE_API.intersection(_words(text))]
    cycles = _cycles({file: imports_of(text) for file, text in files.items()})
    return found + [f"{' -> '.join(cycle)}: a cycle" for cycle in cycles]


def unused():
    """Uses of the page that no import needs."""
    needed = {(folder_of(file), folder_of(other)) for file, text in sources().items() for other in imports_of(text)}
    return [(folder, used) for folder, uses in USES.items() for used in uses if (folder, used) not in needed]


def _may_import(file, name):
    if name.startswith(UTILS) or name in PURE:
        return True
    return file in ONLY_IN.get(name.split(".")[0], ())


def _words(text):
    for node in _nodes(text):
        if isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Attribute):
            yield node.attr
            yield ast.unparse(node)
        elif isinstance(node, ast.Name):
            yield node.id


def _cycles(graph):
    done = set()

    def walk(file, path):
        if file in path:
            yield [*path[path.index(file) :], file]
        elif file not in done:
            for other in graph.get(file, ()):
                yield from walk(other, [*path, file])
            done.add(file)

    for start in graph:
        yield from walk(start, [])

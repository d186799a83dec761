# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The house as docs/architecture.md describes it, and what in the code is not so."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
COLLECTION = "ansible_collections.scrumops.bitrix24"
UTILS = f"{COLLECTION}.plugins.module_utils."

#: What is Ansible's own business: a module's way in and its ways out.
ENDINGS = {"AnsibleModule", "exit_json", "fail_json", "module.params"}
DOOR = "_module"

#: Libraries that compute, and reach nothing outside of the process. `urllib` is named by its part that only reads addresses.
PLAIN = {
    "__future__",
    "base64",
    "contextlib",
    "dataclasses",
    "errno",
    "hashlib",
    "html",
    "ipaddress",
    "json",
    "math",
    "re",
    "stat",
    "traceback",
}
PLAIN |= {"collections", "datetime", "enum", "functools", "itertools", "typing", "urllib.parse", "warnings"}


def table(title):
    """Rows below a heading of the page, each a list of cells."""
    section = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")]
    return rows[2:]


def names(cell):
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", cell)


ROOMS = {room: names(files) for room, files, _uses, _what in table("Rooms")}
USES = {room: [used.strip() for used in uses.split(",") if used.strip()] for room, _files, uses, _what in table("Rooms")}
ROOM_OF = {file: room for room, files in ROOMS.items() for file in files}
ONLY_IN = {library: names(files) for libraries, files in table("What reaches outside") for library in names(libraries)}


def sources():
    """Name -> source text of the modules and of what they share."""
    folders = (ROOT / "plugins" / "modules", ROOT / "plugins" / "module_utils")
    return {path.stem: path.read_text(encoding="utf-8") for folder in folders for path in folder.glob("*.py") if path.stem != "__init__"}


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
            if whole in (UTILS[:-1], "urllib"):
                yield from (f"{whole}.{alias.name}" for alias in node.names)
            else:
                yield whole


def neighbours(text):
    """Files of module_utils that a source imports."""
    return [name.removeprefix(UTILS).split(".")[0] for name in imported(text) if name.startswith(UTILS)]


def complaints(house):
    """What of the sources (name -> text) is not as the page says, a sentence each."""
    found = [f"{file}: the page does not name it" for file in house if file not in ROOM_OF]
    found += [f"{file}: named on the page, and not there" for file in ROOM_OF if file not in house]
    for file, text in house.items():
        room = ROOM_OF.get(file)
        for other in neighbours(text):
            if ROOM_OF.get(other) not in (room, *USES.get(room, ())):
                found.append(f"{file} imports {other}: {room} does not use {ROOM_OF.get(other)}")
        found += [f"{file} imports {name}" for name in imported(text) if not _may_import(file, name)]
        if file != DOOR:
            found += [f"{file} names {name}" for name in ENDINGS.intersection(_words(text))]
    return found + [f"{' -> '.join(circle)}: a circle" for circle in _circles({file: neighbours(text) for file, text in house.items()})]


def unused():
    """Uses of the page that no import needs."""
    needed = {(ROOM_OF.get(file), ROOM_OF.get(other)) for file, text in sources().items() for other in neighbours(text)}
    return [(room, used) for room, uses in USES.items() for used in uses if (room, used) not in needed]


def _may_import(file, name):
    if name.startswith(UTILS) or name in PLAIN:
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


def _circles(graph):
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

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages, options and messages use plain American English: some words that crept in before may not return."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

from ansible_collections.scrumops.bitrix24.plugins.module_utils._hints import BY_CODE, BY_TEXT

BANNED = re.compile(
    r"\b(for ever|anew|besides|foretells?|foretold|told of|in vain|(?-i:wish(es|ed)?)|twins?|licences?"
    r"|what (be)?came of|(stands|stood) against)\b",
    re.IGNORECASE,
)
CODE = re.compile(r"``?[^`\n]+``?|:(param|ivar) [\w, ]+:")
PAGES = (
    "*.md",
    "docs/*.md",
    "roles/**/*.md",
    "roles/**/*.yml",
    "roles/**/*.j2",
    "playbooks/**/*.yml",
    "playbooks/**/*.j2",
    "examples/**/*.md",
)


def _texts(path):
    """The prose of a file: docstrings and strings of Python, without names of code; everything of other files."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        nodes = ast.walk(ast.parse(text))
        text = "\n".join(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return CODE.sub("", text)


def _files():
    found = {path for pattern in PAGES for path in ROOT.glob(pattern)} | set(ROOT.glob("plugins/**/*.py"))
    return sorted(str(path.relative_to(ROOT)) for path in found)


@pytest.mark.parametrize("name", _files())
def test_prose_contains_no_banned_word(name):
    """In pages, options, messages and task names."""
    words = sorted({match[0].lower() for match in BANNED.finditer(_texts(ROOT / name))})
    assert words == []


@pytest.mark.parametrize("hint", sorted({*BY_CODE.values(), *(hint for texts in BY_TEXT.values() for hint in texts.values())}))
def test_hint_has_short_sentences(hint):
    """At most 25 words each, and no clauses chained by semicolons."""
    sentences = re.split(r"(?<=[.]) (?=[A-Z])", hint)
    assert max(len(sentence.split()) for sentence in sentences) <= 25
    assert hint.endswith(".")
    assert ";" not in hint

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages that say what the code does: they may not go stale."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import COLLECTION_CODES
from ansible_collections.scrumops.bitrix24.plugins.module_utils._hints import BY_CODE, BY_TEXT
from ansible_collections.scrumops.bitrix24.plugins.module_utils._version import VERSION

TROUBLESHOOTING = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
FAILURES = ("PreconditionError", "ResponseError", "Bitrix24Error", "failure")
ROW = re.compile(r"^\| `([^`]+)` \| (.+) \| (.+) \|$", re.MULTILINE)
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("roles/*/README.md"), *ROOT.glob("examples/**/*.md")])


def _table(title):
    section = TROUBLESHOOTING.split(f"## {title}\n")[1].split("\n## ")[0]
    rows = ROW.findall(section)
    explained = {name: todo for name, _meaning, todo in rows}
    assert len(explained) == len(rows), "a code has two rows"
    return explained


def _failures():
    """(code, hint or an empty string) of every failure that the code names itself."""
    for path in (ROOT / "plugins" / "module_utils").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
            if name in FAILURES and call.args and isinstance(call.args[0], ast.Constant):
                hints = [part.value for word in call.keywords if word.arg == "hint" for part in ast.walk(word.value) if _is_advice(part)]
                yield from ((call.args[0].value, hint) for hint in hints or [""])


def test_troubleshooting_explains_every_warning():
    """By words that it begins or ends with."""
    section = TROUBLESHOOTING.split("## Other messages\n")[1]
    shown = [[part.strip() for part in words.split("...")] for words in re.findall(r"^\| `warning: ([^`]+)`", section, re.MULTILINE)]
    warnings = list(_warnings())
    assert len(warnings) > 5
    for warning in warnings:
        assert any(all(part in warning for part in parts) for parts in shown), warning


def _warnings():
    """The words of every warning that the code gives; values in them left out."""
    for path in (ROOT / "plugins" / "module_utils").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
            if name in ("self._warn", "warn", "warnings.append"):
                yield " ".join(
                    part.value for part in ast.walk(call.args[0]) if isinstance(part, ast.Constant) and isinstance(part.value, str)
                )


def _is_advice(part):
    return isinstance(part, ast.Constant) and isinstance(part.value, str) and " " in part.value


@pytest.mark.parametrize("resource", BY_TEXT)
def test_troubleshooting_matches_hints_by_text(resource):
    """With the very advice that the message gives."""
    assert _table(f"Texts of the portal: {resource}") == BY_TEXT[resource]


def test_troubleshooting_matches_hints_by_code():
    """With the very advice that the message gives."""
    assert _table("Codes of the portal and of the auth server") == {
        code: hint for code, hint in BY_CODE.items() if code not in COLLECTION_CODES
    }


def test_troubleshooting_explains_every_collection_code():
    """With each piece of advice that the code gives; and the codes that it uses are in its list."""
    explained = _table("Codes of the collection")
    assert set(explained) == set(COLLECTION_CODES)
    for code in set(COLLECTION_CODES) & set(BY_CODE):
        assert explained[code] == BY_CODE[code]
    failures = set(_failures())
    assert {code for code, _hint in failures} <= set(COLLECTION_CODES) | {"expired_token", "insufficient_scope"}
    for code, hint in failures:
        assert hint in explained.get(code, ""), code
    assert len({hint for _code, hint in failures}) > 10


def test_version_is_the_same_everywhere():
    """galaxy.yml has it, the User-Agent tells it."""
    assert yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"] == VERSION


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_within_the_project_resolve(page):
    """Those within the project."""
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_contributing_fragment_uses_known_sections():
    """Its sections are those of the changelog, and the test file that is shown is there."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    fragment = yaml.safe_load(re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1])
    sections = yaml.safe_load((ROOT / "changelogs" / "config.yaml").read_text(encoding="utf-8"))["sections"]
    assert set(fragment) <= {name for name, _title in sections}
    assert (ROOT / re.search(r"-m pytest (\S+)", text)[1]).exists()

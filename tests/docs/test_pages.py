# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages that say what the code does: they may not go stale."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import OWN_CODES
from ansible_collections.scrumops.bitrix24.plugins.module_utils._hints import BY_CODE, BY_DESCRIPTION
from ansible_collections.scrumops.bitrix24.plugins.module_utils._version import VERSION

TROUBLESHOOTING = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([^`]+)` \| (.+) \| (.+) \|$", re.MULTILINE)
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("roles/*/README.md"), *ROOT.glob("examples/**/*.md")])


def _table(title):
    section = TROUBLESHOOTING.split(f"## {title}\n")[1].split("\n## ")[0]
    return {name: todo for name, _meaning, todo in ROW.findall(section)}


def test_every_text_of_the_portal_is_explained():
    """With the very advice that the message gives."""
    assert _table("Texts of the portal") == BY_DESCRIPTION


def test_every_code_of_the_portal_is_explained():
    """With the very advice that the message gives."""
    assert _table("Codes of the portal and of the auth server") == {code: hint for code, hint in BY_CODE.items() if code not in OWN_CODES}


def test_every_code_of_the_collection_is_explained():
    """And those that the code uses are in its list."""
    explained = _table("Codes of the collection")
    assert set(explained) == set(OWN_CODES)
    for code in set(OWN_CODES) & set(BY_CODE):
        assert explained[code] == BY_CODE[code]
    used = set()
    for path in (ROOT / "plugins" / "module_utils").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r"(?:Refused|NoAnswer|Bitrix24Error|failure)\(\s*\"([a-z_]+)\"", text))
    assert used <= set(OWN_CODES) | {"expired_token"}


def test_the_version_is_the_same_everywhere():
    """galaxy.yml has it, the User-Agent tells it."""
    assert yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"] == VERSION


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """Those within the project."""
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_fragment_that_contributing_shows():
    """Its sections are those of the changelog, and the test file that is shown is there."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    fragment = yaml.safe_load(re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1])
    sections = yaml.safe_load((ROOT / "changelogs" / "config.yaml").read_text(encoding="utf-8"))["sections"]
    assert set(fragment) <= {name for name, _title in sections}
    assert (ROOT / re.search(r"-m pytest (\S+)", text)[1]).exists()

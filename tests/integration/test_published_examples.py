# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that the pages show is run: the modules' EXAMPLES, the README, the guides."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from support.doc_runner import DocRunner, blocks, pages
from support.runner import COLLECTIONS

MODULES = ("bitrix24_scrum_backlog", "bitrix24_scrum_backlogs", "bitrix24_scrum_backlog_info", "bitrix24_scrum_epic")

#: Blocks that are shown and not run: (page, first line) -> why.
NOT_RUN = {
    (
        "CONTRIBUTING.md",
        ".venv/test/bin/python -m pytest tests/unit/plugins/module_utils/_resources/test_backlog.py",
    ): "the gate units runs it",
    ("CONTRIBUTING.md", "---"): "a fragment of the changelog, see tests/docs/test_pages.py",
    (
        "docs/architecture.md",
        "options -> desired -> read (observed) -> plan (pure) -> apply -> verify (what is stored) -> result, diff, message",
    ): "a drawing",
    ("docs/awx.md", "ansible-galaxy collection install awx.awx"): "test_awx_playbook runs it",
    ("docs/awx.md", "- name: Apply the file"): "test_iac_repository runs it",
    ("docs/awx.md", "{{ job.artifacts.get('scrum_backlogs_summary', {}).get('changed') }}"): "test_awx_playbook renders it",
    (
        "docs/benchmark.md",
        "way                     backlogs state      seconds   CPU s requests theory refused wrong peak MB engine MB",
    ): "measured by make bench, and compared with the README by tests/docs/test_benchmark.py",
    ("docs/how_it_works.md", "options -> read -> plan -> write -> read again -> result, diff, message"): "a drawing",
    ("docs/iac_repository.md", "python3 -m pip install -r requirements.txt"): "test_iac_repository runs it",
    ("examples/iac-repo/README.md", "python3 -m pip install -r requirements.txt"): "test_iac_repository runs it",
}


#: What results of all modules hold; ansible_parsed from ansible-core 2.22 on.
COMMON = ("ansible_parsed", "changed", "diff", "failed", "warnings")


@pytest.fixture
def company(portal):
    """The groups, users and backlogs that the pages speak of."""
    portal.grant("user_basic")
    portal.user(6, 9)
    portal.person("ben@example.com", id=7)
    portal.group(125, name="Mobile").epic("Old search", id=31).backlog(id=4, created_by=6, modified_by=6)
    portal.group(126, name="Web")
    portal.group(127, name="Platform").backlog(id=5)
    portal.group(128, name="Research")
    portal.group(120, name="Old").backlog(id=3)
    return portal


def _documented(entries):
    """Keys that RETURN documents: those that are always returned, and all."""
    return {name for name, entry in entries.items() if entry["returned"] == "always"}, set(entries)


def _check_returned(result, entries):
    always, every = _documented(entries)
    assert always <= set(result) <= every, (sorted(result), sorted(every))
    for name, entry in entries.items():
        for part in result.get(name) if isinstance(result.get(name), list) else [result.get(name)]:
            if isinstance(part, dict) and "contains" in entry:
                _check_returned(part, entry["contains"])


@pytest.mark.parametrize("module", MODULES)
def test_module_examples_run_and_return_what_is_documented(company, runner, module):
    """As they are documented, with values for their variables; what they return is what RETURN documents."""
    source = (Path(COLLECTIONS) / "ansible_collections/scrumops/bitrix24/plugins/modules" / f"{module}.py").read_text()
    namespace: dict = {}
    exec(re.search(r'^EXAMPLES = r""".*?"""', source, re.MULTILINE | re.DOTALL).group(), namespace)
    exec(re.search(r'^RETURN = r""".*?"""', source, re.MULTILINE | re.DOTALL).group(), namespace)
    secret, _access, refresh = company.oauth(client_id="app.1")
    runner.secrets += [secret, refresh]
    variables = {
        "bitrix24_webhook_url": company.webhook_url,
        "bitrix24_portal_url": company.portal_url,
        "bitrix24_client_id": "app.1",
        "bitrix24_client_secret": secret,
        "bitrix24_refresh_token": refresh,
        "bitrix24_token_file": str(runner.folder / "tokens.json"),
        "bitrix24_oauth_url": company.oauth_url,
        "scrum_backlogs_list": [{"group_id": 125, "modified_by": 9}],
    }
    results = {}
    for number, task in enumerate(yaml.safe_load(namespace["EXAMPLES"])):
        if "block" not in task:
            task.setdefault("register", f"example_{number}")
        results[task["name"]] = task
    (runner.folder / "vars.yml").write_text(yaml.safe_dump(variables))
    keep = {
        "ansible.builtin.copy": {
            "content": "{{ [" + ", ".join(t["register"] for t in results.values() if f"scrumops.bitrix24.{module}" in t) + "] | to_json }}",
            "dest": str(runner.folder / "kept.json"),
            "mode": "0600",
        }
    }
    play = [{"hosts": "localhost", "gather_facts": False, "tasks": [*results.values(), keep]}]
    (runner.folder / "examples.yml").write_text(yaml.safe_dump(play, sort_keys=False))
    plain = {"BITRIX24_WEBHOOK_URL": "", "BITRIX24_OAUTH_URL": ""}
    # the engine prints a literal variable's value where a task fails; these are files, as a user's would be
    status, output = runner.run(["ansible-playbook", "-e", "@vars.yml", "examples.yml"], **plain)
    assert status == 0, output
    kept = yaml.safe_load((runner.folder / "kept.json").read_text())
    documented = yaml.safe_load(namespace["RETURN"])
    assert kept
    for result in kept:
        _check_returned({key: value for key, value in result.items() if key not in COMMON}, documented)


def _run(page):
    return [block for block in blocks(page) if (page, block.first_line) not in NOT_RUN]


def test_documented_blocks_are_run_or_excused():
    """A block that nothing runs would go unnoticed, and so would a line of the table that is no longer needed."""
    assert {(page, block.language) for page in pages() for block in _run(page) if block.language not in ("bash", "yaml")} == set()
    assert set(NOT_RUN) <= {(page, block.first_line) for page in pages() for block in blocks(page)}


@pytest.mark.parametrize("page", [page for page in pages() if _run(page)])
def test_documented_commands_succeed(company, runner, page):
    """One after the other, as a reader would; each ends well."""
    DocRunner(company, runner).run_page(_run(page))

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that the pages show is run: the modules' EXAMPLES, the README, the guides."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from support.engine import BIN, COLLECTIONS, ROOT

MODULES = ("bitrix24_scrum_backlog", "bitrix24_scrum_backlogs", "bitrix24_scrum_backlog_info")
PAGES = ["README.md", *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")), "roles/scrum_backlogs/README.md"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SOURCE = "git+https://github.com/scrumops/ansible-collection-bitrix24.git"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".cache", ".ansible", "*.tar.gz", "__pycache__")


@pytest.fixture
def company(portal):
    """The groups, users and backlogs that the pages speak of."""
    portal.user(6, 7, 9)
    portal.group(125, name="Mobile").backlog(id=4, created_by=6, modified_by=6)
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
def test_the_examples_of_a_module(company, engine, module):
    """As they are documented, with values for their variables; what they return is what RETURN documents."""
    source = (Path(COLLECTIONS) / "ansible_collections/scrumops/bitrix24/plugins/modules" / f"{module}.py").read_text()
    namespace: dict = {}
    exec(re.search(r'^EXAMPLES = r""".*?"""', source, re.MULTILINE | re.DOTALL).group(), namespace)
    exec(re.search(r'^RETURN = r""".*?"""', source, re.MULTILINE | re.DOTALL).group(), namespace)
    secret, _access, refresh = company.oauth(client_id="app.1")
    engine.secrets += [secret, refresh]
    variables = {
        "bitrix24_webhook_url": company.webhook_url,
        "bitrix24_portal_url": company.portal_url,
        "bitrix24_client_id": "app.1",
        "bitrix24_client_secret": secret,
        "bitrix24_refresh_token": refresh,
        "bitrix24_token_file": str(engine.folder / "tokens.json"),
        "bitrix24_oauth_url": company.oauth_url,
        "scrum_backlogs_list": [{"group_id": 125, "modified_by": 9}],
    }
    results = {}
    for number, task in enumerate(yaml.safe_load(namespace["EXAMPLES"])):
        if "block" not in task:
            task.setdefault("register", f"example_{number}")
        results[task["name"]] = task
    (engine.folder / "vars.yml").write_text(yaml.safe_dump(variables))
    keep = {
        "ansible.builtin.copy": {
            "content": "{{ [" + ", ".join(t["register"] for t in results.values() if "register" in t) + "] | to_json }}",
            "dest": str(engine.folder / "kept.json"),
            "mode": "0600",
        }
    }
    play = [{"hosts": "localhost", "gather_facts": False, "tasks": [*results.values(), keep]}]
    (engine.folder / "examples.yml").write_text(yaml.safe_dump(play, sort_keys=False))
    plain = {"BITRIX24_WEBHOOK_URL": "", "BITRIX24_OAUTH_URL": ""}
    # the engine prints a literal variable's value where a task fails; these are files, as a user's would be
    status, output = engine.run(["ansible-playbook", "-e", "@vars.yml", "examples.yml"], **plain)
    assert status == 0, output
    kept = yaml.safe_load((engine.folder / "kept.json").read_text())
    documented = yaml.safe_load(namespace["RETURN"])
    returned = [result for result in kept if "msg" not in result and not any(key.startswith("found.") for key in result)]
    assert returned
    for result in returned:
        _check_returned({key: value for key, value in result.items() if key not in ("changed", "failed", "diff", "warnings")}, documented)


def _blocks(page):
    return BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))


def _commands(text):
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_every_kind_of_block_is_run():
    """A block in a language that nothing runs would go unnoticed."""
    for page in PAGES:
        assert {language for language, _text in _blocks(page)} <= {"bash", "yaml"}, page


@pytest.mark.parametrize("page", [page for page in PAGES if BLOCK.search((ROOT / page).read_text(encoding="utf-8"))])
def test_the_commands_of_a_page(company, engine, page):
    """One after the other, as a reader would; each ends well. The make targets are run by make test itself."""
    _secret, _access, refresh = company.oauth(client_id="local.0123456789abcd.01234567", client_secret="SECRET")
    replaced = {
        "https://example.bitrix24.com/rest/1/SECRET/": company.webhook_url,
        "https://example.bitrix24.com": company.portal_url,
        "BITRIX24_REFRESH_TOKEN=SECRET": f"BITRIX24_REFRESH_TOKEN={refresh}",
        SOURCE: f"{engine.folder}/source",
        "python3 -m pip install": "true",
    }
    env = {
        "PWD": str(engine.folder),
        "BITRIX24_OAUTH_URL": company.oauth_url,
        "ANSIBLE_COLLECTIONS_PATH": str(engine.folder / "collections"),
    }
    collections = engine.folder / "collections"
    name = re.search(r"`(\w+\.yml)`", (ROOT / page).read_text(encoding="utf-8"))
    playbook = engine.folder / (name.group(1) if name else "playbook.yml")
    shutil.copytree(ROOT, engine.folder / "source", ignore=LEFT_OUT)
    subprocess.run(
        [str(BIN / "ansible-galaxy"), "collection", "install", str(engine.folder / "source"), "-p", str(collections)],
        env=engine.environment(**env),
        check=True,
        capture_output=True,
    )
    for language, block in _blocks(page):
        text = block
        for shown, real in replaced.items():
            text = text.replace(shown, real)
        if language == "yaml":
            playbook.write_text(text)
            env["BITRIX24_WEBHOOK_URL"] = "" if "token_file" in text else company.webhook_url
            if "bash" not in dict(_blocks(page)):
                _succeed(engine, ["ansible-playbook", str(playbook)], env)
            continue
        for command in _commands(text):
            if command.startswith("export "):
                variable, _equals, value = command.removeprefix("export ").partition("=")
                env[variable] = value
            elif command.startswith("ansible-galaxy"):
                _galaxy(engine, command, env)
            elif command.startswith("ansible-playbook"):
                _succeed(engine, shlex.split(command), env)
            else:
                assert command.startswith(("make ", "true ")), command
    if page == "docs/oauth.md":
        _succeed(engine, ["ansible-playbook", str(playbook)], env)


def _succeed(engine, command, env):
    status, output = engine.run(command, **env)
    assert status == 0, (command, output)


def _galaxy(engine, command, env):
    """In the folder of the source; installing again what is there needs --force."""
    done = subprocess.run(
        f"{BIN}/{command}" + (" --force" if " install " in command or command.endswith("build") else ""),
        shell=True,
        cwd=engine.folder / "source",
        env=engine.environment(**env),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (command, done.stdout, done.stderr)

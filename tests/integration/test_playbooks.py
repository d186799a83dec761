# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks: a portal written to a file, and brought back to it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import stat

import pytest
import yaml

from support.runner import PYTHON

AWKWARD = {
    11: "Mobile",
    12: "# not a comment: {{ 1 + 1 }}",
    13: "two\nlines - group_id: 666",
    14: "Команда «Ю» 🚀",
    15: "x" * 500,
    16: "carriage\rreturn\u2028separator\x00null",
}


@pytest.fixture
def company(portal):
    """Teams with awkward names, one without a backlog, one of others, one that is no Scrum."""
    for group, name in AWKWARD.items():
        portal.group(group, name=name).backlog(created_by=6, modified_by=7)
    portal.group(17)
    portal.group(18, members={9: "A"}).backlog()
    portal.group(19, scrum=False).backlog()
    return portal


def _run(runner, playbook, *options, **env):
    return runner.run(["ansible-playbook", "-vvvv", f"scrumops.bitrix24.{playbook}", *options], **env)


def _here(runner):
    """A program that starts the runner elsewhere, as AWX's does, leaves its own PWD in the environment."""
    return {"PWD": str(runner.folder.parent)}


@pytest.mark.smoke
def test_export_then_apply_changes_nothing(company, runner):
    """The same bytes, sorted by group, each below its group's name."""
    status, output = _run(runner, "export", "-e", "backlogs_file=backlogs.yml", **_here(runner))
    assert status == 0, output
    written = runner.folder / "backlogs.yml"
    first = written.read_bytes()
    content = yaml.safe_load(first)
    assert content == {"scrum_backlogs_list": [{"group_id": group, "created_by": 6, "modified_by": 7} for group in sorted(AWKWARD)]}
    assert b"  # Mobile\n  - group_id: 11\n" in first
    with company.read_only():
        status, output = _run(runner, "apply", "-e", "backlogs_file=backlogs.yml", "--check", "--diff", **_here(runner))
    assert (status, "changed=0" in output) == (0, True), output
    status, output = _run(runner, "export", "-e", "backlogs_file=backlogs.yml", **_here(runner))
    assert (status, "changed=0" in output) == (0, True), output
    assert written.read_bytes() == first
    assert company.writes == []


def test_apply_corrects_drift(company, runner):
    """Somebody changed one; the file brings it back."""
    _run(runner, "export", "-e", "backlogs_file=backlogs.yml", **_here(runner))
    drifted = company.backlog_of(12)
    company.edit(drifted[0], modified_by=6)
    status, output = _run(runner, "apply", "-e", "backlogs_file=backlogs.yml", **_here(runner))
    assert (status, "changed=1" in output) == (0, True), output
    assert company.backlog_of(12) == drifted


@pytest.mark.parametrize(
    ("given", "exported"),
    [
        ('{"group_ids": [14, 11]}', [11, 14]),
        ("group_ids='14, 11'", [11, 14]),
        ('{"group_ids": []}', []),
        ("group_ids='[14,11,]'", [11, 14]),
        ("group_ids='14 11'", [11, 14]),
        ("group_ids=''", sorted(AWKWARD)),
        ("group_ids=' , '", sorted(AWKWARD)),
        ('{"group_ids": null}', sorted(AWKWARD)),
    ],
)
def test_export_with_group_ids_exports_only_those(company, runner, given, exported):
    """In any order, as people give lists on the command line and in a survey; an empty answer means all."""
    path = runner.folder / "chosen.yml"
    status, output = _run(runner, "export", "-e", f"backlogs_file={path}", "-e", given)
    assert status == 0, output
    assert [item["group_id"] for item in yaml.safe_load(path.read_text())["scrum_backlogs_list"] or []] == exported
    assert ("# Mobile" in path.read_text()) is (11 in exported)


def test_export_in_check_mode_writes_no_file(company, runner):
    """It shows what it would write."""
    status, output = runner.run(
        ["ansible-playbook", "scrumops.bitrix24.export", "-e", "backlogs_file=backlogs.yml", "--diff"], check=True, **_here(runner)
    )
    assert (status, "+scrum_backlogs_list" in output) == (0, True), output
    assert not (runner.folder / "backlogs.yml").exists()


def test_playbooks_accept_connection_from_variables(company, runner):
    """With the prefix bitrix24_."""
    (runner.folder / "vars.yml").write_text(
        yaml.safe_dump({"bitrix24_webhook_url": company.webhook_url, "bitrix24_ca_path": company.ca_path})
    )
    options = ["-e", "backlogs_file=b.yml", "-e", "@vars.yml"]
    for playbook in ("export", "apply"):
        status, output = _run(runner, playbook, *options, **_here(runner), BITRIX24_WEBHOOK_URL="", BITRIX24_CA_PATH="")
        assert status == 0, output


@pytest.mark.parametrize(
    ("playbook", "content", "words"),
    [
        ("apply", None, "There is no regular file at"),
        ("apply", "- group_id: 11\n", "with the one key scrum_backlogs_list at its top"),
        ("apply", "scrum_backlogs_list:\n  - group_id: 11\n  -\n", "Item 2 (scrum_backlogs_list[1]): it is empty"),
        ("apply", "scrum_backlogs: []\n", "must hold the one key scrum_backlogs_list"),
        ("apply", "scrum_backlogs_list: []\nwebhook_url: x\n", "must hold the one key scrum_backlogs_list"),
        ("apply", "scrum_backlogs_list:\n  - group_id: 11\n    colour: red\n", "colour"),
    ],
)
def test_playbooks_with_invalid_file_fail_before_any_call(company, runner, playbook, content, words):
    """Said before any call."""
    if content is not None:
        (runner.folder / "backlogs.yml").write_text(content)
    status, output = _run(runner, playbook, "-e", "backlogs_file=backlogs.yml", **_here(runner))
    assert status == 2
    assert words in output
    assert company.requests == []


@pytest.mark.parametrize("content", ["- group_id: 11\n", "scrum_backlogs_list: [\n"])
def test_apply_file_that_cannot_be_read_is_told_why(runner, content):
    """The runner keeps the reason beside a message that says nothing."""
    (runner.folder / "backlogs.yml").write_text(content)
    status, output = _run(runner, "apply", "-e", "backlogs_file=backlogs.yml", **_here(runner))
    assert status == 2
    reason = output.rpartition("fatal:")[2].partition("at its top.")[2]
    assert ("dictionary" if content.startswith("-") else "YAML") in reason
    assert "Unknown error" not in reason


@pytest.mark.parametrize("playbook", ["apply", "export"])
def test_playbooks_without_file_name_the_option(company, runner, playbook):
    """The option is named."""
    status, output = _run(runner, playbook)
    assert (status, "-e backlogs_file=backlogs.yml" in output) == (2, True)


def _special(kind, folder):
    """The path of something that is no regular file, or leads to it, and the path of the thing itself."""
    thing = folder / "thing"
    if kind == "missing folder":
        return folder / "missing" / "backlogs.yml", folder
    if "fifo" in kind:
        os.mkfifo(thing)
    elif "socket" in kind:
        # the path of a socket must be short
        with contextlib.chdir(folder), contextlib.closing(socket.socket(socket.AF_UNIX)) as opened:
            opened.bind(thing.name)
    else:
        thing.mkdir()
    if "link" in kind:
        (folder / "link").symlink_to(thing)
        return folder / "link", thing
    return thing, thing


@pytest.mark.parametrize(
    "kind", ["fifo", "link to a fifo", "socket", "link to a socket", "directory", "link to a directory", "missing folder"]
)
def test_export_to_no_regular_file_is_refused(portal, runner, kind):
    """Before the portal is asked, and the thing is left as it is."""
    folder = runner.folder / "special"
    folder.mkdir()
    path, thing = _special(kind, folder)
    before = thing.lstat()
    status, output = _run(runner, "export", "-e", f"backlogs_file={path}")
    assert (status, "Nothing was written" in output, portal.requests) == (2, True, []), output
    assert (thing.lstat().st_ino, thing.lstat().st_mode) == (before.st_ino, before.st_mode)


def test_export_existing_file_keeps_mode_and_owner(company, runner):
    """Through a link as well, which stays a link; a new file may be read by all."""
    target, link = runner.folder / "kept.yml", runner.folder / "link.yml"
    target.write_text("old")
    target.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(target, 4321, 4321)
    before = target.stat()
    link.symlink_to(target)
    status, output = _run(runner, "export", "-e", "backlogs_file=link.yml", **_here(runner))
    assert status == 0, output
    after = target.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert after.st_ino != before.st_ino, "the file was not replaced as a whole"
    assert link.is_symlink()
    assert "scrum_backlogs_list" in target.read_text(encoding="utf-8")
    status, output = _run(runner, "export", "-e", "backlogs_file=new.yml", **_here(runner))
    assert (status, stat.S_IMODE((runner.folder / "new.yml").stat().st_mode)) == (0, 0o644), output


def test_playbooks_settings_for_other_hosts_do_not_reach_them(company, runner):
    """Become and another connection, from the configuration and from the inventory's variables of all hosts."""
    hosts = {"localhost": {"ansible_python_interpreter": PYTHON}}
    inventory = {"all": {"hosts": hosts, "vars": {"ansible_become": True, "ansible_connection": "ssh"}}}
    (runner.folder / "all.yml").write_text(yaml.safe_dump(inventory))
    become = {"ANSIBLE_BECOME": "true", "ANSIBLE_BECOME_EXE": "/missing/sudo", "ANSIBLE_INVENTORY": str(runner.folder / "all.yml")}
    for playbook in ("export", "apply"):
        status, output = _run(runner, playbook, "-e", "backlogs_file=b.yml", **_here(runner), **become)
        assert status == 0, output


def test_export_blank_variables_count_as_unset(company, runner):
    """As a survey of AWX gives them, and as null; names that the playbook once used do no harm."""
    options = "webhook_url portal_url access_token refresh_token client_id client_secret token_file oauth_url".split()  # noqa: SIM905
    options += ["validate_certs", "ca_path", "timeout", "max_wait"]
    stale = {"exported": {"backlogs": []}, "export_path": "/missing/x", "export_groups": [1], "group_ids": None, "backlogs_file": " b.yml "}
    for blank in ("", None):
        (runner.folder / "vars.yml").write_text(yaml.safe_dump({**{f"bitrix24_{name}": blank for name in options}, **stale}))
        status, output = _run(runner, "export", "-e", "@vars.yml", **_here(runner))
        assert status == 0, output
        assert len(yaml.safe_load((runner.folder / "b.yml").read_text())["scrum_backlogs_list"]) == len(AWKWARD)


@pytest.mark.parametrize(
    ("playbook", "name"),
    [
        *(("apply", f"_bitrix24_{name}") for name in ("found", "file", "named", "path")),
        *(("export", f"_bitrix24_{name}") for name in ("exported", "named", "path")),
        *(("export", f"_scrum_backlogs_{name}") for name in ("file", "file_found")),
    ],
)
def test_playbooks_names_of_their_own_from_outside_are_refused(portal, runner, playbook, name):
    """Before any call: a check for drift would compare, and an export write, what a caller set."""
    (runner.folder / "b.yml").write_text("scrum_backlogs_list:\n  - group_id: 11\n")
    value = "other.yml" if name.endswith(("named", "path")) else {"scrum_backlogs_list": [], "backlogs": [], "stat": {"isreg": True}}
    status, output = _run(runner, playbook, "-e", "backlogs_file=b.yml", "-e", json.dumps({name: value}), **_here(runner))
    assert (status, "Remove them from your variables" in output, portal.requests) == (2, True, []), output


def test_apply_and_export_twice_in_one_playbook_work(company, runner):
    """What the first of them found is no variable of the caller's. Templates in a file count."""
    (runner.folder / "a.yml").write_text("scrum_backlogs_list:\n  - group_id: 11\n    modified_by: '{{ 4 + 5 }}'\n")
    company.user(9)
    plays = [("export", "b.yml"), ("apply", "a.yml"), ("export", "c.yml"), ("apply", "b.yml")]
    imports = [{"import_playbook": f"scrumops.bitrix24.{name}", "vars": {"backlogs_file": file}} for name, file in plays]
    (runner.folder / "all.yml").write_text(yaml.safe_dump(imports))
    status, output = runner.run(["ansible-playbook", "all.yml"])
    assert status == 0, output
    lists = [yaml.safe_load((runner.folder / file).read_text())["scrum_backlogs_list"] for file in ("b.yml", "c.yml")]
    assert [rows[0]["modified_by"] for rows in lists] == [7, 9]
    assert company.backlog_of(11)[4] == 7


def test_apply_list_from_outside_is_refused(portal, runner):
    """An extra variable, such as an artifact of an earlier node in AWX, would replace the file without a word."""
    (runner.folder / "b.yml").write_text("scrum_backlogs_list:\n  - group_id: 11\n")
    given = '{"scrum_backlogs_list": [{"group_id": 12}], "apply_file": {"scrum_backlogs_list": []}, "apply_path": "/missing"}'
    status, output = _run(runner, "apply", "-e", "backlogs_file=b.yml", "-e", given, **_here(runner))
    assert (status, "would replace what is in" in output, portal.requests) == (2, True, []), output

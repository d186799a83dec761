# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A playbook against a stand-in for a portal: what it would do, then for real, then again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
GROUPS = {125: "Mobile", 126: "Web", 127: "Platform", 128: "Research"}

PLAYBOOK = """\
---
- name: Scrum backlogs
  hosts: localhost
  gather_facts: false
  tasks:
    - name: The backlog of the mobile team was changed last by user 7
      scrumops.bitrix24.bitrix24_scrum_backlog:
        group_id: 125
        modified_by: 7

    - name: The research team has a backlog
      scrumops.bitrix24.bitrix24_scrum_backlog:
        group_id: 128
        created_by: 6
"""

RUNS = (
    ("What would it do? Nothing is written.", ["--check", "--diff"]),
    ("For real.", ["--diff"]),
    ("Once more: nothing is left to do.", ["--diff"]),
)


def main():
    """Show it; returns the exit code."""
    sys.path.insert(0, str(ROOT / "tests"))
    from portal import Portal, example  # noqa: PLC0415

    folder = Path(tempfile.mkdtemp(prefix="demo-"))
    try:
        with Portal(tls=True) as portal:
            example.fill(portal)
            env = _environment(folder, portal)
            _install(folder, env)
            _title(f"A stand-in for a portal listens at {portal.portal_url}. It holds")
            _show(portal)
            (folder / "backlog.yml").write_text(PLAYBOOK, encoding="utf-8")
            _title("backlog.yml")
            print(textwrap.indent(PLAYBOOK, "  "))
            for title, options in RUNS:
                _title(f"{title}   ansible-playbook backlog.yml {' '.join(options)}")
                portal.clear_log()
                subprocess.run([str(BIN / "ansible-playbook"), "backlog.yml", *options], cwd=folder, env=env, check=True)
                print(f"  Requests: {len(portal.requests)}, writes: {len(portal.writes)}. The portal holds")
                _show(portal)
    except KeyboardInterrupt:
        return 130
    except subprocess.CalledProcessError as error:
        print(f"{Path(error.cmd[0]).name} failed.\n{error.output or ''}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("\nThe portal is stopped. README.md tells how to do this with your own.")
    return 0


def _environment(folder, portal):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "BITRIX24_"))}
    return {
        **kept,
        "HOME": str(folder),
        "ANSIBLE_COLLECTIONS_PATH": str(folder),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "BITRIX24_WEBHOOK_URL": portal.webhook_url,
        "BITRIX24_CA_PATH": portal.ca_path,
    }


def _install(folder, env):
    galaxy = [str(BIN / "ansible-galaxy"), "collection"]
    for command in (["build", str(ROOT), "--output-path", str(folder)], ["install", "-p", str(folder), "scrumops-bitrix24.tar.gz"]):
        subprocess.run([*galaxy, *command], cwd=folder, env=env, check=True, capture_output=True, text=True)
        for built in folder.glob("scrumops-bitrix24-*.tar.gz"):
            built.rename(folder / "scrumops-bitrix24.tar.gz")


def _title(text):
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


def _show(portal):
    for group, name in GROUPS.items():
        row = portal.backlog_of(group)
        held = f"backlog {row[0]}, created by {row[3]}, changed by {row[4]}" if row else "no backlog"
        print(f"  group {group} {name:10} {held}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways of doing the job: give N groups' backlogs the right modified_by, write only where something differs."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import yaml

from support.runner import BIN

HERE = Path(__file__).resolve().parent
MODULE = "scrumops.bitrix24.bitrix24_scrum_backlog"
BULK = "bulk module"
LOOP = "single module in a loop"
FLOOR = "by hand (floor)"
START = "engine alone"
WANTED = "{{ wanted }}"

#: How many backlogs a way is given at most: a loop over 10,000 would take hours.
MOST = {LOOP: 1000, "uri in a loop": 200}


def _start(_url):
    """What ansible-playbook costs by itself: one module that does nothing."""
    return [{"ansible.builtin.ping": {}}]


def _bulk(_url):
    return [{MODULE + "s": {"backlogs": WANTED}}]


def _loop(_url):
    options = {"group_id": "{{ item.group_id }}", "modified_by": "{{ item.modified_by }}"}
    return [{MODULE: options, "loop": WANTED, "loop_control": {"label": "{{ item.group_id }}"}}]


def _uri(url):
    """What people write without the collection: read, write where it differs, try again when the portal refuses."""
    call = {"method": "POST", "body_format": "json", "ca_path": "{{ lookup('ansible.builtin.env', 'BITRIX24_CA_PATH') }}"}
    patient = {"retries": 100, "delay": 1}
    read = {**call, "url": url + "tasks.api.scrum.backlog.get", "body": {"id": "{{ item.group_id }}"}}
    fields = {"modifiedBy": "{{ item.item.modified_by }}"}
    write = {**call, "url": url + "tasks.api.scrum.backlog.update", "body": {"id": "{{ item.json.result.id }}", "fields": fields}}
    return [
        {
            "ansible.builtin.uri": read,
            "loop": WANTED,
            "loop_control": {"label": "{{ item.group_id }}"},
            "register": "found",
            "until": "found is success",
            **patient,
        },
        {
            "ansible.builtin.uri": write,
            "loop": "{{ found.results }}",
            "loop_control": {"label": "{{ item.item.group_id }}"},
            "when": "item.json.result.modifiedBy != item.item.modified_by",
            "register": "wrote",
            "until": "wrote is success",
            **patient,
        },
    ]


PLAYBOOKS = {START: _start, BULK: _bulk, LOOP: _loop, "uri in a loop": _uri}
SCRIPTS = {FLOOR: "by_hand.py", "b24pysdk": "with_b24pysdk.py", "fast_bitrix24": "with_fast_bitrix24.py"}
WAYS = tuple(way for way in (*PLAYBOOKS, *SCRIPTS) if way != START)


def command(way, items, url, folder):
    """The command line of a way. All of them read the same file of JSON, which is written into the folder.

    :param items: list of dicts, ``group_id`` and ``modified_by``.
    :param url: address of the webhook.
    """
    (folder / "items.json").write_text(json.dumps({"wanted": items}))
    if way in SCRIPTS:
        return [sys.executable, str(HERE / SCRIPTS[way]), url, "items.json"]
    play = {"hosts": "localhost", "gather_facts": False, "vars_files": ["items.json"], "tasks": PLAYBOOKS[way](url)}
    (folder / "play.yml").write_text(yaml.safe_dump([play]))
    return [str(BIN / "ansible-playbook"), "play.yml"]


def theory(count, drifted):
    """The fewest requests for a job: reads in batches of 50, and where all drifted, writes with the reads that verify them."""
    if count == 1:
        return 3 if drifted else 1
    return math.ceil(count / 50) + (math.ceil(2 * count / 50) if drifted else 0)

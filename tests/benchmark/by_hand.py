# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor: what a careful programmer would write over requests, for this one job and nothing else. by_hand.py URL ITEMS"""

from __future__ import annotations

import json
import sys
import time

import requests

GET = "tasks.api.scrum.backlog.get"
UPDATE = "tasks.api.scrum.backlog.update"


def main(url, path):
    """Make all groups right, write only where something differs."""
    with open(path, encoding="utf-8") as file:
        wanted = {item["group_id"]: item["modified_by"] for item in json.load(file)["wanted"]}
    session = requests.Session()
    pace = 0.0

    def batch(commands):
        nonlocal pace
        while True:
            time.sleep(pace)
            answer = session.post(url + "batch", json={"cmd": commands}, timeout=60)
            if answer.status_code != 503:
                return answer.json()["result"]["result"]
            pace = 0.25
            time.sleep(4)

    groups = list(wanted)
    drifted = []
    for start in range(0, len(groups), 50):
        found = batch({f"g{group}": f"{GET}?id={group}" for group in groups[start : start + 50]})
        drifted += [record for record in found.values() if record["modifiedBy"] != wanted[record["groupId"]]]
    for start in range(0, len(drifted), 25):
        part = drifted[start : start + 25]
        writes = {f"w{r['id']}": f"{UPDATE}?id={r['id']}&fields[modifiedBy]={wanted[r['groupId']]}" for r in part}
        found = batch({**writes, **{f"g{r['groupId']}": f"{GET}?id={r['groupId']}" for r in part}})
        assert all(found[f"g{r['groupId']}"]["modifiedBy"] == wanted[r["groupId"]] for r in part)


if __name__ == "__main__":
    main(*sys.argv[1:])

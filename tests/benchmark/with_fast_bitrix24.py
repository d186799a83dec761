# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same job with the client fast_bitrix24. with_fast_bitrix24.py URL ITEMS"""

from __future__ import annotations

import json
import sys

from fast_bitrix24 import Bitrix

GET = "tasks.api.scrum.backlog.get"
UPDATE = "tasks.api.scrum.backlog.update"


def main(url, path):
    """Make all groups right, write only where something differs, look again."""
    with open(path, encoding="utf-8") as file:
        wanted = {item["group_id"]: item["modified_by"] for item in json.load(file)["wanted"]}
    portal = Bitrix(url, verbose=False)

    def look(groups):
        found = portal.call(GET, [{"id": group} for group in groups])
        return found if isinstance(found, (list, tuple)) else [found]

    drifted = [record for record in look(wanted) if record["modifiedBy"] != wanted[record["groupId"]]]
    if drifted:
        portal.call(UPDATE, [{"id": r["id"], "fields": {"modifiedBy": wanted[r["groupId"]]}} for r in drifted])
        assert all(r["modifiedBy"] == wanted[r["groupId"]] for r in look([r["groupId"] for r in drifted]))


if __name__ == "__main__":
    main(*sys.argv[1:])

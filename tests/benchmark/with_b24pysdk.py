# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same job with the client b24pysdk, call_batches. with_b24pysdk.py URL ITEMS"""

from __future__ import annotations

import json
import sys
from urllib.parse import urlsplit

from b24pysdk import BitrixWebhook

GET = "tasks.api.scrum.backlog.get"
UPDATE = "tasks.api.scrum.backlog.update"


def main(url, path):
    """Make all groups right, write only where something differs, look again."""
    with open(path, encoding="utf-8") as file:
        wanted = {item["group_id"]: item["modified_by"] for item in json.load(file)["wanted"]}
    parts = urlsplit(url)
    token = BitrixWebhook(domain=parts.netloc, webhook_token=parts.path.removeprefix("/rest/"))

    def look(groups):
        found = token.call_batches({f"g{group}": (GET, {"id": group}) for group in groups})["result"]["result"]
        return {record["groupId"]: record for record in found.values()}

    drifted = [record for group, record in look(wanted).items() if record["modifiedBy"] != wanted[group]]
    if drifted:
        token.call_batches({f"w{r['id']}": (UPDATE, {"id": r["id"], "fields": {"modifiedBy": wanted[r["groupId"]]}}) for r in drifted})
        assert all(r["modifiedBy"] == wanted[group] for group, r in look([r["groupId"] for r in drifted]).items())


if __name__ == "__main__":
    main(*sys.argv[1:])

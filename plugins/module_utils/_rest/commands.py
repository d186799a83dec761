# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""REST calls as commands, and how a batch carries them (Bitrix24 REST documentation, page on batch)."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

BATCH_SIZE = 50

WRITES = frozenset(
    (
        "tasks.api.scrum.backlog.add",
        "tasks.api.scrum.backlog.update",
        "tasks.api.scrum.backlog.delete",
    )
)

#: Doing these twice is not the same as doing them once.
NOT_RETRY_SAFE = WRITES - {"tasks.api.scrum.backlog.update"}


@dataclass(frozen=True, eq=False)
class Command:
    """One REST call.

    :param verifies: the write whose effect this read shows; it is worthless without that write.
    """

    method: str
    params: dict = field(default_factory=dict)
    verifies: Command | None = None

    @property
    def is_write(self):
        """Whether it changes the portal."""
        return self.method in WRITES

    def to_query(self):
        """The command as a batch carries it: ``method?query``."""
        query = urlencode(list(_flatten(self.params)))
        return f"{self.method}?{query}" if query else self.method


def is_retry_safe(commands):
    """Whether sending the commands twice does what sending them once does."""
    return not any(command.method in NOT_RETRY_SAFE for command in commands)


def _flatten(params, prefix=""):
    """Nested parameters as PHP reads them in a query: ``fields[groupId]=125``."""
    items = params.items() if isinstance(params, dict) else enumerate(params)
    for key, value in items:
        name = f"{prefix}[{key}]" if prefix else str(key)
        if isinstance(value, (dict, list, tuple)):
            yield from _flatten(value, name)
        else:
            yield name, value

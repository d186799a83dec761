# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the portal was asked, for tests to look at."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class Request:
    """One HTTP request.

    :ivar method: REST method of the address.
    :ivar commands: the REST methods that it calls: those of a batch, or the method itself.
    :ivar status: of the answer; None while there is none, or when it was withheld.
    """

    verb: str
    path: str
    method: str
    headers: dict
    body: bytes
    commands: list = field(default_factory=list)
    status: int | None = None


class Log:
    """All requests, the writes that were executed, and the ones that came while none was allowed."""

    def __init__(self):
        self._lock = threading.Lock()
        self.requests = []
        self.writes = []
        self.trespasses = []

    def add(self, request):
        """A request came in."""
        with self._lock:
            self.requests.append(request)

    def wrote(self, method):
        """A write was executed."""
        with self._lock:
            self.writes.append(method)

    def trespassed(self, method):
        """A write came while the portal was read-only."""
        with self._lock:
            self.trespasses.append(method)

    def clear(self):
        """Forget all of it."""
        with self._lock:
            for entries in (self.requests, self.writes, self.trespasses):
                entries.clear()

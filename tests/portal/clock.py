# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The portal's clock, and dates as they are stored: in the local time of the server's zone."""

from __future__ import annotations

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

STORED = "%Y-%m-%d %H:%M:%S"


class Clock:
    """What time it is, and where.

    :ivar standing: moment at which the clock stands still, None while it runs.
    :ivar zone: time zone of the server.
    """

    def __init__(self):
        self.standing = None
        self.zone = ZoneInfo("UTC")

    def now(self):
        """The moment, in the server's zone, in whole seconds."""
        moment = self.standing or datetime.now(timezone.utc)
        return moment.astimezone(self.zone).replace(microsecond=0)

    def stored(self, moment):
        """A moment as it is stored."""
        return moment.astimezone(self.zone).strftime(STORED)

    def read(self, text):
        """The moment behind a stored text; an hour that comes twice is the later one, one that does not exist moves on."""
        local = datetime.strptime(text, STORED).replace(tzinfo=self.zone)
        later = local.replace(fold=1)
        if local.utcoffset() > later.utcoffset():
            return later
        return local.astimezone(timezone.utc).astimezone(self.zone)

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The portal's clock, and dates as they are stored: in the local time of the server's zone."""

from __future__ import annotations

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from . import php
from .php_dates import strtotime


class Clock:
    """What time it is, and where.

    :ivar standing: moment at which the clock stands still, None while it runs.
    :ivar zone: time zone of the server.
    """

    def __init__(self):
        self.standing = None
        self.zone = timezone.utc

    def now(self):
        """The moment, in the server's zone, in whole seconds."""
        moment = self.standing or datetime.now(timezone.utc)
        return moment.astimezone(self.zone).replace(microsecond=0)

    def meant(self, value):
        """The moment that a field of a request means: a number is Unix time, what is no date is 1970.

        :raises OverflowError: for a year that no date has.
        """
        if php.is_numeric(value):
            try:
                return datetime.fromtimestamp(php.to_int(value), timezone.utc)
            except (ValueError, OSError) as error:
                raise OverflowError(value) from error
        found = strtotime(value, self.now()) if isinstance(value, str) else None
        return found or datetime.fromtimestamp(0, timezone.utc)

    def stored(self, moment):
        """A moment as it is stored."""
        return moment.astimezone(self.zone).replace(tzinfo=None).isoformat(" ", "seconds")

    def read(self, text):
        """The moment behind a stored text; an hour that comes twice is the later one, one that does not exist moves on."""
        local = datetime.fromisoformat(text).replace(tzinfo=self.zone)
        later = local.replace(fold=1)
        if local.utcoffset() > later.utcoffset():
            return later
        return local.astimezone(timezone.utc).astimezone(self.zone)

    def shown(self, text, user_zone):
        """A stored date as the portal answers it; None stands for now.

        The portal moves it by as much as the distance between the user's and the server's clocks differs from the present one.

        :param user_zone: time zone of the caller's profile, empty for none.
        """
        moment = self.now() if text is None else self.read(text)
        if user_zone:
            moment += self._distance(moment, user_zone) - self._distance(self.now(), user_zone)
            moment = moment.astimezone(timezone.utc).astimezone(self.zone)
        return moment.isoformat(timespec="seconds")[:25]

    def _distance(self, moment, user_zone):
        return moment.astimezone(ZoneInfo(user_zone)).utcoffset() - moment.utcoffset()

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""strtotime(): the dates that PHP reads out of a text, as far as people send such texts to sprints."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTH = (
    r"(?P<word>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
DAY = r"(?P<day_name>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
UNITS = {
    "sec": "seconds",
    "min": "minutes",
    "hou": "hours",
    "day": "days",
    "wee": "weeks",
    "for": "fortnights",
    "mon": "months",
    "yea": "years",
}
UNIT = r"(?P<unit>sec(?:ond)?s?|min(?:ute)?s?|hours?|days?|weeks?|fortnights?|months?|years?)"
NUMBERS = {"next": 1, "last": -1, "previous": -1, "this": 0}
OFFSETS = {"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "CET": 1, "BST": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9}
OFFSETS.update({"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7})
WORDS = {"now": None, "today": (0, 0), "midnight": (0, 0), "noon": (0, 12), "tomorrow": (1, 0), "yesterday": (-1, 0)}

#: What a text may be made of, one piece after the other.
PIECES = [
    ("date", r"(?P<y>\d{4})-(?P<m>0?\d|1[0-2])-(?P<d>[0-2]?\d|3[01])(?!\d)(?:T(?=\d))?"),
    ("date", r"(?P<y>\d{4})/(?P<m>0?\d|1[0-2])/(?P<d>[0-2]?\d|3[01])(?!\d)"),
    ("date", r"(?P<m>0?\d|1[0-2])/(?P<d>[0-2]?\d|3[01])/(?P<y>\d{4})(?!\d)"),
    ("date", r"(?P<d>[0-2]?\d|3[01])[-.](?P<m>0?\d|1[0-2])[-.](?P<y>\d{4})(?!\d)"),
    ("date", r"(?P<y>\d{4})-(?P<m>0\d|1[0-2])(?![-\d])"),
    ("date", r"(?P<y>\d{4})(?P<m>0\d|1[0-2])(?P<d>[0-2]\d|3[01])T(?=\d)"),
    ("time", r"(?P<h>[01]?\d|2[0-4]):(?P<i>[0-5]\d)(?::(?P<s>[0-5]\d|60)(?:[.,]\d+)?)?(?!\d)(?:\s*(?P<half>[ap])\.?m\.?\b)?"),
    ("time", r"(?P<h>0?[1-9]|1[0-2])\s*(?P<half>[ap])\.?m\.?\b"),
    ("time", r"(?P<h>[01]\d|2[0-4])(?P<i>[0-5]\d)(?P<s>[0-5]\d)(?=Z|[+-]\d|\s|$)"),
    ("offset", r"(?:GMT|UTC)?(?P<sign>[+-])(?P<h>0?\d|1[0-4]):?(?P<i>[0-5]\d)?(?!\d)(?!\s*[a-z])"),
    ("unix", r"@(?P<n>-?\d+)"),
    ("month_end", r"(?P<which>first|last) day of"),
    ("month_date", rf"(?P<d>[0-2]?\d|3[01])(?:st|nd|rd|th)?[ -]*{MONTH}(?:[ ,-]*(?P<y>\d{{4}}))?(?![a-z0-9])"),
    ("month_date", rf"{MONTH}[ -]*(?P<d>[0-2]?\d|3[01])(?:st|nd|rd|th)?(?!\d|:)(?:[ ,]+(?P<y>\d{{4}})(?!\d|:))?(?![a-z0-9])"),
    ("month_date", rf"{MONTH}(?:[ ,-]+(?P<y>\d{{4}})(?!\d|:))?(?![a-z0-9])"),
    ("word", r"(?P<name>now|today|midnight|noon|tomorrow|yesterday)\b"),
    ("relative", rf"(?P<n>[+-]?\s*\d+)\s*{UNIT}\b(?:\s+(?P<ago>ago)\b)?"),
    ("relative", rf"(?P<text>next|last|previous|this)\s+{UNIT}\b"),
    ("weekday", rf"(?:(?P<text>next|last|previous|this)\s+)?{DAY}\b"),
    ("zone", r"(?P<zone>[A-Za-z]+/[A-Za-z_]+(?:/[A-Za-z_]+)?|[A-Z]{1,4})(?![A-Za-z])"),
]
PIECES = [(kind, re.compile(pattern, re.IGNORECASE | re.ASCII)) for kind, pattern in PIECES]


def strtotime(text, now):
    """The moment in a text, None when there is none.

    :param now: the present moment, in the zone that a text without a zone means.
    :raises OverflowError: for a year that no date has.
    """
    found = _pieces(text)
    if not found:
        return None
    reading = _Reading(now)
    for kind, match in found:
        if not getattr(reading, kind)(**match.groupdict()):
            return None
    try:
        return reading.moment()
    except ValueError as error:
        raise OverflowError(text) from error


def _pieces(text):
    found, rest = [], text.strip(" \t\n\r\v\f")
    while rest:
        hit = next(((kind, match) for kind, pattern in PIECES if (match := pattern.match(rest))), None)
        if hit is None:
            return []
        found.append(hit)
        rest = rest[hit[1].end() :].lstrip(" ,\t\n")
    return found


class _Reading:
    """What the pieces of a text say, put together."""

    def __init__(self, now):
        self._now = now
        self._zone = None
        self._date = None
        self._time = None
        self._reset = False
        self._unix = None
        self._steps = dict.fromkeys(("seconds", "minutes", "hours", "days", "weeks", "fortnights", "months", "years"), 0)
        self._weekday = None
        self._end_of_month = None

    def date(self, y, m, d=1):
        """A day in figures; a month alone is its first day."""
        good, self._date = self._date is None, (int(y), int(m), int(d))
        return good

    def month_date(self, word, d=None, y=None):
        """A day whose month has its name; without a day the first one of a year's month, today's in this year's."""
        return self.date(y or self._now.year, MONTHS.index(word[:3].lower()) + 1, d or (1 if y else self._now.day))

    def time(self, h, i=None, s=None, half=None):
        """A time of day."""
        hour = int(h)
        if half:
            if not 1 <= hour <= 12:
                return False
            hour = hour % 12 + (12 if half.lower() == "p" else 0)
        good, self._time = self._time is None, (hour, int(i or 0), int(s or 0))
        return good

    def offset(self, sign, h, i):
        """An offset from UTC."""
        ahead = timedelta(hours=int(h), minutes=int(i or 0))
        good, self._zone = self._zone is None, timezone(ahead if sign == "+" else -ahead)
        return good

    def zone(self, zone):
        """A zone by its name."""
        if self._zone is not None:
            return False
        try:
            hours = OFFSETS.get(zone.upper())
            self._zone = ZoneInfo(zone) if hours is None else timezone(timedelta(hours=hours))
        except (KeyError, ValueError):
            return False
        return True

    def unix(self, n):
        """Unix time behind an @."""
        self._unix = int(n)
        return True

    def word(self, name):
        """A day or time by its name."""
        meant = WORDS[name.lower()]
        if meant:
            days, hour = meant
            self._steps["days"] += days
            self._reset = True
            if hour:
                self._time = (hour, 0, 0)
        return True

    def relative(self, unit, n=None, text=None, ago=None):
        """A distance."""
        number = NUMBERS[text.lower()] if text else int(n.replace(" ", ""))
        self._steps[UNITS[unit[:3].lower()]] += -number if ago else number
        return True

    def weekday(self, day_name, text=None):
        """A day of the week: the next one that is, or is not, today."""
        self._weekday = (DAYS.index(day_name[:3].lower()), NUMBERS[text.lower()] if text else 0)
        self._reset = True
        return True

    def month_end(self, which):
        """First or last day of a month."""
        self._end_of_month = which.lower()
        return True

    def moment(self):
        """The moment that all of it means."""
        zone = self._zone or self._now.tzinfo
        if self._unix is not None:
            start = datetime.fromtimestamp(self._unix, timezone.utc).astimezone(zone)
        else:
            start = self._now.astimezone(zone)
        year, month, day = self._date or (start.year, start.month, start.day)
        time = (start.hour, start.minute, start.second) if not (self._date or self._reset) else (0, 0, 0)
        hour, minute, second = self._time or time
        steps = self._steps
        months = year * 12 + month - 1 + steps["years"] * 12 + steps["months"]
        if self._end_of_month:
            day = 1
            months += self._end_of_month == "last"
        local = datetime(months // 12, months % 12 + 1, 1, tzinfo=zone) + timedelta(days=day - 1 - (self._end_of_month == "last"))
        local += timedelta(days=steps["days"] + 7 * steps["weeks"] + 14 * steps["fortnights"])
        local = self._on_weekday(local) + timedelta(hours=hour, minutes=minute, seconds=second)
        passed = timedelta(hours=steps["hours"], minutes=steps["minutes"], seconds=steps["seconds"])
        return (local.astimezone(timezone.utc) + passed).astimezone(self._now.tzinfo)

    def _on_weekday(self, local):
        if self._weekday is None:
            return local
        wanted, way = self._weekday
        ahead = (wanted - local.weekday()) % 7
        if way > 0:
            ahead = ahead or 7
        elif way < 0:
            ahead = ahead - 7
        return local + timedelta(days=ahead)

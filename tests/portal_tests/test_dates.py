# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dates of sprints: what the portal reads out of a text, how it stores moments, and how it answers them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import Portal
from portal.clock import Clock
from portal.php_dates import strtotime

NOW = datetime(2026, 7, 10, 12, tzinfo=timezone.utc)  # a Friday
SERVER_ZONES = ("UTC", "Europe/Berlin", "Europe/Moscow", "America/New_York", "Australia/Sydney")

#: Text -> the moment that it means, None for none.
TEXTS = {
    "2026-06-01T10:20:30+03:00": "2026-06-01 07:20:30",
    "2026-06-01T10:20:30.999Z": "2026-06-01 10:20:30",
    "2026-06-01T10:20:30 03:00": None,  # the plus of a query that was not encoded
    "2026-06-01 10:20": "2026-06-01 10:20:00",
    "2026-06-01": "2026-06-01 00:00:00",
    "2026-02-30": "2026-03-02 00:00:00",
    "2026-13-01": None,
    "01.06.2026 08:00": "2026-06-01 08:00:00",
    "06/01/2026": "2026-06-01 00:00:00",
    "13-06-2026": "2026-06-13 00:00:00",
    "2026-06-01 10:00 Europe/Berlin": "2026-06-01 08:00:00",
    "2026-06-01 10:00 Nowhere/Nothing": None,
    "2026-06-01 10:00 EST": "2026-06-01 15:00:00",
    "Mon, 01 Jun 2026 10:00:00 +0300": "2026-06-01 07:00:00",
    "Sep 1, 2026": "2026-09-01 00:00:00",
    "1 September": "2026-09-01 00:00:00",
    "September 2026": "2026-09-01 00:00:00",
    "10:30 pm": "2026-07-10 22:30:00",
    "13:00 pm": None,
    "now": "2026-07-10 12:00:00",
    "tomorrow": "2026-07-11 00:00:00",
    "tomorrow noon": "2026-07-11 12:00:00",
    "yesterday 09:00": "2026-07-09 09:00:00",
    "+2 weeks": "2026-07-24 12:00:00",
    "2 days ago": "2026-07-08 12:00:00",
    "-1 hour": "2026-07-10 11:00:00",
    "next month": "2026-08-10 12:00:00",
    "friday": "2026-07-10 00:00:00",
    "next friday": "2026-07-17 00:00:00",
    "last friday": "2026-07-03 00:00:00",
    "monday 09:00": "2026-07-13 09:00:00",
    "last day of february": "2026-02-28 00:00:00",
    "first day of next month midnight": "2026-08-01 00:00:00",
    "@1780000000": "2026-05-28 20:26:40",
    "soon": None,
    "": None,
}


@pytest.mark.parametrize("text", TEXTS)
def test_text_is_read_as_php_reads_it(text):
    """Dates that are none count as nothing."""
    found = strtotime(text, NOW)
    assert (found and found.replace(tzinfo=None).isoformat(" ")) == TEXTS[text]


@pytest.mark.parametrize("value", ["soon", "", None, False, True, {}, {0: "2026-06-01"}])
def test_value_that_is_no_date_is_1970(value):
    """No error tells of it."""
    assert Clock().meant(value) == datetime(1970, 1, 1, tzinfo=timezone.utc)


@pytest.mark.parametrize("value", [1e18, -(10**15), "0000-00-00"])
def test_date_out_of_reach_is_not_stored(value):
    """There is a column to hold it, but no such date."""
    with pytest.raises(OverflowError):
        Clock().meant(value)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(SERVER_ZONES),
)
def test_moment_with_offset_survives_the_server_zone(local, minutes, zone):
    """What was sent with an offset is what is read, but for the hour that comes twice: that is always the later one."""
    sent = local.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    clock = Clock()
    clock.zone = ZoneInfo(zone)
    stored = clock.stored(clock.meant(sent.isoformat()))
    answered = datetime.fromisoformat(clock.shown(stored, ""))
    twice = clock.read(stored).replace(fold=0).utcoffset() != clock.read(stored).replace(fold=1).utcoffset()
    assert answered - sent in ((timedelta(0), timedelta(hours=1)) if twice else (timedelta(0),))


def test_hour_that_does_not_exist_moves_on():
    """In the night in which summer begins, and back again: the hour that comes twice is the winter one."""
    clock = Clock()
    clock.zone = ZoneInfo("Europe/Berlin")
    assert clock.shown("2026-03-29 02:30:00", "") == "2026-03-29T03:30:00+02:00"
    assert clock.shown("2026-10-25 02:30:00", "") == "2026-10-25T02:30:00+01:00"


#: Zones of server and profile -> hours by which a date in the other season is answered wrong, asked in winter.
SEASONS = {
    ("UTC", ""): 0,
    ("UTC", "Asia/Tokyo"): 0,
    ("Europe/Berlin", "Europe/Berlin"): 0,
    ("America/New_York", "America/Los_Angeles"): 0,
    ("UTC", "Europe/Berlin"): 1,
    ("Europe/Moscow", "America/New_York"): 1,
    ("Europe/Berlin", "Asia/Tokyo"): -1,
}


@pytest.mark.parametrize("zones", SEASONS, ids=str)
def test_date_in_the_other_season_is_answered_wrong(zones):
    """Only read wrong, not stored; but who sends back what was read moves it each time."""
    server, user = zones
    with Portal() as portal:
        portal.group(5)
        store = portal.engine.store
        store.clock.zone, store.clock.standing = ZoneInfo(server), datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
        store.users[1].time_zone = user
        for month, wrong in ((1, 0), (7, SEASONS[zones])):
            moment = store.clock.meant(f"2026-{month:02}-15T10:00:00+00:00")
            answered = datetime.fromisoformat(store.clock.shown(store.clock.stored(moment), user))
            assert answered - moment == timedelta(hours=wrong)

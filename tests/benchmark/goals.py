# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the numbers are meant to be, and whether they are."""

from __future__ import annotations

from ways import BULK, FLOOR, LOOP, START

MEGABYTES = 150


def goals(rows):
    """(goal, what was found, whether it is met) for all that the rows allow to judge."""
    found = {(row["way"], row["backlogs"], row["drifted"]): row for row in rows}
    bulk = [row for row in rows if row["way"] == BULK]
    yield from _requests(bulk)
    start, idle = next(((row["seconds"], row["cpu_seconds"]) for row in rows if row["way"] == START), (0, 0))
    for row in bulk:
        floor = found.get((FLOOR, row["backlogs"], False))
        if floor and not row["drifted"]:
            allowed = 1.3 * floor["seconds"] + start
            goal = f"{row['backlogs']} in order within 1.3 times the floor and the engine's start"
            yield goal, f"{row['seconds']:.2f} s, allowed {allowed:.2f} s", row["seconds"] <= allowed
    for row in bulk:
        loop = found.get((LOOP, row["backlogs"], row["drifted"]))
        if loop and row["backlogs"] == 1000:
            times = loop["seconds"] / row["seconds"]
            yield f"1000 {_state(row)} at least 100 times faster than the loop", f"{times:.0f} times", times >= 100
    for row in bulk:
        less = found.get((BULK, 1000, row["drifted"]))
        if less and row["backlogs"] == 10000:
            times = (row["cpu_seconds"] - idle) / (less["cpu_seconds"] - idle)
            yield f"10000 {_state(row)} take at most 12 times the computing of 1000", f"{times:.1f} times", times <= 12
    for kind, name in (("peak_mb", "module"), ("engine_mb", "engine")):
        most = max((row[kind] for row in bulk), default=0)
        if most:
            yield f"memory of the {name} under {MEGABYTES} MB", f"{most} MB", most < MEGABYTES


def _requests(bulk):
    for row in bulk:
        answered = row["requests"] - row["refused"]
        if answered != row["theory"] or row["failed"]:
            yield f"requests of {row['backlogs']} {_state(row)} as the theory says", f"{answered} instead of {row['theory']}", False
            return
    if bulk:
        yield "requests as the theory says in every row of the bulk module", "all", True


def _state(row):
    return "drifted" if row["drifted"] else "in order"

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every Python process of a run notes the most memory that it held. Python imports this by itself, by its name.

It counts what the process held after it was started. What the system counts for a child that has ended (ru_maxrss) begins with the
memory of the process that started it, and would charge every way with the benchmark's own.
"""

from __future__ import annotations

import atexit
import os
import resource
import sys

NOTES = os.environ.get("BENCHMARK_PEAK")
_leave = os._exit


def note():
    """Append a line: ``engine`` or ``work``, and kilobytes."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            most = next(line.split()[1] for line in status if line.startswith("VmHWM"))
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    name = os.path.basename(getattr(sys, "argv", [""])[0])
    with open(NOTES, "a", encoding="ascii") as notes:
        notes.write(f"{'engine' if name.startswith('ansible') else 'work'} {most}\n")


def _note_and_leave(status):
    """Forks of the engine leave without what is registered for the exit."""
    note()
    _leave(status)


if NOTES:
    atexit.register(note)
    os._exit = _note_and_leave

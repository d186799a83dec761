# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock on which time passes only in sleep."""

from __future__ import annotations


class Clock:
    """What WaitBudget needs of the time module.

    :ivar slept: seconds of each sleep.
    """

    def __init__(self):
        self.slept = []

    def monotonic(self):
        """Seconds."""
        return 1000.0 + sum(self.slept)

    def sleep(self, seconds):
        """Let time pass."""
        assert seconds > 0
        self.slept.append(seconds)

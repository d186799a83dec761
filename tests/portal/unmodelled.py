# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recorded cases that the portal does not answer as recorded, and why."""

from __future__ import annotations

#: Name of a case -> reason.
UNMODELLED = {}

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for a Bitrix24 portal, over real HTTP and HTTPS: what it answers, and what it stores, is what the server's own code does.

It shares no code with the collection, so that one misunderstanding cannot hide in both.
"""

from .portal import Portal

__all__ = ["Portal"]

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small portal to try things on."""

from __future__ import annotations


def fill(portal):
    """A few teams with their backlogs."""
    portal.user(6, 7, 9)
    portal.group(125, name="Mobile", members={1: "A", 6: "K", 7: "K"}).backlog(created_by=6, modified_by=6, id=3)
    portal.group(126, name="Web", members={1: "K", 7: "A"}).backlog(created_by=7, modified_by=9, id=4)
    portal.group(127, name="Platform", members={1: "K", 9: "A"}).backlog(created_by=9, modified_by=9, items=2, id=7)
    portal.group(128, name="Research", members={1: "K"})
    portal.group(129, name="Board", members={9: "A"}).backlog(created_by=9, id=9)
    portal.group(130, name="Canteen", scrum=False, members={1: "K"})

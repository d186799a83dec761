# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""tasks.api.scrum.kanban.*"""

from __future__ import annotations

from .controller import Controller

CONTROLLER = Controller("tasks.api.scrum.kanban.", "Bitrix\\Tasks\\Rest\\Controllers\\Scrum\\Kanban", {})

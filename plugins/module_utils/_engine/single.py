# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task for one object."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.reconciler import Reconciler
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import TaskFailed


def reconcile_one(resource, client, desired, context, refusal=None):
    """The result's keys of a task for one object.

    :param client: the portal.
    :param context: the ModuleContext.
    :param refusal: the Bitrix24Error that it has failed with already, or None.
    :raises TaskFailed: with the same keys, when the object is not as desired.
    :raises Bitrix24Error: when the portal could not be asked at all.
    """
    reconciler = Reconciler(resource, client, context.check_mode, context.warn)
    (item,), _refusal = reconciler.run([desired], {0: refusal} if refusal else None)
    result = item.to_result()
    if context.diff_mode:
        result["diff"] = item.diff()
    if item.error:
        raise TaskFailed(dict(result, msg=item.message, error=item.error.to_result()))
    return result

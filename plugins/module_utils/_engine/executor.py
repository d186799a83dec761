# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The writes of a task, each followed by the read that shows its outcome.

What the portal answers to add, update and delete is never taken as the state: the answers echo what was sent.
"""

from __future__ import annotations

import contextlib

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.verification import verify
from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.write_step import WriteStep
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, WaitBudgetExceeded
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.client import Reply, ends_all
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import BATCH_SIZE, Command
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.retry import is_transient


class Executor:
    """Carries out plans.

    :param resource: the Resource of the items.
    :param client: the portal.
    :param batch: as for Client.send().
    :param warn: called with a sentence for the user.
    """

    def __init__(self, resource, client, batch, warn):
        self._resource = resource
        self._client = client
        self._batch = batch
        self._warn = warn

    def apply(self, items):
        """Write the items in their order; each ends with what the portal holds, or with its error."""
        queue = [WriteStep(item, item.change) for item in items]
        while queue:
            steps, queue = _next_batch(queue)
            try:
                queue = self._execute(steps) + queue
            except Bitrix24Error as error:  # it concerns the whole portal: what has not been sent is not tried
                for step in queue:
                    step.item.fail(error.for_method(step.write.method, steps[0].write.method))
                break
        for item in items:
            verify(item)
            if item.error:
                item.error = self._resource.explain(item)

    def _execute(self, steps):
        """Send the steps; returns the ones to send next for the same items.

        :raises Bitrix24Error: when sending more is of no use.
        """
        commands = [step.write for step in steps] + [step.read for step in steps if step.read]
        batch_error = None
        try:
            replies = dict(zip(commands, self._client.send(commands, self._batch)))
        except Bitrix24Error as error:
            batch_error = error
            replies = {command: Reply(error=error.for_method(command.method, commands[0].method)) for command in commands}
        for step in steps:
            step.accept_replies(replies[step.write], replies.get(step.read))
        duplicated = [step for step in steps if step.duplicate_id is not None]
        if duplicated:
            self._delete_duplicates(duplicated)
        to_reread = [step for step in steps if step.needs_reread]
        next_steps = [step.follow_up() for step in steps if step.has_follow_up]
        if to_reread:
            next_steps = self._reread_and_replan(to_reread) + next_steps
        elif batch_error and ends_all(batch_error):
            raise batch_error
        return next_steps

    def _delete_duplicates(self, steps):
        """Remove the objects that were created beside those of other runs, each by its own ID, once it was seen that it is one."""
        existing, unread = self._find_duplicates(steps)
        with contextlib.suppress(Bitrix24Error):
            self._client.send([Command(self._resource.deletes, {"id": step.duplicate_id}) for step in existing], self._batch)
        remaining = [step for some in self._find_duplicates(existing) for step in some]
        for step in unread + remaining:
            name = self._resource.name
            self._warn(
                f"Another run created {step.desired.label} at the same time."
                f" Delete the duplicate {name} {step.duplicate_id} by its ID: the module could not delete it."
            )

    def _find_duplicates(self, steps):
        """The steps whose surplus object is there, in the desired group; and those of which that could not be read."""
        by_id = {step.item.position: type(step.desired)(id=step.duplicate_id) for step in steps}
        observations = self._resource.read(self._client, by_id, self._batch) if steps else {}
        existing, unread = [], []
        for step in steps:
            observed = observations[step.item.position]
            if isinstance(observed, Bitrix24Error):
                unread.append(step)
                continue
            found = observed.current(by_id[step.item.position])
            if found and found.group_id == step.desired.group_id:
                existing.append(step)
        return existing, unread

    def _reread_and_replan(self, steps):
        """Read what the portal holds after writes whose outcome is not known, and plan again from that.

        The state is read before anything is repeated: an add or a delete may have been stored although its answer was lost.
        """
        wait_error = self._back_off(steps)
        observations = self._read(steps)
        unread = [step for step in steps if step.read is None and isinstance(observations[step.item.position], Bitrix24Error)]
        if unread:  # no other read shows their outcome: a fault that has passed must not leave it unknown
            observations.update(self._read(unread))
        for step in steps:
            step.take_reading(observations[step.item.position])
        duplicated = [step for step in steps if step.duplicate_id is not None and step.read is None]
        if duplicated:
            self._delete_duplicates(duplicated)
            observations.update(self._read(duplicated))
        next_steps: list[WriteStep] = []
        for step in steps:
            new_step = step.replan(
                observations[step.item.position], wait_error, vacated_ids={earlier.change.vacated_id for earlier in next_steps}
            )
            next_steps += [new_step] if new_step else []
        return next_steps

    def _read(self, steps):
        return self._resource.read(self._client, {step.item.position: step.desired for step in steps}, self._batch)

    def _back_off(self, steps):
        """Wait if something failed that passes; returns the WaitBudgetExceeded when the task may not wait any longer."""
        transient = [step for step in steps if step.error and is_transient(step.error)]
        if transient:
            try:
                self._client.back_off(transient[0].error, transient[0].attempt)
            except WaitBudgetExceeded as error:
                return error
        return None


def _next_batch(queue):
    """As many steps as fit into one batch with their reads, and the rest."""
    size = count = 0
    for step in queue:
        size += 2 if step.read else 1
        if size > BATCH_SIZE:
            break
        count += 1
    return queue[:count], queue[count:]

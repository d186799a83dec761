# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting: within one budget, at a pace that lets everybody through who draws on the same bucket."""

from __future__ import annotations

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PortalError, ResponseError, WaitBudgetExceeded
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import Command
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.retry import WaitBudget

from ..crowd import LEAK, SIZE, ClientPool
from ..scripted import GET, Clock, batch, error, make_client, result

#: Who draws on one bucket: clients, the requests of their tasks, and how many are refused at most for one that is accepted.
#: Twenty clients that wait for 12 s on average ask 1.7 times a second, which is less than the bucket drains.
CROWDS = {
    "one long task": (1, [600], 1 / 600),
    "a loop of short tasks": (1, [3] * 200, 0.06),
    "two long tasks": (2, [200], 0.05),
    "five long tasks": (5, [60], 0.2),
    "twenty forks with a task each": (20, [15], 0.7),
    "twenty forks with tasks of three requests": (20, [3] * 30, 1.25),
    "twenty forks with tasks of one request": (20, [1] * 60, 1.25),
}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("kind", CROWDS)
def test_clients_sharing_a_bucket_all_finish(kind, seed):
    """Within the default budget, without hammering, and without leaving the portal idle."""
    clients, tasks, most_refused = CROWDS[kind]
    pool = ClientPool(seed)
    pool.work(clients, tasks, max_wait=300)
    assert pool.failures == []
    assert pool.accepted == clients * sum(tasks)
    assert 0 < pool.refused <= most_refused * pool.accepted
    assert min(pool.gaps) >= 2
    assert pool.now <= 1.6 * (pool.accepted - SIZE) / LEAK + 30


def test_clients_beyond_budget_fail_naming_the_limit():
    """More than fits into the budget."""
    pool = ClientPool(1)
    pool.work(20, [100], max_wait=60)
    assert {type(failure) for failure in pool.failures} == {WaitBudgetExceeded}
    assert {failure.code for failure in pool.failures} == {"QUERY_LIMIT_EXCEEDED"}


@pytest.mark.parametrize("asked", [0.0, 0.5, 1.0])
def test_retry_after_zero_still_backs_off(asked):
    """Retry-After: 0 again and again ends with the budget, and the delays grow."""
    client, script, clock, _sign_in = make_client(*[error("QUERY_LIMIT_EXCEEDED", status=503, retry_after=asked)] * 100, max_wait=100)
    with pytest.raises(WaitBudgetExceeded):
        client.call(GET)
    assert len(script.calls) < 15
    assert sum(clock.slept) <= 100.001
    client, script, clock, _sign_in = make_client(error("QUERY_LIMIT_EXCEEDED", status=503, retry_after=asked), max_wait=0)
    with pytest.raises(WaitBudgetExceeded):
        client.call(GET)
    assert clock.slept == []


FAILURES = [PortalError("QUERY_LIMIT_EXCEEDED", "", 503), PortalError("OPERATION_TIME_LIMIT", "", 429), ResponseError("timeout", "")]


@pytest.mark.parametrize("failure", FAILURES)
def test_wait_grows_to_one_minute_at_most(failure):
    """However often it was tried, and however much may be waited."""
    clock = Clock()
    budget = WaitBudget(1e9, clock, random_fraction=lambda: 0.5)
    for attempt in (0, 1, 2, 3, 10, 5000):
        budget.wait(failure, attempt)
    assert clock.slept == sorted(clock.slept)
    assert 1 <= clock.slept[0] < clock.slept[-1] <= 60


def test_wait_with_exhausted_budget_error_raises_it_unwrapped():
    """It is not waited for, nor wrapped into another of its kind."""
    exhausted = WaitBudgetExceeded(ResponseError("unexpected_answer", "a page", status=504), 5)
    with pytest.raises(WaitBudgetExceeded) as caught:
        WaitBudget(300, Clock()).wait(exhausted, 0)
    assert caught.value is exhausted


def test_throttle_counts_against_budget():
    """What was waited between requests cannot be waited for a refusal."""
    refusal = error("QUERY_LIMIT_EXCEEDED", status=503)
    client, script, clock, _sign_in = make_client(refusal, *[result(1)] * 20, refusal, max_wait=10)
    with pytest.raises(WaitBudgetExceeded):
        for _call in range(21):
            client.call(GET)
    script.finished()
    assert sum(clock.slept) == pytest.approx(10)


def test_wait_uses_reset_time_of_batch():
    """Its own answer says when the time of batches is reset."""
    first = batch({"c0": 1, "c1": 2})
    time = b'"time": {"finish": 1000.0, "operating_reset_at": 1030}'
    told = first.__class__(200, first.content_type, first.body.replace(b'"time": {}', time))
    client, script, clock, _sign_in = make_client(told, error("OPERATION_TIME_LIMIT", status=429), batch({"c0": 3, "c1": 4}))
    commands = [Command(GET, {"id": 1}), Command(GET, {"id": 2})]
    client.send(commands)
    assert [reply.value for reply in client.send(commands)] == [3, 4]
    script.finished()
    assert 30 <= clock.slept[0] <= 33

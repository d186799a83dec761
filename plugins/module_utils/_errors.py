# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every failure as an exception that carries what a person, and a playbook, needs to know of it."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._hints import hint_for

#: Codes that a task fails with when the portal itself gave none.
COLLECTION_CODES = {
    "connection_broken": "the connection broke before the response was complete",
    "connection_refused": "the portal does not accept connections, or cannot be reached",
    "proxy": "the proxy of the environment does not forward the request",
    "invalid_environment": "a setting of the machine that the HTTP library uses is invalid",
    "name_not_resolved": "the host name of the portal is unknown",
    "timeout": "no response within the option timeout",
    "tls": "the certificate of the portal is not accepted",
    "redirect_refused": "the portal redirects to an address that must not get the secret",
    "unexpected_answer": "the response is not from the REST API",
    "invalid_connection": "the connection options are invalid",
    "invalid_input": "the options are invalid",
    "token_file": "the token file cannot be read, written or locked",
    "no_such_backlog": "the backlog does not exist",
    "other_backlog": "the group has another backlog than the one in id",
    "other_group": "the object is in another group than the one in the options",
    "group_not_found": "the group does not exist, or the portal does not show it to the user",
    "ambiguous_group": "several groups have the name in group",
    "user_not_found": "the portal shows no user with the e-mail address",
    "ambiguous_user": "several active users have the e-mail address",
    "user_dismissed": "the user with the e-mail address is dismissed",
    "group_not_scrum": "the target group of a move is not a Scrum group",
    "group_not_readable": "the user is not a member of the group, or its tasks tool is off",
    "move_cycle": "the moves of a list form a cycle",
    "same_backlog": "two items of a list identify the same backlog",
    "not_stored": "the portal accepted a value but did not store it",
    "not_deleted": "the portal accepted a deletion, but the object is still there, or a new one in its place",
    "no_such_epic": "the epic does not exist",
    "ambiguous_epic": "several epics of the group have the same name",
}

#: HTTP statuses of a server in front of the portal that did not get the portal's answer: a write may or may not have been stored.
#: The numbers from 520 on are Cloudflare's; 526 is left out, as a certificate does not heal by waiting.
LOST_BEHIND = (502, 504, 520, 521, 522, 523, 524, 525, 527, 530)

#: Name of the one call that goes to the auth server, not to the portal.
AUTH_SERVER = "oauth/token"


class Bitrix24Error(Exception):
    """A failed call, or a task that cannot be carried out.

    :param code: the portal's error code, or one of COLLECTION_CODES.
    :param description: what the portal said, or what went wrong, in one clause.
    :param status: HTTP status of the answer; None when there was none.
    :param method: REST method that was called; None when no call was made.
    :param hint: what to do; looked up from code, description and method when left out.
    :param uncertain: True when a write may have been stored all the same.
    :param retry_after: seconds after which the server wants to be asked again; None when it did not say.
    """

    def __init__(self, code, description, status=None, method=None, hint=None, uncertain=False, retry_after=None):
        super().__init__(description)
        self.code = str(code)
        self.description = str(description)
        self.status = status
        self.method = method and str(method)
        self.hint = hint_for(self.code, self.description, self.method) if hint is None else hint
        self.uncertain = uncertain
        self.retry_after = retry_after

    def for_method(self, method, instead_of):
        """The same failure for another call that failed together with the one that it names.

        :param instead_of: that one; a failure that names something else, such as the auth server, stays as it is.
        """
        if self.method != instead_of:
            return self
        copy = type(self).__new__(type(self), *self.args)
        copy.__dict__.update(self.__dict__, method=str(method))
        return copy

    def message(self, attempt=None):
        """The message for users: what failed, the reason, and what to do.

        :param attempt: such as "Reading the backlog of group 125".
        """
        text = self.summary()
        if attempt:
            text = f"{attempt} failed: {text}"
        return f"{text}. {self.hint}" if self.hint else f"{text}."

    def to_result(self):
        """The value of the result key ``error``."""
        return {
            "code": self.code,
            "description": self.description,
            "status": self.status,
            "method": self.method,
        }

    def summary(self):
        """The failure in one clause, without what to do about it."""
        return self.description


class PortalError(Bitrix24Error):
    """The portal answered with an error."""

    def has_text(self, description):
        """Whether this is the controller error of that text: all of them share code 0, only the text differs."""
        return self.description == description

    def summary(self):
        details = [f"code {self.code}" if self.code else "no code"]
        if self.status is not None:
            details.append(f"HTTP {self.status}")
        if self.method:
            details.append(self.method)
        said = self.description.rstrip(". ") or "an error without a text"
        who = "auth server" if self.method == AUTH_SERVER else "portal"
        return f"the {who} answered: {said} ({', '.join(details)})"


class ResponseError(Bitrix24Error):
    """The call brought no answer that can be read: the network, TLS, a proxy, a page instead of JSON."""


class WaitBudgetExceeded(Bitrix24Error):
    """The task may not wait any longer.

    It carries code, status and method of the refusal that it waited on.
    """

    def __init__(self, cause, max_wait, needed=None):
        super().__init__(
            cause.code,
            cause.description,
            status=cause.status,
            method=cause.method,
            hint=f"{cause.hint} Or increase max_wait." if cause.hint else "Increase max_wait.",
            uncertain=cause.uncertain,
        )
        self._cause = cause
        self._max_wait = max_wait
        self._needed = needed

    def for_method(self, method, instead_of):
        copy = super().for_method(method, instead_of)
        if copy is not self:
            copy._cause = self._cause.for_method(method, instead_of)
        return copy

    def summary(self):
        because = self._cause.summary()
        if self._needed is None:
            return f"max_wait ({self._max_wait:g} s) is used up: {because}"
        return f"waiting {self._needed:.0f} s more would exceed max_wait ({self._max_wait:g} s); {because}"


class PreconditionError(Bitrix24Error):
    """The task was refused before any write, for a reason of our own."""


class TaskFailed(Exception):
    """The task failed, and this is all there is to say of it.

    :param result: the result's keys, with ``msg``.
    """

    def __init__(self, result):
        super().__init__(result["msg"])
        self.result = result

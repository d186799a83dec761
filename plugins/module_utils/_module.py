# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Between Ansible's module class and the rest: the connection, the secrets, and the one place that ends a module with an error."""

from __future__ import annotations

import os
import sys
import time
import traceback

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.auth import OAuthAuth, WebhookAuth
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.connection import argument_spec, resolve, secrets_of
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.machine import proxy_secrets
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.redaction import Redactor, is_ordinary
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.token_store import TokenStore
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.webhook import Webhook, parse_address
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, TaskFailed
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.client import Client
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.network_errors import REQUESTS_IMPORT_ERROR
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.oauth_server import OAuthServer
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.retry import WaitBudget
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.transport import Transport

#: What the modules need on the machine where they run; the engine itself runs modules on older ones.
OLDEST_PYTHON = (3, 9)

NOT_FINITE = "a number is not finite"


class Module(AnsibleModule):
    """Ansible's module class, which says of a list which of its items is wrong, and blanks out no ordinary word."""

    def _load_params(self):
        super()._load_params()
        self._given = dict(self.params)  # the checks leave out of a list what is wrong in it

    def fail_json(self, msg, **keys):
        """End the module with a failure; when an option does not pass the engine's checks, with the position of the wrong item."""
        self.forget_ordinary()
        checked = getattr(self, "validation_result", None)
        wrong = self.wrong_item(self.argument_spec) if checked and checked.errors else ""
        super().fail_json(msg=wrong or msg, **keys)

    def forget_ordinary(self):
        """Let the engine's own redaction, which masks all texts, leave the words alone that a secret may be; Redactor looks after them."""
        self.no_log_values = {secret for secret in self.no_log_values if not is_ordinary(secret)}  # type: ignore[has-type]

    def wrong_item(self, spec):
        """Which item of a list is wrong, and why; an empty text when there is none."""
        for name, option in spec.items():
            given = self._given.get(name)
            if option.get("type") != "list" or not isinstance(given, list):
                continue
            item_spec = {"type": option["elements"], "options": option.get("options")}
            for position, item in enumerate(given):
                error = _error_in(name, item_spec, item)
                if error:
                    return f"Item {position + 1} ({name}[{position}]): {error}"
        return ""


def _error_in(name, option, value):
    """What the engine's checks say of one value; an empty text when it passes."""
    if value is None:  # the engine takes it for an option that is left out
        return "it is empty"
    try:
        errors = ArgumentSpecValidator({name: option}).validate({name: value}).errors.errors
        said = errors[0].msg if errors else ""
        return f"unsupported option {said}" if errors and isinstance(errors[0], UnsupportedError) else said
    except ArithmeticError:  # ansible-core itself stumbles over an infinite number in place of an id
        return NOT_FINITE
    except TypeError:  # and over a list in place of an item
        return f"it is a {type(value).__name__}, and a dictionary is needed"


class ModuleContext:
    """What a module's work sees of the task it is for.

    :ivar params: the options.
    :ivar check_mode: whether nothing may be written.
    """

    def __init__(self, module, redactor):
        self.params = module.params
        self.check_mode = module.check_mode
        self.diff_mode = module._diff  # pylint: disable=protected-access
        self._module = module
        self._redactor = redactor

    def warn(self, sentence):
        """Warn the user; from ansible-core 2.19 on the engine itself takes no secrets out of warnings."""
        self._module.warn(self._redactor.sentence(sentence))

    def register_secrets(self, *secrets):
        """Let no output hold these."""
        self._redactor.add(*secrets)
        self._module.no_log_values.update(self._redactor.values())

    def create_client(self):
        """The portal that the connection options name.

        :raises Bitrix24Error: when they cannot be used.
        """
        self.register_secrets(*secrets_of(self.params, os.environ), *proxy_secrets(os.environ))
        connection = resolve(self.params, os.environ)
        for sentence in connection.warnings:
            self.warn(sentence)
        budget = WaitBudget(connection.max_wait, time)

        def transport(origin):
            return Transport(origin, connection.verify, connection.timeout, self.warn, self._redactor.text)

        auth = connection.auth
        portal = transport(auth.origin)
        if isinstance(auth, Webhook):
            authenticator = WebhookAuth(auth)
        else:
            auth_server = OAuthServer(transport(parse_address(auth.url, "oauth_url").origin), auth, budget, self._redactor.text)
            authenticator = OAuthAuth(TokenStore(auth, auth_server.refresh, self.register_secrets, self.warn))
        return Client(portal, authenticator, budget, self.check_mode, self._redactor.text)


def run_module(action, module_spec, **module_options):
    """Carry out a module: its result, or the one way in which it fails.

    :param action: called with a ModuleContext, returns the result's keys; raises Bitrix24Error, or TaskFailed to add keys.
    :param module_spec: argument spec without the connection options.
    """
    spec = argument_spec(**module_spec)
    try:
        module = Module(argument_spec=spec, supports_check_mode=True, **module_options)
    except ArithmeticError:  # ansible-core itself stumbles over an infinite number in place of an id
        unchecked = Module(argument_spec={name: {"type": "raw", "no_log": option.get("no_log", False)} for name, option in spec.items()})
        unchecked.fail_json(msg=unchecked.wrong_item(spec) or f"Among the options {NOT_FINITE}.")
    module.forget_ordinary()
    if sys.version_info < OLDEST_PYTHON:
        module.fail_json(msg=_old_python())
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    redactor = Redactor()
    result, failure = _call_safely(action, ModuleContext(module, redactor))
    # outside of any except block: ansible-core adds the traceback of an exception that is being handled, secrets included
    if failure:
        module.fail_json(**redactor.data(failure))
    module.exit_json(**redactor.data(result))


def _old_python():
    needed, found = (".".join(map(str, version[:2])) for version in (OLDEST_PYTHON, sys.version_info))
    return (
        f"The modules of scrumops.bitrix24 need Python {needed} or newer, and {sys.executable} is Python {found}."
        " Set ansible_python_interpreter to a newer one."
    )


def _call_safely(action, context):
    """(the result's keys, None), or (None, the failure's keys)."""
    try:
        return action(context), None
    except TaskFailed as failure:
        return None, failure.result
    except Bitrix24Error as error:
        return None, {"msg": error.message(), "error": error.to_result()}
    except Exception as error:  # pylint: disable=broad-except
        place = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__} in {os.path.basename(place.filename)}, line {place.lineno}"
        unexpected = f"Unexpected error in the collection: {what}. Please report this."
        return None, {"msg": unexpected, "exception": traceback.format_exc()}

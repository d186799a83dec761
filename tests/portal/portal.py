# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The portal as tests describe it, in a few lines."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import tempfile
import threading
from datetime import timedelta

from . import builder, certificates, oauth, server
from .engine import Engine
from .faults import Fault
from .limits import Bucket
from .people import User
from .store import Webhook

DEFAULT_SCOPES = ("task", "socialnetwork")


class Portal:
    """A portal that listens from the start; a context manager that stops it.

    User 1 exists, and owns the default webhook with the scopes task and socialnetwork.

    :param tls: False, True, or the way in which the certificate is bad: expired, wrong-host, unknown-ca.
    :param host: loopback address to listen on; "::1" for IPv6.
    :param port: 0 for any.
    """

    def __init__(self, tls=False, host="127.0.0.1", port=0, folder=None, secret=None):
        self._own_folder = folder is None
        self._folder = folder or tempfile.mkdtemp(prefix="portal-")
        self._host = host
        self._port = port
        self.ca_path = self._certificate = None
        if tls:
            self.ca_path, self._certificate = certificates.write(self._folder, tls, host)
        self.engine = Engine()
        self.secret = secret or secrets.token_urlsafe(12)
        self._server = None
        self.reset()
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.stop()
        if self._own_folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    # --- addresses

    @property
    def portal_url(self):
        """Address of the portal, without a slash at its end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http{'s' if self._certificate else ''}://{host}:{self._port}"

    @property
    def webhook_url(self):
        """Address of the default webhook."""
        return f"{self.portal_url}/rest/1/{self.secret}/"

    @property
    def control_url(self):
        """Where other processes look at the portal and change it."""
        return f"{self.portal_url}/control/"

    @property
    def oauth_url(self):
        """Address of the auth server."""
        return f"{self.portal_url}/oauth/token/"

    # --- running

    def start(self):
        """Listen, on the same port as before."""
        if self._server is None:
            self._server = server.start(self, (self._host, self._port), self._certificate)
            self._port = self._server.server_port
            self.engine.tokens.portal_url = self.portal_url

    def stop(self, but=None):
        """Stop listening, and hang up on everybody but one caller."""
        if self._server is not None:
            self._server.close(but)
            self._server = None

    def reset(self):
        """A new portal: user 1 and the default webhook, no fault, no limit, an empty log."""
        self.engine.__init__()
        self.user(1)
        self.engine.store.webhooks.append(Webhook(1, self.secret, DEFAULT_SCOPES))

    # --- what it holds

    def user(self, *ids, active=True, admin=False):
        """Make users, unless they are there."""
        for id in ids:
            self.engine.store.users.setdefault(id, User(id, active, admin))

    def person(self, email, name=None, id=None, **options):
        """Make a person; returns the id. Options are the columns of a User, such as active, admin, kind."""
        return builder.make_person(self, email, name, id, **options)

    def person_named(self, email):
        """The id of the person with an address, the first one if there are several; made if need be."""
        return builder.find(self, email)

    def group(self, id, name=None, members=(1,), **options):
        """Make a group; returns its Team, to be given backlog, sprints, epics and tasks. People are ids or e-mail addresses.

        For the options see builder.make_group(): owner, master, moderators, scrum, kind and the columns of a Group.
        """
        return builder.make_group(self, id, name, members, **options)

    def grant(self, *scopes, admin=None):
        """Let the default webhook have further scopes, and make user 1 an administrator or not."""
        webhook = self.engine.store.webhooks[0]
        webhook.scopes = tuple(dict.fromkeys((*webhook.scopes, *scopes)))
        if admin is not None:
            self.engine.store.users[1].admin = admin

    def roles_in(self, group_id):
        """The stored roles in a group: user id -> role; empty when there is no such group."""
        group = self.engine.store.groups.get(group_id)
        return dict(group.members) if group else {}

    def sprint(self, group_id, id=None):
        """Give a group a sprint; returns its id."""
        return self.engine.store.insert(group_id, 1, 1, kind="sprint", id=id).id

    def webhook(self, user=1, scopes=("task",), active=True):
        """Make a further webhook; returns its address."""
        made = Webhook(user, secrets.token_urlsafe(12), tuple(scopes), active)
        self.user(user)
        self.engine.store.webhooks.append(made)
        return f"{self.portal_url}/rest/{user}/{made.secret}/"

    def oauth(self, client_id="app.1", client_secret=None, user=1, scopes=DEFAULT_SCOPES, lifetime=3600):
        """Install an application; returns (client_secret, access_token, refresh_token)."""
        client_secret = client_secret or oauth.new_secret(40)
        return (client_secret, *self.engine.tokens.install(client_id, client_secret, user, scopes, lifetime))

    def expire_tokens(self):
        """Let all access tokens be too old."""
        self.engine.tokens.expire()

    @property
    def renewals(self):
        """The refresh tokens that were taken."""
        return list(self.engine.tokens.renewals)

    @property
    def tokens(self):
        """All tokens that were ever given out."""
        return list(self.engine.tokens.given)

    def edit(self, id, **columns):
        """Somebody changes a row: group_id, created_by, modified_by, items."""
        with self.engine.store.lock:
            row = self.engine.store.entities[id]
            if "group_id" in columns:
                self.engine.store.move(row, columns.pop("group_id"))
            for name, value in columns.items():
                setattr(row, name, value)

    def remove(self, id):
        """Somebody removes a row."""
        self.engine.store.delete(id)

    def open_planning_page(self, group_id, user=1):
        """Somebody opens the planning page: when the group had no backlog, it has one afterwards, and a planned sprint."""
        store = self.engine.store
        if store.backlog_of(group_id) is None:
            store.insert(group_id, user, user)
            group, now = store.groups.get(group_id), store.clock.now()
            end = now + timedelta(seconds=(group and group.sprint_duration) or 0)
            dates = {"date_start": store.clock.stored(now), "date_end": store.clock.stored(end)}
            store.insert(group_id, user, user, kind="sprint", name="Sprint 1", sort=1, status="planned", goal="", **dates)

    @property
    def rows(self):
        """The stored rows: (id, group, kind, created_by, modified_by), by id."""
        with self.engine.store.lock:
            return [row.row() for _id, row in sorted(self.engine.store.entities.items())]

    def backlog_of(self, group_id):
        """The stored row of a group's backlog, or None."""
        row = self.engine.store.backlog_of(group_id)
        return row and row.row()

    # --- what it was asked

    @property
    def requests(self):
        """All HTTP requests."""
        return list(self.engine.log.requests)

    @property
    def methods(self):
        """The REST methods that were called, batches taken apart."""
        return [command for request in self.requests for command in request.commands]

    @property
    def writes(self):
        """The writes that were executed."""
        return list(self.engine.log.writes)

    @property
    def refused(self):
        """How many requests were refused because there were too many."""
        return self.engine.bucket.refused if self.engine.bucket else 0

    def clear_log(self):
        """Forget the requests."""
        self.engine.log.clear()

    @contextlib.contextmanager
    def read_only(self):
        """Refuse every write, and fail at the end if one came: for runs in check mode."""
        self.engine.read_only = True
        try:
            yield
        finally:
            self.engine.read_only = False
        assert not self.engine.log.trespasses, f"writes in check mode: {self.engine.log.trespasses}"

    # --- how it behaves

    def set_behavior(self, **settings):
        """Change the portal's behaviour, see Switches."""
        for name, value in settings.items():
            if not hasattr(self.engine.switches, name):
                raise AttributeError(name)
            setattr(self.engine.switches, name, value)

    def limits(self, bucket=50, leak=2, count_refused=False):
        """Limit requests per address: so many at once, so many more each second."""
        self.engine.bucket = Bucket(bucket, leak, count_refused)

    def operation_limit(self, method, times=1, seconds=None):
        """Refuse a method's next calls, or all for so many seconds, with OPERATION_TIME_LIMIT; "batch" for whole batches."""
        self.engine.operation_limit.block(method.lower(), times, seconds)

    def cost(self, request=0.0, command=0.0):
        """Seconds that a request, and a command of a batch, take."""
        self.engine.request_cost, self.engine.command_cost = request, command

    def delay_add(self, seconds):
        """Time between an add's check and its insert."""
        self.set_behavior(add_delay=seconds)

    def database_fails(self, what, times=1):
        """Let add, update or delete fail in the database; delete without a word."""
        self.engine.switches.fail(f"{what}_fails", times)

    def fault(self, kind, method=None, times=1, skip=0, executed=False, **detail):
        """Write a line into the script of faults, see Fault."""
        self.engine.script.add(Fault(kind, method, times, skip, executed, detail))

    def barrier(self, method, callers):
        """Let so many calls of a method wait for each other, and go on together."""
        self.fault("meet", method, times=callers, barrier=threading.Barrier(callers))

    def clear_faults(self):
        """Nothing goes wrong any more."""
        self.engine.script.clear()

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for AWX's REST API, version 2: as much of it as the modules of awx.awx ask for, with AWX's own refusals.

Source: the serializers and views of AWX as of October 2024.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from . import awx_rules

ENCRYPTED = "$encrypted$"
ROOT = "/api/v2/"

#: What an object holds when nothing else was said, by kind.
DEFAULTS = {
    "organizations": {},
    "credential_types": {"kind": "cloud", "inputs": {}, "injectors": {}, "managed": False},
    "credentials": {"organization": None, "credential_type": None, "inputs": {}},
    "projects": {
        "organization": None,
        "scm_type": "",
        "scm_url": "",
        "scm_branch": "",
        "credential": None,
        "scm_update_on_launch": False,
        "scm_revision": "1",
    },
    "inventories": {"organization": None, "kind": "", "host_filter": None, "variables": ""},
    "hosts": {"inventory": None, "enabled": True, "variables": ""},
    "job_templates": {
        **dict.fromkeys(("organization", "inventory", "project", "execution_environment")),
        **dict.fromkeys(("diff_mode", "survey_enabled", "ask_job_type_on_launch"), False),
        "job_type": "run",
        "playbook": "",
    },
    "schedules": {"unified_job_template": None, "rrule": "", "extra_data": {}, "enabled": True},
    "notification_templates": {"organization": None, "notification_type": "", "notification_configuration": {}},
    "execution_environments": {"organization": None, "image": ""},
}
#: Fields that hold the id of another object.
LINKS = {
    "organization": "organizations",
    "credential_type": "credential_types",
    "inventory": "inventories",
    "project": "projects",
    "credential": "credentials",
    "unified_job_template": "job_templates",
    "execution_environment": "execution_environments",
}
#: Fields that no two objects of a kind may share.
UNIQUE = {
    "organizations": ("name",),
    "execution_environments": ("name",),
    "credential_types": ("name", "kind"),
    "credentials": ("organization", "name", "credential_type"),
    "hosts": ("inventory", "name"),
    "schedules": ("unified_job_template", "name"),
    **dict.fromkeys(("projects", "inventories", "job_templates", "notification_templates"), ("organization", "name")),
}
GALAXY = {"name": "Ansible Galaxy/Automation Hub API Token", "kind": "galaxy", "inputs": {"fields": []}, "managed": True}
SCM = {"name": "Source Control", "kind": "scm", "inputs": {"fields": [{"id": "password", "label": "x", "secret": True}]}, "managed": True}


class Refused(Exception):
    """What the API answers with a status of its own."""

    def __init__(self, status, **answer):
        super().__init__(answer)
        self.status, self.answer = status, answer


class Awx:
    """An AWX that listens from the start; a context manager that stops it.

    It begins with the organization Default, its Galaxy credential, and two of AWX's own credential types.

    :param playbooks: those that the repository of every project holds.
    :ivar default: id of the organization Default.
    :ivar galaxy: id of its Galaxy credential.
    :ivar objects: kind -> id -> fields, as they are stored.
    :ivar associated: (kind, id, name) -> set of ids.
    :ivar surveys: id of a job template -> its survey.
    :ivar writes: (HTTP method, path) of what was stored or removed.
    """

    def __init__(self, token, playbooks):
        self.token, self.playbooks = token, set(playbooks)
        self.objects = {kind: {} for kind in DEFAULTS}
        self.associated, self.surveys, self.writes = {}, {}, []
        self._add("credential_types", SCM)
        galaxy = self._add("credential_types", GALAXY)
        self.default = self.add("organizations", name="Default")
        self.galaxy = self.add("credentials", name="Ansible Galaxy", organization=self.default, credential_type=galaxy)
        self.associated["organizations", self.default, "galaxy_credentials"] = {self.galaxy}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.awx = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    def add(self, kind, /, **fields):
        """Store an object; returns its id."""
        return self._add(kind, fields)

    def _add(self, kind, fields):
        number = 1 + max((id for ids in self.objects.values() for id in ids), default=0)
        self.objects[kind][number] = {"description": "", **DEFAULTS[kind], **fields}
        return number

    def one(self, kind, /, **fields):
        """The fields of the only object that holds these."""
        (number,) = self._found(kind, fields)
        return {"id": number, **self.objects[kind][number]}

    def answer(self, method, path, query, sent):
        """(status, answer) to a request."""
        parts = path.removeprefix(ROOT).strip("/").split("/")
        kind, rest = parts[0], parts[1:]
        if method != "GET":
            self.writes.append((method, path))
        if kind == "unified_job_templates":
            kind = "job_templates"
        if not rest:
            return self._collection(method, kind, query, sent)
        number = int(rest[0])
        if number not in self.objects.get(kind, {}):
            raise Refused(404, detail="Not found.")
        if rest[1:] == ["survey_spec"]:
            return self._survey(method, number, sent)
        if rest[1:] == ["launch"]:
            return self._launch(number, sent)
        if rest[1:]:
            return self._association(method, (kind, number, rest[1]), sent)
        if method == "PATCH":
            self._check(kind, {**self.objects[kind][number], **sent}, number)
            self.objects[kind][number].update(_stored(kind, sent, self.objects[kind][number]))
        elif method == "DELETE":
            del self.objects[kind][number]
            return 204, None
        return 200, self._shown(kind, number)

    def _collection(self, method, kind, query, sent):
        if method == "POST":
            self._check(kind, {**DEFAULTS[kind], **sent}, None)
            return 201, self._shown(kind, self.add(kind, **_stored(kind, sent, {})))
        found = self._found(kind, query)
        return 200, {"count": len(found), "next": None, "results": [self._shown(kind, number) for number in found]}

    def _found(self, kind, query):
        def held(fields, name):
            link, _dunder, field = name.partition("__")
            return str(self.objects[LINKS[link]][fields[link]][field] if field else fields.get(name))

        def fits(fields):
            either = [held(fields, name.removeprefix("or__")) == str(wanted) for name, wanted in query.items() if name.startswith("or__")]
            every = [held(fields, name) == str(wanted) for name, wanted in query.items() if not name.startswith("or__")]
            return all(every) and (not either or any(either))

        return [number for number, fields in self.objects[kind].items() if fits({"id": number, **fields})]

    def _shown(self, kind, number):
        fields, url = self.objects[kind][number], f"{ROOT}{kind}/{number}/"
        shown = {"id": number, "type": kind.removesuffix("s"), "url": url, "related": {}, "summary_fields": {}, **fields}
        if kind == "credentials":
            secret = {field["id"] for field in self._type(fields)["inputs"]["fields"] if field.get("secret")}
            shown["inputs"] = {name: ENCRYPTED if name in secret else value for name, value in fields["inputs"].items()}
        if kind == "job_templates":
            shown["related"]["survey_spec"] = f"{url}survey_spec/"
        return shown

    def _type(self, credential):
        return self.objects["credential_types"][credential["credential_type"]]

    def _check(self, kind, fields, number):
        """Refuse what AWX refuses."""
        for name, target in LINKS.items():
            if fields.get(name) is not None and fields[name] not in self.objects[target]:
                raise Refused(400, **{name: ["Invalid pk"]})
        unknown = set(fields) - set(DEFAULTS[kind]) - {"name", "description"}
        wrong = [f"{name} is unknown here" for name in sorted(unknown)]
        same = self._found(kind, {name: fields.get(name) for name in UNIQUE[kind]})
        if set(same) - {number}:
            wrong.append(f"{kind} with this {', '.join(UNIQUE[kind])} already exists.")
        if kind == "credential_types":
            wrong += awx_rules.of_type(fields)
            in_use = any(held["credential_type"] == number for held in self.objects["credentials"].values())
            if number and in_use and fields["inputs"] != self.objects[kind][number]["inputs"]:
                raise Refused(403, detail="Modifications to inputs are not allowed for credential types that are in use")
        elif kind == "credentials":
            wrong += awx_rules.of_values(self._type(fields)["inputs"], fields["inputs"])
            if number is None and ENCRYPTED in fields["inputs"].values():
                wrong.append("$encrypted$ is a reserved keyword")
        elif kind == "job_templates":
            if fields["playbook"] not in self.playbooks:
                wrong.append("Playbook not found for project.")
        elif kind == "schedules":
            wrong += self._against_schedule(fields)
        if wrong:
            raise Refused(400, __all__=wrong)

    def _against_schedule(self, fields):
        start, _space, rule = fields["rrule"].partition(" ")
        if not start.startswith("DTSTART") or not rule.startswith("RRULE:FREQ=") or "INTERVAL=" not in rule:
            yield "Valid DTSTART required in rrule; INTERVAL required in rrule."
        questions = {item["variable"]: item for item in self.surveys.get(fields["unified_job_template"], {}).get("spec", [])}
        yield from (f"'{name}' value missing" for name, item in questions.items() if item["required"] and name not in fields["extra_data"])
        yield from (f"{name} is not asked for on launch" for name in fields["extra_data"] if name not in questions)

    def _launch(self, number, sent):
        """(status, answer) to a launch: the job's extra variables, with the survey's defaults below those that were sent."""
        questions = self.surveys.get(number, {}).get("spec", [])
        given = sent.get("extra_vars", {})
        missing = [f"'{item['variable']}' value missing" for item in questions if item["required"] and item["variable"] not in given]
        if missing:
            raise Refused(400, variables_needed_to_start=missing)
        return 201, {"extra_vars": {**{item["variable"]: item["default"] for item in questions if "default" in item}, **given}}

    def _survey(self, method, number, sent):
        if method == "POST":
            wrong = list(awx_rules.of_survey(sent))
            if wrong:
                raise Refused(400, error=wrong[0])
            for item in sent["spec"]:
                if isinstance(item.get("choices"), str):
                    item["choices"] = "\n".join(line for line in item["choices"].splitlines() if line.strip())
            self.surveys[number] = sent
            return 200, None
        return 200, self.surveys.get(number, {})

    def _association(self, method, key, sent):
        held = self.associated.setdefault(key, set())
        kind = next(kind for kind in ("notification_templates", "credentials") if kind in key[2])
        if method == "POST":
            if sent["id"] not in self.objects[kind]:
                raise Refused(400, detail="Invalid pk")
            (held.discard if sent.get("disassociate") else held.add)(sent["id"])
            return 204, None
        return 200, {"count": len(held), "next": None, "results": [self._shown(kind, number) for number in sorted(held)]}


def _stored(kind, sent, before):
    """What AWX keeps of what was sent: an unchanged secret comes back as a placeholder."""
    kept = dict(sent)
    if kind == "credentials" and "inputs" in kept:
        old = before.get("inputs", {})
        kept["inputs"] = {name: old[name] if value == ENCRYPTED else value for name, value in kept["inputs"].items()}
    return kept


class Handler(BaseHTTPRequestHandler):
    """One caller's connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        """Nothing is printed."""

    def _serve(self):
        sent = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        target = urlsplit(self.path)
        awx = self.server.awx
        try:
            if self.headers.get("Authorization") != f"Bearer {awx.token}":
                raise Refused(401, detail="Authentication credentials were not provided.")
            status, answer = awx.answer(self.command, target.path, dict(parse_qsl(target.query)), sent)
        except Refused as refused:
            status, answer = refused.status, refused.answer
        body = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"X-API-Product-Name": "AWX", "X-API-Product-Version": "24.6.1", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_DELETE = _serve

# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file that keeps an OAuth pair: never empty, never half written, for its owner only, one writer at a time."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import stat
import time
from dataclasses import dataclass, field

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error

#: Seconds between two looks at a lock that another process holds.
LOCK_POLL_SECONDS = 0.05

#: What a path may lead to that holds no file, and how messages call it.
KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
}

#: Bytes that a new file takes up before it is needed; a pair has a few hundred.
RESERVED_BYTES = 4096


@dataclass(frozen=True)
class TokenPair:
    """An access token with the refresh token that renews it.

    :param expires: Unix time in seconds at which the access token ends; None when unknown.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires: int | None = None


class TokenFile:
    """The file at a path; a symbolic link is followed, and stays a link.

    :param lock_timeout: seconds to wait for the lock while another process renews.
    """

    def __init__(self, path, lock_timeout):
        self._path = os.path.realpath(path)
        self._lock_timeout = lock_timeout

    def read(self):
        """The TokenPair in the file; None when there is no file yet.

        :raises Bitrix24Error: with code ``token_file``, when what is there is no pair.
        """
        try:
            self._check_kind()
            with open(self._path, encoding="utf-8-sig") as file:
                text = file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(f"cannot be read: {error.strerror}") from None
        except ValueError:
            raise self._unusable("is not a text file") from None
        if not text.strip():
            raise self._unusable("is empty")
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            raise self._unusable("is not valid JSON") from None
        tokens: list = [content.get(name) for name in ("access_token", "refresh_token")] if isinstance(content, dict) else []
        if not tokens or not all(isinstance(token, str) and token for token in tokens):
            raise self._unusable("does not contain access_token and refresh_token")
        expires = content.get("expires")
        return TokenPair(tokens[0], tokens[1], expires if isinstance(expires, int) else None)

    def has_loose_permissions(self):
        """Whether somebody but the owner may read the file."""
        try:
            return bool(os.stat(self._path).st_mode & (stat.S_IRWXG | stat.S_IRWXO))
        except OSError:
            return False

    @contextlib.contextmanager
    def locked(self):
        """Hold the lock that all processes which use this file share; it is freed when the process ends, however it ends.

        :raises Bitrix24Error: with code ``token_file``, when the lock cannot be had.
        """
        try:
            handle = os.open(self._path + ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
        except OSError as error:
            raise self._unusable(f"cannot be locked: {error.strerror}") from None
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise self._unusable(f"cannot be locked: {self._path}.lock is not a regular file")
            self._lock(handle)
            yield
        finally:
            os.close(handle)

    @contextlib.contextmanager
    def atomic_replace(self):
        """A writer of the next pair, for the one who holds the lock: called with a TokenPair, it replaces the file in one step.

        The new file, and room in it, is made before the renewal is asked for, so that a pair that can be used only once
        is not fetched when it could not be kept. Under the lock one name for it is enough; so the next writer clears away
        what a process left behind that was killed.

        :raises Bitrix24Error: with code ``token_file``, when the folder cannot be written to.
        """
        temporary = self._path + ".new"
        try:
            _remove(temporary)
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._unusable(f"cannot be written: {error.strerror}") from None
        try:
            self._reserve_space(handle)
            self._hand_over(handle)
            yield lambda pair: self._put(pair, handle, temporary)
        finally:
            os.close(handle)
            _remove(temporary)

    def _reserve_space(self, handle):
        try:
            _write(handle, b" " * RESERVED_BYTES)
        except OSError as error:
            raise self._unusable(f"cannot be written: {error.strerror}") from None

    def _hand_over(self, handle):
        """Give the new file the owner and the mode of the one that it replaces; a mode that lets others in stays behind."""
        try:
            old = os.stat(self._path)
        except OSError:
            return
        with contextlib.suppress(OSError):  # only root gives files away
            os.fchown(handle, old.st_uid, old.st_gid)
        if not self.has_loose_permissions():
            os.fchmod(handle, stat.S_IMODE(old.st_mode))

    def _put(self, pair, handle, temporary):
        kept = {"access_token": pair.access_token, "refresh_token": pair.refresh_token, "expires": pair.expires}
        _write(handle, json.dumps(kept).encode())
        os.replace(temporary, self._path)
        with contextlib.suppress(OSError):  # not every file system takes it
            folder = os.open(os.path.dirname(self._path), os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _lock(self, handle):
        deadline = time.monotonic() + self._lock_timeout
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise self._unusable("is locked by another process") from None
                time.sleep(LOCK_POLL_SECONDS)
            except OSError as error:
                raise self._unusable(f"cannot be locked: {error.strerror}") from None

    def _check_kind(self):
        """Refuse what is no regular file; merely to open it could wait without end, or do something."""
        kind = stat.S_IFMT(os.stat(self._path).st_mode)
        if kind != stat.S_IFREG:
            raise self._unusable(f"is {KINDS.get(kind, 'no regular file')}, not a file")

    def _unusable(self, what):
        return Bitrix24Error("token_file", f"token_file {self._path} {what}")


def _write(handle, content):
    """Let a file hold nothing but this, for good."""
    os.lseek(handle, 0, os.SEEK_SET)
    while content:
        content = content[os.write(handle, content) :]
    os.ftruncate(handle, os.lseek(handle, 0, os.SEEK_CUR))
    os.fsync(handle)


def _remove(path):
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)

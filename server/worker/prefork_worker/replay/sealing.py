"""Sealing: what was hidden in a request leaves its worker encrypted, for a replay to have it back.

The key is made by the zygote from the system's random numbers, and is in a file without a name, in memory
where the system has that: workers inherit it over fork, a zygote's successor gets its descriptor with the
listeners. Nobody else gets it, so that what is sealed is of no use once the server is stopped.

The construction is encrypt-then-MAC, from what every Python has: the keystream is SHAKE-256 over key and a
fresh nonce of 16 random bytes (a sponge with its key in front is a PRF of any length, as in KMAC XOF,
NIST SP 800-185; one call, 6 times as quick as keyed BLAKE2b by the block), the tag is BLAKE2b with
another key over nonce and ciphertext (RFC 7693). Both keys are derived from the one in the file.

Its limits: the length shows; it guards against whoever reads the arbiter's memory or channels, not
against the app, which runs in the process that has the key; a nonce would be drawn twice after some 2^64
requests.
"""

from __future__ import annotations

import hmac
import os
from base64 import b64decode, b64encode
from hashlib import blake2b, shake_256

from ..serving.board import anonymous_file
from . import NotReplayable

_KEY = 32
_NONCE = 16
_TAG = 32

NO_KEY = "the server was started anew since"


class Seal:
    """`fd` is the file that holds the key."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        key = os.pread(fd, _KEY, 0)
        self._stream = blake2b(b"stream", key=key, digest_size=_KEY).digest()
        self._tag = blake2b(b"tag", key=key, digest_size=_KEY).digest()

    @classmethod
    def create(cls) -> Seal:
        fd = anonymous_file("prefork-seal")
        os.pwrite(fd, os.urandom(_KEY), 0)
        return cls(fd)

    def seal(self, content: bytes) -> str:
        """Base64 of nonce, tag and ciphertext; as long as `content` by a third more."""
        nonce = os.urandom(_NONCE)
        hidden = self._xor(nonce, content)
        return b64encode(nonce + self._tag_of(nonce, hidden) + hidden).decode()

    def open(self, sealed: str) -> bytes:
        """Raises `NotReplayable` for what was not sealed with this key, or is not as it was."""
        try:
            whole = b64decode(sealed, validate=True)
        except ValueError:
            raise NotReplayable(NO_KEY) from None
        nonce, tag, hidden = whole[:_NONCE], whole[_NONCE : _NONCE + _TAG], whole[_NONCE + _TAG :]
        if not hmac.compare_digest(tag, self._tag_of(nonce, hidden)):
            raise NotReplayable(NO_KEY)
        return self._xor(nonce, hidden)

    def _xor(self, nonce: bytes, content: bytes) -> bytes:
        stream = shake_256(self._stream + nonce).digest(len(content))
        mixed = int.from_bytes(content, "big") ^ int.from_bytes(stream, "big")
        return mixed.to_bytes(len(content), "big")

    def _tag_of(self, nonce: bytes, hidden: bytes) -> bytes:
        return blake2b(nonce + hidden, key=self._tag, digest_size=_TAG).digest()

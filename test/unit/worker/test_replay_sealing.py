"""Sealing: what comes back is what was sealed, with the same key and unchanged, or nothing does."""

from __future__ import annotations

import os
import unittest
from base64 import b64decode, b64encode

from prefork_worker.replay import NotReplayable
from prefork_worker.replay.sealing import Seal


class SealingTest(unittest.TestCase):
    def seal(self) -> Seal:
        seal = Seal.create()
        self.addCleanup(os.close, seal.fd)
        return seal

    def test_what_was_sealed_comes_back(self) -> None:
        seal = self.seal()
        for content in (b"", b"\0", b"\0\0secret\xff", os.urandom(65536)):
            self.assertEqual(seal.open(seal.seal(content)), content)

    def test_neither_content_nor_its_equality_shows(self) -> None:
        seal = self.seal()
        one, other = seal.seal(b"the same secret" * 9), seal.seal(b"the same secret" * 9)
        self.assertNotIn(b"secret", b64decode(one))
        shared = [a == b for a, b in zip(b64decode(one), b64decode(other))]
        self.assertLess(sum(shared), len(shared) / 4)

    def test_a_changed_byte_anywhere_is_noticed(self) -> None:
        seal = self.seal()
        whole = b64decode(seal.seal(b"a secret"))
        for at in range(len(whole)):
            changed = bytearray(whole)
            changed[at] ^= 1
            with self.assertRaises(NotReplayable):
                seal.open(b64encode(bytes(changed)).decode())
        for cut in (whole[:-1], whole[:48], whole[:10], b""):
            with self.assertRaises(NotReplayable):
                seal.open(b64encode(cut).decode())
        with self.assertRaises(NotReplayable):
            seal.open("no base64!")

    def test_another_key_says_what_happened(self) -> None:
        sealed = self.seal().seal(b"a secret")
        with self.assertRaisesRegex(NotReplayable, "the server was started anew since"):
            self.seal().open(sealed)

    def test_who_gets_the_descriptor_can_open_it(self) -> None:
        seal = self.seal()
        heir = Seal(os.dup(seal.fd))
        self.addCleanup(os.close, heir.fd)
        self.assertEqual(heir.open(seal.seal(b"a secret")), b"a secret")

    def test_programs_that_the_app_starts_do_not_inherit_the_key(self) -> None:
        self.assertFalse(os.get_inheritable(self.seal().fd))


if __name__ == "__main__":
    unittest.main()

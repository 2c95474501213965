"""What is user code, and that a `.pyc` is never trusted for it.

Each case runs in an interpreter of its own, for the import system is changed in it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import textwrap
import unittest

WORKER = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../../server/worker"))


def run(script: str, folder: str) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([WORKER, folder])}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", textwrap.dedent(script)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


class UserCodeTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.module = os.path.join(self.folder, "mine.py")
        self.save("answer = 'old'\n")

    def save(self, text: str) -> None:
        """Always of the same second: what Python's own check cannot tell apart."""
        with open(self.module, "w") as file:
            file.write(text)
        os.utime(self.module, (1_700_000_000, 1_700_000_000))

    def test_python_itself_runs_old_code_after_a_save_of_the_same_size_and_second(self) -> None:
        run("import mine", self.folder)
        self.save("answer = 'new'\n")
        self.assertEqual(run("import mine; print(mine.answer)", self.folder), "old")

    def test_user_code_is_compiled_from_its_content(self) -> None:
        run("import mine", self.folder)
        self.save("answer = 'new'\n")
        script = """
            from prefork_worker import user_code
            user_code.compile_from_content()
            import mine
            print(mine.answer)
        """
        self.assertEqual(run(script, self.folder), "new")

    def test_no_bytecode_is_written_for_user_code(self) -> None:
        run(
            "from prefork_worker import user_code; user_code.compile_from_content(); import mine",
            self.folder,
        )
        self.assertEqual(os.listdir(self.folder), ["mine.py"])

    def test_code_compiled_ahead_is_used_only_for_the_same_content(self) -> None:
        script = f"""
            from prefork_worker import user_code
            cache, digest_of = user_code.code_cache, user_code.digest_of
            cache.compile([{self.module!r}])
            print(cache.get({self.module!r}, digest_of(b"answer = 'old'\\n")) is not None)
            print(cache.get({self.module!r}, digest_of(b"answer = 'new'\\n")))
        """
        self.assertEqual(run(script, self.folder), "True\nNone")

    def test_what_is_compiled_is_known_by_its_digest(self) -> None:
        script = f"""
            from prefork_worker import user_code
            cache, digest_of = user_code.code_cache, user_code.digest_of
            old, new = (digest_of(b"answer = '%s'\\n" % text).hex() for text in (b"old", b"new"))
            print(cache.keeps({self.module!r}, old))
            cache.compile([{self.module!r}])
            print(cache.keeps({self.module!r}, old), cache.keeps({self.module!r}, new))
            print(cache.keeps({self.module!r}, None), cache.keeps("/another.py", None))
        """
        self.assertEqual(run(script, self.folder), "False\nTrue False\nFalse False")

    def test_a_file_that_is_just_being_written_is_waited_for(self) -> None:
        script = f"""
            from prefork_worker import user_code
            user_code.compile_from_content()
            user_code.code_cache.compile([{self.module!r}])
            open({self.module!r}, "w").close()  # an editor truncates it, its text follows
            user_code.code_cache.compile([{self.module!r}])
            def write(seconds):
                with open({self.module!r}, "w") as file:
                    file.write("answer = 'new'\\n")
            user_code.time.sleep = write
            import mine
            print(mine.answer)
        """
        self.assertEqual(run(script, self.folder), "new")

    def test_a_file_that_stays_empty_is_imported_as_that(self) -> None:
        script = f"""
            from prefork_worker import user_code
            user_code.compile_from_content()
            user_code.code_cache.compile([{self.module!r}])
            open({self.module!r}, "w").close()
            import mine
            print(hasattr(mine, "answer"))
        """
        self.assertEqual(run(script, self.folder), "False")

    def test_libraries_are_told_from_user_code_by_real_path(self) -> None:
        script = f"""
            import json, os
            from prefork_worker import user_code
            link = os.path.join({self.folder!r}, "linked.py")
            os.symlink(json.__file__, link)
            print([user_code.is_user(p) for p in ({self.module!r}, json.__file__, link, "<string>")])
        """
        self.assertEqual(run(script, self.folder), "[True, False, False, False]")

    def test_what_was_read_of_a_file_is_known_by_digest_also_when_it_is_no_code(self) -> None:
        script = f"""
            import hashlib
            from prefork_worker import user_code
            user_code.compile_from_content()
            user_code.code_cache.compile([{self.module!r}])
            open({self.module!r}, "w").write("answer = (")
            print(user_code.code_cache.digests([{self.module!r}]))
            try:
                import mine
            except SyntaxError:
                pass
            open({self.module!r}, "w").write("answer = 'new'")
            found = user_code.code_cache.digests([{self.module!r}, "/other.py"])
            print(found == {{{self.module!r}: hashlib.sha256(b"answer = (").hexdigest()}})
        """
        self.assertEqual(run(script, self.folder), "{}\nTrue")

    def test_what_was_compiled_ahead_only_is_not_what_was_imported(self) -> None:
        script = f"""
            from prefork_worker import user_code
            user_code.compile_from_content()
            user_code.code_cache.compile([{self.module!r}])
            print(user_code.code_cache.digests([{self.module!r}]))
        """
        self.assertEqual(run(script, self.folder), "{}")

    def test_a_module_counts_as_loaded_once_its_file_is_read(self) -> None:
        look = "user_code.loaded_files(), user_code.is_reading()"
        self.save(f"from prefork_worker import user_code; print({look})")
        script = f"""
            import sys
            from prefork_worker import user_code
            user_code.compile_from_content()
            def opened(event, arguments):
                if event == "open" and arguments[0] == {self.module!r}:
                    print({look})
            sys.addaudithook(opened)
            import mine
        """
        told = run(script, self.folder).splitlines()
        self.assertEqual(told, ["[] True", f"[{self.module!r}] False"])

    def test_what_cannot_be_compiled_is_known_by_digest(self) -> None:
        script = f"""
            import hashlib
            from prefork_worker import user_code
            user_code.compile_from_content()
            user_code.code_cache.compile([{self.module!r}])
            open({self.module!r}, "w").write("answer = (")
            try:
                import mine
            except SyntaxError:
                found = user_code.code_cache.digests([{self.module!r}])
            print(found == {{{self.module!r}: hashlib.sha256(b"answer = (").hexdigest()}})
        """
        self.assertEqual(run(script, self.folder), "True")

    def test_modules_that_are_looked_for_in_vain_are_known_by_place(self) -> None:
        package = os.path.join(self.folder, "package")
        os.mkdir(package)
        script = """
            import importlib.util, sys
            from prefork_worker import user_code
            misses = user_code.Misses()
            sys.meta_path.append(misses)
            try:
                import local_settings
            except ImportError:
                pass
            import mine, package
            importlib.util.find_spec("package.admin")
            print(misses.take(), misses.take())
        """
        places = [os.path.join(self.folder, name) for name in ("local_settings", "package/admin")]
        self.assertEqual(run(script, self.folder), f"{places} []")


if __name__ == "__main__":
    unittest.main()

"""What to do about common faults: a sentence, and a command if one mends it."""

from __future__ import annotations

import difflib
import importlib.util
import os
import re
import shlex
import sys
from typing import Optional

from .. import app_hook, user_code
from .frames import places

Hint = dict[str, str]
"""`text`, and a `command` if one mends it."""

DISTRIBUTIONS = {
    "bs4": "beautifulsoup4",
    "corsheaders": "django-cors-headers",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "debug_toolbar": "django-debug-toolbar",
    "decouple": "python-decouple",
    "django_filters": "django-filter",
    "dotenv": "python-dotenv",
    "environ": "django-environ",
    "jwt": "PyJWT",
    "MySQLdb": "mysqlclient",
    "PIL": "pillow",
    "rest_framework": "djangorestframework",
    "sklearn": "scikit-learn",
    "yaml": "PyYAML",
}
"""Where the package to install is not called as the module to import."""


def hint(error: BaseException) -> Optional[Hint]:
    """What to do about a common fault."""
    for rule in (missing_module, circular_import, missing_setting, missing_table, boot_error):
        try:
            found = rule(error)
        except Exception:  # the error's own attributes are the user's code
            continue
        if found:
            return found
    return None


def missing_module(error: BaseException) -> Optional[Hint]:
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return None
    name = error.name.partition(".")[0]
    if name in sys.modules:
        return None
    meant = difflib.get_close_matches(name, own_modules(), n=1, cutoff=0.75)
    if meant:
        return {"text": f"Did you mean {meant[0]!r}, which is here?"}
    package = DISTRIBUTIONS.get(name, name.replace("_", "-"))
    text = f"{name!r} is neither here nor installed for {sys.executable}."
    return {"text": text, "command": install(package)}


def own_modules() -> list[str]:
    """What can be imported from the user's folders."""
    folders = [path for path in sys.path if os.path.isdir(path)]
    own = [path for path in folders if user_code.is_user(os.path.join(path, "a.py"))]
    names = {name for folder in own for name in os.listdir(folder)}
    return sorted(name.partition(".")[0] for name in names if is_module(name))


def is_module(name: str) -> bool:
    return name.endswith(".py") or name.isidentifier()


def install(package: str) -> str:
    """For this interpreter, by pip if it has it: environments that uv made have none."""
    python = shlex.quote(sys.executable)
    if importlib.util.find_spec("pip") is None:
        return f"uv pip install --python {python} {package}"
    return f"{python} -m pip install {package}"


def circular_import(error: BaseException) -> Optional[Hint]:
    if "partially initialized module" not in str(error):
        return None
    frames = [place for place in places(error) if place[2] == "<module>"]
    names = [module_name(file) for file, _, _ in frames if user_code.is_user(file)]
    partial = re.search(r"partially initialized module '(?:[^']+\.)?([^'.]+)'", str(error))
    again = partial[1] if partial else "it"
    circle = names[names.index(again) :] if again in names else names[-1:]
    text = " imports ".join([*circle, again])
    remedy = "Import in the function that needs it, or move what both need into a third module."
    return {"text": f"{text}, before that is done. {remedy}"}


def module_name(file: str) -> str:
    """Without the packages it is in."""
    folder, name = os.path.split(file)
    return os.path.basename(folder) if name == "__init__.py" else name.partition(".")[0]


def missing_setting(error: BaseException) -> Optional[Hint]:
    variable = missing_variable(error)
    if variable:
        where_to = "Set it where the server is started, or with --env"
        return {"text": f"The environment variable {variable} is not set. {where_to} {variable}=…"}
    django = re.search(r"(?:The|setting) ([A-Z_]+)|has no attribute '([A-Z_]+)'", str(error))
    is_django = type(error).__name__ == "ImproperlyConfigured"
    if not django or not (is_django or "'Settings' object" in str(error)):
        return None
    module = sys.modules.get(os.environ.get("DJANGO_SETTINGS_MODULE", ""))
    file = getattr(module, "__file__", None)
    return {"text": f"Set {django[1] or django[2]} in {file}."} if file else None


def missing_variable(error: BaseException) -> Optional[str]:
    """The name that `os.environ[name]` did not find."""
    innermost = places(error)[-1:]
    if (
        isinstance(error, KeyError)
        and innermost
        and innermost[0][0] in (os.__file__, "<frozen os>")
    ):
        return str(error.args[0])
    return None


TABLE = re.compile(r"""no such (?:table|column): (\S+)|(?:relation|Table) ["'](\S+)["'] does""")


def missing_table(error: BaseException) -> Optional[Hint]:
    table = TABLE.search(str(error))
    if not table or type(error).__name__ not in ("OperationalError", "ProgrammingError"):
        return None
    text = f"The database has no {table[1] or table[2]} yet: a migration was not applied."
    command = migrate()
    return {"text": text, "command": command} if command else {"text": text}


def migrate() -> Optional[str]:
    """How the framework at hand applies migrations."""
    python, manage = shlex.quote(sys.executable), os.path.abspath("manage.py")
    if "django" in sys.modules and os.path.exists(manage):
        return f"{python} {shlex.quote(manage)} migrate"
    if "flask_migrate" in sys.modules:
        return f"{python} -m flask db upgrade"
    return f"{python} -m alembic upgrade head" if os.path.exists("alembic.ini") else None


def boot_error(error: BaseException) -> Optional[Hint]:
    main = 'belongs in a function, or under `if __name__ == "__main__"`'
    if isinstance(error, app_hook.BootTimeout):
        longer = "If the import needs it, --boot-timeout SECONDS gives it more time."
        return {"text": f"What goes on for so long {main}. {longer}"}
    if isinstance(error, (SystemExit, app_hook.BootExit)):
        return {"text": f"Importing an app must not end its process: that {main}."}
    return None

"""Secrets in free text: log lines, exception messages, SQL, bodies.

Each pattern starts with something that is found quickly and goes over what it finds once, so that a
line of a megabyte takes some milliseconds, not hours.
"""

from __future__ import annotations

import re
from itertools import groupby

from .names import HIDDEN, is_secret

_SHAPES = (
    ("J", (("eyJ", re.compile(r"eyJ[\w-]{10,}(?:\.[\w-]*)*")),)),  # a JSON Web Token, a signed cookie
    ("I", (
        ("AKIA", re.compile(r"AKIA[A-Z0-9]{12,}")),  # Amazon
        ("ASIA", re.compile(r"ASIA[A-Z0-9]{12,}")),
        ("AIza", re.compile(r"AIza[\w-]{20,}")),  # Google
    )),
    (".", (
        ("ya29.", re.compile(r"ya29\.[\w-]{16,}")),
        ("SG.", re.compile(r"SG\.[\w-]{16,}\.[\w-]+")),  # SendGrid
    )),
    ("-", (
        ("PRIVATE", re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE.*?(?:-----END[A-Z0-9 ]*-----|\Z)", re.S)),
        ("sk-", re.compile(r"\bsk-[\w-]{16,}")),
        ("glpat-", re.compile(r"glpat-[\w-]{16,}")),  # GitLab
        ("xox", re.compile(r"xox[a-z]-[\w-]{8,}")),  # Slack
        ("pypi-", re.compile(r"\bpypi-[\w-]{20,}")),
    )),
    ("_", (
        ("k_live_", re.compile(r"\b[prs]k_live_\w{8,}")),  # Stripe
        ("k_test_", re.compile(r"\b[prs]k_test_\w{8,}")),
        ("whsec_", re.compile(r"whsec_\w{8,}")),
        ("gh", re.compile(r"gh[opsur]_\w{16,}")),  # GitHub
        ("github_pat_", re.compile(r"github_pat_\w{16,}")),
        ("npm_", re.compile(r"\bnpm_\w{20,}")),
        ("hf_", re.compile(r"\bhf_\w{20,}")),
    )),
)  # fmt: skip
"""By a character that is found quickest: what must be in the text at all, and the whole secret."""

_USERINFO = re.compile(r"://([^\s:/?#@'\"]*):[^\s/?#'\"]+@")
_LONG_USER = re.compile(r"://[^\s:/?#@'\"]{16,}@")
_SCHEME = re.compile(r"\b((?i:bearer|basic))(\s+)(?=\S*[A-Z0-9=])[\w.~+/=-]{8,}", re.A)

_SEGMENT = re.compile(
    r"(?<![\w.-])([A-Za-z][\w-]{1,80})/(?=(?:[^\s0-9/]{0,99}[0-9]){2})[\w.~%=-]{12,}", re.A
)
"""`reset-password/c6x1yz-…`: a segment with digits behind one that speaks of a secret."""

_LONG_SEGMENT = re.compile(r"/(?=[\w.~%=-]{12})(?:[^\s0-9/]{0,99}[0-9]){2}", re.A)
"""Must be there for `_SEGMENT`, and is found sooner: a search for one character is a quick one."""

_NAMED = re.compile(
    r"(?<![\w.-])([A-Za-z_][\w.-]{1,80})\\*[\"'\])]{0,2}\s{0,3}(?:=>|={1,2}|:(?!:))\s{0,3}", re.A
)
_NAMES_REVERSED = re.compile(r"[=:]\s{0,3}[\"'\])]{0,2}\\*([\w.-]{2,81})", re.A)
"""All names that `_NAMED` could find, in the text read backwards: from the few `=` and `:` on."""

_QUOTED = r"[bruBRU]?(?:\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\]|\\.)*'?|\\+\"[^\"]*\"?|\\+'[^']*'?)"
_BARE = r"\([^)]*\)?|(?:(?:[Bb]earer|[Bb]asic|[Dd]igest|[Tt]oken)\s+)?[^\s,;&()\[\]{}<>\"']+"
_LITERAL = re.compile(_QUOTED, re.S)
_INNER = re.compile(r"(?<=\")[^\"]*(?=\")|(?<=')[^']*(?=')")
_VALUE = re.compile(f"{_QUOTED}|{_BARE}", re.S)
_HEADER = re.compile(
    r"\b((?:set-)?cookie2?|(?:proxy-)?authorization)(\s?:\s?)[^\s\"'][^\r\n]*", re.I
)

_NO_SECRET = re.compile(
    r"\?|%s|%\(\w+\)s|:\w+|\$\d+|@\w+|None|null|NULL|True|False|true|false|\"\"|''|\[hidden\]"
)
"""Placeholders and what says nothing."""

_STATEMENT, _PARAMETERS, _POSTGRES_ROW = "[SQL: ", "[parameters: ", "Failing row contains ("
_COLUMN = re.compile(r"[A-Za-z_]\w{0,80}", re.A)


def text(content: str) -> str:
    """With whatever looks like a secret hidden."""
    content = _in_database_errors(_by_shape(content))
    if "ookie" in content or "uthorization" in content:
        content = _HEADER.sub(rf"\1\2{HIDDEN}", content)
    return _assigned(content, _VALUE)


def source(line: str) -> str:
    """A line of code: `token = read()` stays, `token = "…"` and `"token=…"` do not."""
    line = _assigned(_by_shape(line), _LITERAL)
    return _INNER.sub(lambda found: _assigned(found[0], _VALUE), line)


def _by_shape(content: str) -> str:
    for character, shapes in _SHAPES:
        if character in content:
            for sign, shape in shapes:
                if sign in content:
                    content = shape.sub(HIDDEN, content)
    if "://" in content:
        content = _USERINFO.sub(rf"://\1:{HIDDEN}@", content)
        content = _LONG_USER.sub(f"://{HIDDEN}@", content)
    if _LONG_SEGMENT.search(content):
        content = _SEGMENT.sub(_hide_segment, content)
    if "earer" in content or "asic" in content or "EARER" in content:
        content = _SCHEME.sub(rf"\1\2{HIDDEN}", content)
    return content


def _assigned(content: str, pattern: re.Pattern[str]) -> str:
    """`name = value` wherever the name is a secret's, and `pattern` finds its value."""
    if "=" not in content and ":" not in content or not _names_secret(content):
        return content
    pieces, done = [], 0
    for named in _NAMED.finditer(content):
        start = named.end()
        if start <= done or not is_secret(named[1]):
            continue
        value = pattern.match(content, start)
        if value and not _NO_SECRET.fullmatch(value[0]):
            pieces += [content[done:start], _in_its_quotes(value[0])]
            done = value.end()
    return "".join([*pieces, content[done:]]) if pieces else content


def _names_secret(content: str) -> bool:
    """Whether something is assigned to a name that is a secret's."""
    return any(is_secret(name[::-1]) for name in set(_NAMES_REVERSED.findall(content[::-1])))


def _hide_segment(found: re.Match[str]) -> str:
    return f"{found[1]}/{HIDDEN}" if is_secret(found[1]) else found[0]


def _in_its_quotes(content: str) -> str:
    """So that what surrounds it, JSON or Python, stays readable as such."""
    for quote in ('\\"', "\\'", '"', "'"):
        if content.endswith(quote) and quote in content[: -len(quote)]:
            return content[: content.index(quote)] + quote + HIDDEN + quote
    return HIDDEN


def _in_database_errors(content: str) -> str:
    """Values without names: SQLAlchemy's parameters, if a column is a secret; PostgreSQL's rows."""
    at = content.find(_PARAMETERS)
    if at >= 0:
        start = content.find(_STATEMENT, 0, at)
        if start >= 0 and any(map(is_secret, _COLUMN.findall(content, start, at))):
            content = content[:at] + _PARAMETERS + HIDDEN + content[content.rfind("]") :]
    at = content.find(_POSTGRES_ROW)
    if at >= 0:
        content = content[: at + len(_POSTGRES_ROW)] + HIDDEN + content[content.rfind(")") :]
    return content


def stack(trace: str) -> str:
    """A stack trace: lines of code are indented by four or more, messages are not."""
    runs = groupby(trace.splitlines(keepends=True), lambda line: line.startswith("    "))
    return "".join(
        "".join(map(source, lines)) if code else text("".join(lines)) for code, lines in runs
    )

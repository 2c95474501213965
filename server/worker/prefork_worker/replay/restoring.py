"""Restoring: what was hidden comes back where `[hidden]` still stands in what a person has edited.

The text as it was told and the original are the same but for its holes, so what was in each is what
stands between the same pieces. A hole in the edited text is the one of the told text that has the same
word before it, a field's name or a cookie's; of several the one with most in common before it.
"""

from __future__ import annotations

import json
import re
from itertools import takewhile
from typing import NamedTuple, Optional

from . import NotReplayable

_HOLE = re.compile(r"\[hidden\]|\[a file\]")
_JSON_HOLE = re.compile(r'"\[hidden\]"|\[hidden\]')
"""In JSON a whole value is hidden, which may be no string."""

_WORD = re.compile(r"[\w.%+\[\]-]*(?=\W*\Z)")
_NEAR = 200


class Hole(NamedTuple):
    """`sign` is what stands there, `before` the end of what precedes it, `content` what belongs there."""

    sign: str
    before: str
    content: str = ""


def has_holes(text: str) -> bool:
    return _HOLE.search(text) is not None


def restored(edited: str, told: str, original: str, is_json: bool = False) -> str:
    """`edited`, a change of `told`, with nothing hidden. Raises `NotReplayable`."""
    edited = _same_lines(edited, told)
    if edited == told:
        return original
    if not has_holes(edited):
        return edited
    pattern = _JSON_HOLE if is_json else _HOLE
    known = _contents(told, original, pattern, is_json)
    unused = list(known)

    def fill(found: re.Match[str]) -> str:
        hole = _closest(Hole(found[0], _before(found)), known, unused)
        if hole in unused:
            unused.remove(hole)
        return hole.content

    return pattern.sub(fill, edited)


def _before(found: re.Match[str]) -> str:
    return found.string[max(0, found.start() - _NEAR) : found.start()]


def _same_lines(edited: str, told: str) -> str:
    """A form field of a page knows one kind of line ends."""
    if "\r\n" in told and "\r\n" not in edited:
        return edited.replace("\n", "\r\n")
    return edited


def _contents(told: str, original: str, pattern: re.Pattern[str], is_json: bool) -> list[Hole]:
    holes = _aligned(told, original, pattern)
    if holes is None and is_json:  # it was written anew to hide something
        holes = _aligned(told, _rewritten(original), pattern)
    if holes is None:
        raise NotReplayable("what was hidden in it cannot be told from the rest: replace all of it")
    return holes


def _rewritten(content: str) -> str:
    try:
        return json.dumps(json.loads(content), ensure_ascii=False)
    except ValueError:
        return content


def _aligned(told: str, original: str, pattern: re.Pattern[str]) -> Optional[list[Hole]]:
    """The holes of `told` with what fills them; None when it is not the original with holes."""
    signs = list(pattern.finditer(told))
    ends = [0, *(sign.end() for sign in signs)]
    starts = [*(sign.start() for sign in signs), len(told)]
    first, *pieces = [told[end:start] for end, start in zip(ends, starts)]
    if not original.startswith(first):
        return None
    holes, at = [], len(first)
    for number, (sign, piece) in enumerate(zip(signs, pieces), 1):
        last = number == len(signs)
        after = len(original) - len(piece) if last else original.find(piece, at)
        if after < at or not original.startswith(piece, after):
            return None
        holes.append(Hole(sign[0], _before(sign), original[at:after]))
        at = after + len(piece)
    return holes if signs or original == told else None


def _closest(hole: Hole, known: list[Hole], unused: list[Hole]) -> Hole:
    word = _word(hole.before)
    fitting = [one for one in known if one.sign == hole.sign and _word(one.before) == word]
    if not fitting:
        where = f"after {word}" if word else "there"
        raise NotReplayable(f"nothing was hidden {where}: put a value in the place of {hole.sign}")
    return max(fitting, key=lambda one: (_common(one.before, hole.before), one in unused))


def _word(before: str) -> str:
    found = _WORD.search(before)
    return found[0] if found else ""


def _common(one: str, other: str) -> int:
    pairs = zip(reversed(one), reversed(other))
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

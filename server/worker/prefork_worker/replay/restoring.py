"""Restoring: what was hidden comes back where `[hidden]` still stands in what a person has edited.

The text as it was told and the original are the same but for its holes, so what was in each is what
stands between the same pieces. A hole in the edited text is the one of the told text that has the same
word before it, a field's name or a cookie's. Of several, they are taken in their order; if some are
missing, it is the one with most in common before it.
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

_WORD_REVERSED = re.compile(r"\W*([\w.%+\[\]-]*)")
_NEAR = 200
_CHOICE = 50


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
    holes = [Hole(found[0], _before(found)) for found in pattern.finditer(edited)]
    known, wanted = _by_word(_contents(told, original, pattern, is_json)), _by_word(holes)
    contents = (_taken(hole, known, wanted) for hole in holes)
    return pattern.sub(lambda found: next(contents), edited)


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
    except (ValueError, RecursionError):
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


ByWord = dict[tuple[str, str], list[Hole]]


def _by_word(holes: list[Hole]) -> ByWord:
    words: ByWord = {}
    for hole in holes:
        words.setdefault((hole.sign, _word(hole.before)), []).append(hole)
    return words


def _taken(hole: Hole, known: ByWord, wanted: ByWord) -> str:
    """What belongs into a hole of the edited text; the last of its word may be taken again.

    `wanted` are those to be filled, this one first of its word.
    """
    word = _word(hole.before)
    fitting, alike = known.get((hole.sign, word)), wanted[hole.sign, word]
    if not fitting:
        where = f"after {word}" if word else "there"
        raise NotReplayable(f"nothing was hidden {where}: put a value in the place of {hole.sign}")
    choice = 1 if len(fitting) == len(alike) else _CHOICE
    chosen = max(fitting[:choice], key=lambda one: _common(one.before, hole.before))
    alike.pop(0)
    if len(fitting) > 1:
        fitting.remove(chosen)
    return chosen.content


def _word(before: str) -> str:
    found = _WORD_REVERSED.match(before[::-1])
    return found[1][::-1] if found else ""


def _common(one: str, other: str) -> int:
    pairs = zip(reversed(one), reversed(other))
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

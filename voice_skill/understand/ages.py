"""The age that somebody tells."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

TEENS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
UNITS = {word: number for number, word in enumerate(TEENS.split())}
TENS = {word: 10 * ten for ten, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
AGE = rf"(?P<tens>{'|'.join(TENS)})?[ -]?(?P<unit>{'|'.join(UNITS)})?(?P<digits>\d{{1,3}})?"
OF_TIME_OR_SIZE = (
    "weeks|months|days|hours|minutes|degrees|stone|pounds|kilos|kilograms|foot|feet|inches|percent|out|times|miles|of|"
    f"tablets|pills|o clock|years ago|years since|days ago|no (?:{'|'.join(UNITS)})"
)
"""What makes a number before it no age; "I'm four, no, five months ..." corrects it."""
CHILD = "(?:son|daughter|boy|girl|lad|grandson|granddaughter|child|kid|nephew|niece)"
OWN = rf"\bam(?: nearly| almost| only| just)? {AGE}"
"""How somebody tells their own age: a small number is one where nothing is counted ("I'm two years into this job")."""
GOING_ON = "and|but|with|so|now|my|i|he|she|what|how|why|is|can|do|does|should"
"""Words with which one goes on after one's age."""
AGES = (
    re.compile(rf"{OWN}(?= (?:{GOING_ON})\b|$)"),
    re.compile(rf"\b{AGE} (?:years?|yrs?|yr) ?(?:old|young|of age)\b"),
    re.compile(
        rf"\b(?:(?:(?:he|she|who|{CHILD}) is|they are)(?: nearly| almost| only| just)?|"
        rf"aged|(?<!at )(?<!at the )age|age is|(?<!at the )age of|turned) {AGE}\b(?! (?:{OF_TIME_OR_SIZE})\b)"
    ),
    re.compile(
        rf"\b(?:mum|mom|mam|dad|nan|nana|nanny|gran|granny|grandma|grandmother|grandad|granddad|grandpa|"
        rf"grandfather|mother|father|wife|husband|partner|aunt|auntie|aunty|uncle|neighbou?r|lady|woman|man) {AGE}\b"
        rf"(?! (?:{OF_TIME_OR_SIZE})\b)"
    ),
    re.compile(rf"\b{CHILD} {AGE}(?= (?:and|but|with|who|has|he|she)\b|$)"),
    re.compile(rf"^{AGE} (?:years? )?(?:old )?(?:male|female)\b"),
)
GROWN_AGES = (
    re.compile(rf"{OWN}\b(?! (?:{OF_TIME_OR_SIZE})\b)"),
    re.compile(rf"\b(?:nearly|almost|at|at age|at the age of) {AGE}\b(?! (?:{OF_TIME_OR_SIZE})\b)"),
    re.compile(rf"^{AGE}(?: years?)?(?: old)?(?: man| woman| lady| and)\b"),
    re.compile(rf"^{AGE} (?:i am|he is|she is)\b"),
)
"""What may as well be a time of day, a number or an age of then, if it is small ("it wakes me at three")."""
GROWN = 16
"""Years of age from which the skill answers."""
DECADE = re.compile(
    r"\b(?:my|his|her|their|mid|late|early) (?:mid |late |early )?(sixties|seventies|eighties|nineties)\b"
)
DECADES = {"sixties": 65, "seventies": 70, "eighties": 80, "nineties": 90}
OLD_WORDS = re.compile(
    r"\b(?:pensioner|elderly|old age pensioner|octogenarian|retired|great grand(?:mother|father|ma|dad|pa))\b"
)
OLD = 65
"""Years of age from which a small knock counts (Henschke 2009)."""


def age_in(said: str) -> int | None:
    """The age in years that is told in plain words ("i am seventy two", "my eight year old"), if any."""
    ages = chain(_ages(AGES, said), (age for age in _ages(GROWN_AGES, said) if age >= GROWN))
    age = next(ages, None)
    if age is not None:
        return age
    decade = DECADE.search(said)
    if decade:
        return DECADES[decade[1]]
    return OLD if OLD_WORDS.search(said) else None


def _ages(patterns: Iterable[re.Pattern[str]], said: str) -> Iterator[int]:
    for pattern in patterns:
        for found in pattern.finditer(said):
            if found["digits"]:
                yield int(found["digits"])
            elif found["tens"] or found["unit"]:
                yield TENS.get(found["tens"], 0) + UNITS.get(found["unit"], 0)

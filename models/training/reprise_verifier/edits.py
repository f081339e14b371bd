"""Pairs made out of single prompts by small edits: some change what is asked, some change nothing.

Labelled questions hold few of either, because people seldom ask the opposite of what was asked before. Every edit takes a text and a
source of chance and gives the edited text, or ``None`` where the text does not allow it. The same seed gives the same edits.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Edit = Callable[[str, random.Random], "str | None"]

WORD = re.compile(r"[^\W\d_][\w'’]*")
NUMBER = re.compile(r"(?<![\w.])\d{1,7}(?:\.\d+)?(?![\w]*[A-Za-z]\d)")

OPPOSITES = """accept/reject allow/forbid above/below add/remove advantages/disadvantages agree/disagree ancient/modern appear/disappear
arrive/leave ascending/descending asleep/awake attack/defend attract/repel awake/asleep beautiful/ugly before/after beginner/expert
benefit/harm best/worst better/worse big/small birth/death borrow/lend bottom/top boy/girl bright/dark broad/narrow build/destroy
buy/sell cause/prevent cheap/expensive children/adults clean/dirty client/server closed/open cold/hot comedy/tragedy common/rare
compile/decompile connect/disconnect create/delete daughter/son day/night deep/shallow defeat/victory deposit/withdraw dry/wet early/late
easy/difficult empty/full enable/disable encode/decode encrypt/decrypt enter/exit even/odd exclude/include expand/shrink export/import
fail/succeed false/true fast/slow father/mother female/male fewer/more find/lose finish/begin first/last forget/remember former/latter
forward/backward free/paid friend/enemy future/past gain/lose generous/selfish giant/dwarf good/bad grow/shrink guilty/innocent happy/sad
hard/soft healthy/unhealthy heavy/light hide/show high/low hire/fire horizontal/vertical husband/wife immigrants/emigrants improve/worsen
increase/decrease inside/outside install/uninstall introvert/extrovert join/leave junior/senior king/queen land/sea large/small laugh/cry
learn/teach left/right legal/illegal like/dislike liquid/solid lock/unlock long/short love/hate major/minor man/woman married/single
max/min maximum/minimum men/women more/less most/least multiply/divide native/foreign near/far negative/positive new/old noisy/quiet
north/south obey/disobey offline/online optional/required parent/child passenger/driver pass/fail permanent/temporary player/coach
possible/impossible private/public profit/loss push/pull question/answer raise/lower read/write receive/send relevant/irrelevant
remain/leave rich/poor rise/fall rough/smooth safe/dangerous same/different save/delete sharp/blunt sick/healthy simple/complex
sister/brother start/stop strong/weak success/failure summer/winter support/oppose sweet/sour tall/short teacher/student thick/thin
tight/loose together/apart traditional/modern trust/distrust upload/download upper/lower useful/useless vegetarian/carnivorous
visible/invisible wake/sleep war/peace warm/cool west/east wide/narrow win/lose with/without young/old zoom/shrink"""

QUANTIFIERS = ["all", "some", "no", "any", "most", "few", "many", "every", "each", "several", "half of the", "none of the"]
FREQUENCIES = ["always", "never", "sometimes", "often", "rarely", "usually", "seldom"]
BOUNDS = [("at least", "at most"), ("more than", "less than"), ("up to", "starting from"), ("over", "under"), ("within", "after")]
MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MOMENTS = ["yesterday", "today", "tomorrow", "tonight", "last week", "next week", "last year", "next year", "this month"]
UNIT_GROUPS = [
    "km kilometers kilometres miles meters metres feet inches cm yards mm",
    "kg kgs kilograms pounds lbs grams ounces tons",
    "seconds minutes hours days weeks months years decades",
    "dollars euros rupees pounds yen",
    "KB MB GB TB",
    "celsius fahrenheit kelvin",
    "liters litres gallons milliliters",
    "thousand million billion trillion lakhs crores",
    "percent points",
]
NUMBER_WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
LANGUAGES = "Python Java JavaScript TypeScript Ruby Go Rust Kotlin Swift PHP Perl Scala Haskell C# C++ C".split()
SYMBOLS = [
    ("==", "!="), ("<=", ">="), ("&&", "||"), ("++", "--"), ("+=", "-="), (" < ", " > "), (" + ", " - "), (" * ", " / "),
    ("true", "false"), ("True", "False"), ("ASC", "DESC"), ("AND", "OR"), ("public", "private"), ("float", "int"), ("max(", "min("),
    ("json", "xml"), ("GET", "POST"), ("http:", "ftp:"), ("push", "pop"), ("INNER JOIN", "LEFT JOIN"),
]
TASKS = "explain summarize translate list compare analyze describe rewrite evaluate criticize shorten expand proofread".split()
QUESTION_WORDS = ["how", "why", "when", "where", "who"]
TENSES = [("is", "was"), ("are", "were"), ("do", "did"), ("does", "did"), ("has", "had"), ("will", "did"), ("can", "could")]
PLACES = """India China Japan Germany France Italy Spain Russia Brazil Canada Mexico Australia Egypt Turkey Nigeria Kenya Poland Sweden
Norway Greece Vietnam Thailand Indonesia Pakistan Bangladesh Argentina Chile Peru Ireland Scotland Portugal London Paris Berlin Tokyo
Delhi Mumbai Chicago Boston Texas California Florida Toronto Sydney Moscow Dubai Singapore""".split()
BRANDS = """Google Apple Microsoft Amazon Facebook Twitter Samsung Sony Nokia Toyota Honda Tesla Uber Netflix Spotify YouTube Instagram
WhatsApp Snapchat LinkedIn Oracle IBM Intel Dell HP Xiaomi OnePlus Android Windows Linux Ubuntu Chrome Firefox Quora Reddit""".split()
NOT_NAMES = {"I", "A", "The", "What", "How", "Why", "When", "Where", "Who", "Which", "Is", "Are", "Do", "Does", "Can", "If", "In", "It"}

BEFORE = [
    "Please answer: ", "Could you help me with this? ", "I'd like to know: ", "Just wondering, ", "Hey, ", "Hi there! ", "Good morning. ",
    "Excuse me, ", "Quick one: ", "I have a question. ", "Can somebody tell me ... ", "Hello, ", "My question is: ", "So, ", "Ok so ",
    "Would you mind telling me: ", "I need some help here. ", "Can you please tell me, ", "Tell me please: ", "Dear assistant, ", "Please, ",
    "I was asking myself: ", "Be so kind and answer: ", "Sorry to bother you, but ", "Help me out: ", "One more question: ", "Hey ChatGPT, ",
    "Please help me with the following. ", "I am curious: ", "Let me ask you something: ", "Question: ", "Q: ",
]
AFTER = [
    " Thanks!", " Thank you very much.", " Please.", " please", " thx", " Many thanks in advance.", " I appreciate your help.", " Cheers!",
    " Thanks a lot for your time.", " Any ideas?", " Please let me know.", " I'd be grateful for an answer.", " Thank you so much!",
    " Could you help?", " (please answer)", " Regards", " tia", " Hope you can help.", " Please advise.",
]
CONTRACTIONS = [
    ("what is", "what's"), ("how is", "how's"), ("who is", "who's"), ("where is", "where's"), ("that is", "that's"), ("it is", "it's"),
    ("i am", "i'm"), ("i have", "i've"), ("i will", "i'll"), ("i would", "i'd"), ("you are", "you're"), ("they are", "they're"),
    ("we are", "we're"), ("do not", "don't"), ("does not", "doesn't"), ("did not", "didn't"), ("is not", "isn't"), ("are not", "aren't"),
    ("was not", "wasn't"), ("were not", "weren't"), ("can not", "can't"), ("cannot", "can't"), ("could not", "couldn't"),
    ("should not", "shouldn't"), ("would not", "wouldn't"), ("will not", "won't"), ("have not", "haven't"), ("has not", "hasn't"),
    ("there is", "there's"), ("let us", "let's"), ("he is", "he's"), ("she is", "she's"), ("want to", "wanna"), ("going to", "gonna"),
]
SPELLINGS = """color/colour colors/colours favorite/favourite flavor/flavour honor/honour humor/humour labor/labour neighbor/neighbour
behavior/behaviour rumor/rumour harbor/harbour armor/armour center/centre theater/theatre meter/metre liter/litre fiber/fibre
organize/organise organization/organisation realize/realise recognize/recognise analyze/analyse optimize/optimise apologize/apologise
criticize/criticise summarize/summarise memorize/memorise minimize/minimise maximize/maximise visualize/visualise customize/customise
traveling/travelling traveler/traveller canceled/cancelled modeling/modelling labeled/labelled jewelry/jewellery gray/grey tire/tyre
defense/defence offense/offence license/licence practice/practise program/programme catalog/catalogue dialog/dialogue analog/analogue
check/cheque plow/plough aluminum/aluminium mom/mum pajamas/pyjamas skeptical/sceptical learned/learnt dreamed/dreamt burned/burnt
enrollment/enrolment fulfill/fulfil skillful/skilful e-mail/email"""
SYNONYMS = """buy/purchase begin/start big/large movie/film movies/films car/automobile kids/children photo/picture photos/pictures
quickly/fast smart/intelligent doctor/physician help/assist show/display job/occupation difficult/hard rich/wealthy ill/sick
mobile/cellphone mistake/error choose/select fix/repair happy/glad wrong/incorrect tv/television
advice/tips method/way methods/ways company/firm lawyer/attorney house/home biggest/largest repair/fix ok/okay pros/advantages
cons/disadvantages approximately/about vs/versus uni/university ad/advertisement app/application"""
WAYS = [
    "How do I ", "How can I ", "How do you ", "How can you ", "How to ", "How does one ", "How can one ", "How should I ",
    "What is the best way to ", "What's the way to ", "What are some ways to ", "What is the easiest way to ", "How could I ",
    "What should I do to ",
]
KEYS = {
    "a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk", "k": "jl", "l": "k",
    "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "xa",
}


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(a, b) for a, b in (entry.split("/") for entry in re.split(r"\s+(?=\S+/)", text.strip()))]


_OPPOSITE: dict[str, list[str]] = {}
for _a, _b in _pairs(OPPOSITES):
    _OPPOSITE.setdefault(_a, []).append(_b)
    _OPPOSITE.setdefault(_b, []).append(_a)


def _cased(like: str, word: str) -> str:
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if like[:1].isupper() else word


def _exchange(text: str, pairs: Sequence[tuple[str, str]], chance: random.Random, exactly: bool = False) -> str | None:
    """One side of one of the pairs that occurs, at one place, for the other side."""
    found = []
    for a, b in pairs:
        for old, new in ((a, b), (b, a)):
            before, after = (r"(?<!\w)" if old[0].isalnum() else ""), (r"(?!\w)" if old[-1].isalnum() else "")
            flags = 0 if exactly else re.IGNORECASE
            found += [(m.start(), m.end(), new) for m in re.finditer(before + re.escape(old) + after, text, flags)]
    if not found:
        return None
    start, end, new = chance.choice(found)
    return text[:start] + (new if exactly else _cased(text[start:end], new)) + text[end:]


def _other(text: str, choices: Sequence[str], chance: random.Random) -> str | None:
    """One of the choices that occurs, for another."""
    found = [
        (match.start(), match.end())
        for choice in choices
        for match in re.finditer(rf"(?<![\w+#]){re.escape(choice)}(?![\w+#])", text, re.IGNORECASE)
    ]
    if not found:
        return None
    start, end = chance.choice(found)
    old = text[start:end]
    new = chance.choice([choice for choice in choices if choice.lower() != old.lower()])
    return text[:start] + (new if new[:1].isupper() else _cased(old, new)) + text[end:]


# What changes the question.


def number(text: str, chance: random.Random) -> str | None:
    found = list(NUMBER.finditer(text))
    if not found:
        return _other(text, NUMBER_WORDS[1:], chance) or _other(text, ORDINALS[1:], chance)
    match = chance.choice(found)
    old = match.group()
    value = int(float(old))
    choices = [value + chance.choice([-3, -2, -1, 1, 2, 3, 5, 10]), value * 10, value // 2, value * 2, value + 100]
    if len(old) > 1 and old.isdigit():
        digits = list(old)
        digits[chance.randrange(len(digits))] = str(chance.randrange(10))
        choices += [int("".join(digits))] * 3
    new = str(abs(chance.choice(choices))) + (old[old.index(".") :] if "." in old else "")
    return None if float(new) == float(old) else text[: match.start()] + new + text[match.end() :]


def unit(text: str, chance: random.Random) -> str | None:
    for group in chance.sample(UNIT_GROUPS, len(UNIT_GROUPS)):
        edited = _other(text, group.split(), chance)
        if edited is not None and edited.lower() != text.lower():
            same = {"kilometers", "kilometres"}, {"meters", "metres"}, {"liters", "litres"}, {"kg", "kgs", "kilograms"}, {"pounds", "lbs"}, {"km", "kilometers"}, {"km", "kilometres"}
            changed = set(re.findall(r"\w+", edited.lower())) ^ set(re.findall(r"\w+", text.lower()))
            return None if any(changed <= names for names in same) else edited
    return None


def date(text: str, chance: random.Random) -> str | None:
    for choices in chance.sample([MONTHS, WEEKDAYS, MOMENTS], 3):
        edited = _other(text, [choice for choice in choices if choice != "May" or "in May" in text], chance)
        if edited is not None:
            return edited
    return None


def _names(text: str) -> list[re.Match[str]]:
    return [
        match
        for match in re.finditer(r"(?<=[\w,;] )(?:[A-Z][\w&+#-]+)(?: [A-Z][\w&+#-]+)*", text)
        if match.group() not in NOT_NAMES
    ]


class Names:
    """Exchanges a name for another one that some text of a collection uses after the same word, such as ``in``."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._after: dict[str, list[str]] = {}
        for text in texts:
            for match in _names(text):
                before = re.findall(r"\w+", text[: match.start()])
                if before:
                    self._after.setdefault(before[-1].lower(), []).append(match.group())

    def __call__(self, text: str, chance: random.Random) -> str | None:
        listed = _other(text, PLACES, chance) or _other(text, BRANDS, chance)
        if listed is not None and chance.random() < 0.5:
            return listed
        found = _names(text)
        if not found:
            return listed
        match = chance.choice(found)
        before = re.findall(r"\w+", text[: match.start()])
        choices = self._after.get(before[-1].lower(), []) if before else []
        old = match.group()
        others = [name for name in chance.sample(choices, min(8, len(choices))) if not set(name.lower().split()) & set(old.lower().split())]
        return text[: match.start()] + others[0] + text[match.end() :] if others else listed


def negation(text: str, chance: random.Random) -> str | None:
    removed = re.search(r"\b(not|never|n't|no longer)\b ?", text)
    if removed and chance.random() < 0.5:
        return text[: removed.start()] + text[removed.end() :]
    taken = re.search(r"\b(do|does|did|is|are|was|were|should|would|could|has|have)(n't|n’t)\b", text, re.IGNORECASE)
    if taken and chance.random() < 0.8:
        return text[: taken.start()] + taken.group(1) + text[taken.end() :]
    if removed or taken:
        return None
    verbs = list(re.finditer(r"\b(can|could|should|would|will|must|may|is|are|was|were|do|does|did|has|have)\b", text, re.IGNORECASE))
    if not verbs:
        return re.sub(r"^(\w)", lambda m: "Don't " + m.group(1).lower(), text) if re.match(r"[A-Z][a-z]+ ", text) else None
    verb = chance.choice(verbs[:2])
    after = text[verb.end() :]
    subject = re.match(r" (I|you|we|they|he|she|it|one|people|someone|there|this|that|[A-Z]\w+)\b", after)
    if chance.random() < 0.4:
        short = {"can": "can't", "will": "won't", "may": "may not"}.get(verb.group().lower(), verb.group().lower() + "n't")
        return text[: verb.start()] + _cased(verb.group(), short) + after
    word = chance.choice(["not", "not", "not", "never", "no longer"])
    if subject:
        return text[: verb.end()] + subject.group() + " " + word + after[subject.end() :]
    return text[: verb.end()] + " " + word + after


def opposite(text: str, chance: random.Random) -> str | None:
    found = [match for match in WORD.finditer(text) if match.group().lower() in _OPPOSITE]
    if not found:
        return None
    match = chance.choice(found)
    new = chance.choice(_OPPOSITE[match.group().lower()])
    return text[: match.start()] + _cased(match.group(), new) + text[match.end() :]


def comparative(text: str, chance: random.Random) -> str | None:
    return _exchange(text, BOUNDS, chance)


def quantifier(text: str, chance: random.Random) -> str | None:
    edited = _other(text, QUANTIFIERS, chance) or _other(text, FREQUENCIES, chance)
    if edited is None and chance.random() < 0.3:
        verbs = list(re.finditer(r"\b(can|should|will|do|does|is|are)\b [\w']+", text))
        if verbs:
            at = chance.choice(verbs).end()
            return text[:at] + " " + chance.choice(["only", "never", "always"]) + text[at:]
    return edited


def _swap(text: str, one: re.Match[str], other: re.Match[str]) -> str:
    return text[: one.start()] + other.group() + text[one.end() : other.start()] + one.group() + text[other.end() :]


def roles(text: str, chance: random.Random) -> str | None:
    """Two sides of a direction change places: from A to B, A than B."""
    found = []
    for match in re.finditer(r"([\w'+#]{2,}) (?:to|from|than|over|into|of|by|for|on|with|beats|before|after|without|instead of) (?:the |a |an )?([\w'+#]{3,})", text):
        one = re.compile(re.escape(match.group(1))).search(text, match.start(1))
        other = re.compile(re.escape(match.group(2))).search(text, match.start(2))
        if one and other and one.group().lower() != other.group().lower() and min(len(one.group()), len(other.group())) > 2:
            found.append((one, other))
    if not found:
        return None
    return _swap(text, *chance.choice(found))


def order(text: str, chance: random.Random) -> str | None:
    """Two content words change places, unless they only stand in a list."""
    words = [match for match in WORD.finditer(text) if len(match.group()) > 3 and match.start() > 0]
    if len(words) < 3:
        return None
    one, other = sorted(chance.sample(words, 2), key=lambda match: match.start())
    between = text[one.end() : other.start()]
    if one.group().lower() == other.group().lower() or re.fullmatch(r"\s*(,|/|and|or|vs\.?|versus|&)?\s*", between):
        return None
    return _swap(text, one, other)


def question_word(text: str, chance: random.Random) -> str | None:
    match = re.match(r"(how|why|when|where|who)\b(?! (many|much|long|old|far|often))", text, re.IGNORECASE)
    if not match:
        return None
    return _cased(match.group(), chance.choice([w for w in QUESTION_WORDS if w != match.group().lower()])) + text[match.end() :]


def tense(text: str, chance: random.Random) -> str | None:
    return _exchange(text, TENSES, chance)


def symbol(text: str, chance: random.Random) -> str | None:
    edited = _other(text, LANGUAGES, chance) if re.search(r"\b(Python|Java\w*|C\+\+|C#|PHP|Ruby|code|program)", text) else None
    return edited if edited and chance.random() < 0.5 else _exchange(text, SYMBOLS, chance, exactly=True) or edited


def task(text: str, chance: random.Random) -> str | None:
    return _other(text, TASKS, chance)


class Details:
    """Puts a content word of other texts in, takes one out, or puts one in another's place."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._words = [
            match.group() for text in texts for match in WORD.finditer(text) if len(match.group()) > 4 and match.group().islower()
        ]

    def __call__(self, text: str, chance: random.Random) -> str | None:
        words = [match for match in WORD.finditer(text) if len(match.group()) > 4 and match.start() > 0]
        if not words or not self._words:
            return None
        match = chance.choice(words)
        new = chance.choice(self._words)
        if new.lower()[:4] == match.group().lower()[:4]:
            return None
        kind = chance.randrange(4)
        if kind == 0:
            return text[: match.start()] + new + " " + text[match.start() :]
        if kind == 1 and len(words) > 2:
            return text[: match.start()].rstrip() + text[match.end() :]
        return text[: match.start()] + _cased(match.group(), new) + text[match.end() :]


# What changes nothing.


def typo(text: str, chance: random.Random) -> str | None:
    words = [match for match in WORD.finditer(text) if len(match.group()) > 3 and match.group().isascii()]
    if not words:
        return None
    slips = min(len(words), 1 + (chance.random() < 0.3) + (chance.random() < 0.1) + len(words) // 60)
    for match in sorted(chance.sample(words, slips), key=lambda m: -m.start()):
        word = match.group()
        at = chance.randrange(1, len(word) - 1)
        kind = chance.randrange(5)
        if kind == 0:
            new = word[:at] + word[at + 1 :]
        elif kind == 1:
            new = word[:at] + word[at] + word[at:]
        elif kind == 2:
            new = word[:at] + chance.choice(KEYS.get(word[at].lower(), "e")) + word[at + 1 :]
        elif kind == 3:
            new = word[:at] + chance.choice(KEYS.get(word[at].lower(), "e")) + word[at:]
        else:
            new = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if new.lower() in _OPPOSITE:
            continue
        text = text[: match.start()] + new + text[match.end() :]
    return text


def case(text: str, chance: random.Random) -> str | None:
    kind = chance.randrange(5)
    if kind == 0:
        return text.upper()
    if kind == 1:
        return text.title()
    if kind == 2:
        return text[:1].swapcase() + text[1:]
    return text.lower()


def punctuation(text: str, chance: random.Random) -> str | None:
    kind = chance.randrange(4)
    if kind == 0:
        return re.sub(r"[?.!]+\s*$", "", text)
    if kind == 1:
        return re.sub(r"([?.!])\s*$", lambda m: m.group(1) * chance.choice([2, 3]), text)
    if kind == 2:
        return re.sub(r"[,;](?= )", "", text)
    return text.rstrip("?.! ") + chance.choice([" ?", ".", "?!", "...", "?"])


def whitespace(text: str, chance: random.Random) -> str | None:
    spaces = [match.start() for match in re.finditer(" ", text)]
    if not spaces:
        return None
    at = chance.choice(spaces)
    return text[:at] + chance.choice(["  ", "   ", "\n", "\t", " \n"]) + text[at + 1 :]


def polite(text: str, chance: random.Random) -> str | None:
    kind = chance.randrange(3)
    before = chance.choice(BEFORE) if kind != 1 else ""
    after = chance.choice(AFTER) if kind != 0 else ""
    body = text
    if before and not before.endswith(". ") and chance.random() < 0.5 and not re.match(r"I\b|[A-Z]{2}", text):
        body = text[:1].lower() + text[1:]
    return before + body + after


def contraction(text: str, chance: random.Random) -> str | None:
    edited = _exchange(text, CONTRACTIONS, chance)
    return edited.replace("i'", "I'") if edited and chance.random() < 0.5 else edited


def spelling(text: str, chance: random.Random) -> str | None:
    return _exchange(text, _pairs(SPELLINGS), chance)


def synonym(text: str, chance: random.Random) -> str | None:
    return _exchange(text, _pairs(SYNONYMS), chance)


def number_form(text: str, chance: random.Random) -> str | None:
    match = re.search(r"(?<![\w.,])\d{4,7}(?![\w.,])", text)
    if match and not re.fullmatch(r"(19|20)\d\d", match.group()):
        return text[: match.start()] + f"{int(match.group()):,}" + text[match.end() :]
    match = re.search(r"(?<![\w.,:/-])([2-9]|1[0-2])(?![\w.,:%/+-])", text)
    if match:
        return text[: match.start()] + NUMBER_WORDS[int(match.group()) - 1] + text[match.end() :]
    for value, word in enumerate(NUMBER_WORDS[1:], 2):
        if re.search(rf"\b{word}\b", text):
            return re.sub(rf"\b{word}\b", str(value), text, count=1)
    return None


def clauses(text: str, chance: random.Random) -> str | None:
    """``In India, what is X?`` for ``What is X in India?``, and ``If X, Y?`` for ``Y if X?``, both ways."""
    match = re.fullmatch(r"(What|How|Why|Who|Which|Where|Is|Are|Can|Do|Does)( .{12,}) (in|for|on|at|during|after|before) ((?:the )?[A-Z][\w ]{2,24})\?", text)
    if match:
        start = match.group(1).lower() if chance.random() < 0.7 else match.group(1)
        return f"{match.group(3).capitalize()} {match.group(4)}, {start}{match.group(2)}?"
    match = re.fullmatch(r"If ([^,]{6,}), (.{8,})\?", text)
    if match:
        return f"{match.group(2)[:1].upper()}{match.group(2)[1:]} if {match.group(1)}?"
    match = re.fullmatch(r"([A-Z][^,?]{10,}) if ([^,?]{6,})\?", text)
    if match and not re.search(r"\b(know|tell|see|wonder|check|find out|ask|as)$", match.group(1)):
        return f"If {match.group(2)}, {match.group(1)[:1].lower()}{match.group(1)[1:]}?"
    return None


def way(text: str, chance: random.Random) -> str | None:
    """Another way to ask for a way."""
    for start in WAYS:
        if text.startswith(start):
            return chance.choice([other for other in WAYS if other != start]) + text[len(start) :]
    return None


def listing(text: str, chance: random.Random) -> str | None:
    """What stands on both sides of ``and`` or ``or`` between names or after ``between`` changes places."""
    match = re.search(r"(?:between|both|compare) ([\w+#' -]{2,30}?) (and|or) ([\w+#'-]{2,30})", text) or re.search(
        r"\b((?:[A-Z][\w+#]+ )*[A-Z][\w+#]+) (and|or) ((?:[A-Z][\w+#]+ )*[A-Z][\w+#]+)", text
    )
    if not match or match.group(1).lower() == match.group(3).lower():
        return None
    return text[: match.start(1)] + match.group(3) + f" {match.group(2)} " + match.group(1) + text[match.end(3) :]


@dataclass(frozen=True)
class Kind:
    """A kind of edit.

    ``weight`` says how sure it is that the label holds, ``share`` how often it is drawn.
    """

    name: str
    edit: Edit
    same: bool
    weight: float = 1.0
    share: float = 1.0


def kinds(texts: Sequence[str]) -> list[Kind]:
    """Every kind; names and words that are put in come from ``texts``."""
    return [
        Kind("number", number, False, share=2.0),
        Kind("unit", unit, False),
        Kind("date", date, False),
        Kind("name", Names(texts), False, 0.9, share=2.0),
        Kind("negation", negation, False, share=2.0),
        Kind("opposite", opposite, False, 0.9, share=2.5),
        Kind("comparative", comparative, False),
        Kind("quantifier", quantifier, False, 0.6, share=0.7),
        Kind("roles", roles, False, 0.7, share=1.5),
        Kind("order", order, False, 0.6, share=2.0),
        Kind("question word", question_word, False, share=0.7),
        Kind("tense", tense, False, 0.3, share=0.3),
        Kind("symbol", symbol, False),
        Kind("task", task, False),
        Kind("detail", Details(texts), False, 0.5, share=1.0),
        Kind("typo", typo, True, share=3.0),
        Kind("case", case, True, share=1.0),
        Kind("punctuation", punctuation, True, share=0.7),
        Kind("whitespace", whitespace, True, share=0.1),
        Kind("polite", polite, True, share=2.0),
        Kind("contraction", contraction, True, share=1.5),
        Kind("spelling", spelling, True, share=1.5),
        Kind("synonym", synonym, True, 0.7, share=1.0),
        Kind("number form", number_form, True, share=0.7),
        Kind("clauses", clauses, True, share=2.0),
        Kind("way", way, True, 0.8, share=1.0),
        Kind("listing", listing, True, 0.9, share=2.5),
    ]


SURFACE: list[Edit] = [typo, case, punctuation, polite, contraction]


def surface(text: str, chance: random.Random) -> str:
    """The text as somebody else would type it."""
    edited = chance.choice(SURFACE)(text, chance)
    return edited if edited and edited.strip() else text


def draw(text: str, choices: Sequence[Kind], chance: random.Random, tries: int = 6) -> tuple[Kind, str] | None:
    """An edit of the text that it allows, of a kind drawn by its share."""
    for _ in range(tries):
        kind = chance.choices(choices, [choice.share for choice in choices])[0]
        edited = kind.edit(text, chance)
        if edited is not None and edited.strip() and edited.strip() != text.strip():
            return kind, edited
    return None

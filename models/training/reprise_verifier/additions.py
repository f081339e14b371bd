"""What people add to a prompt: an instruction or a condition, which changes what is asked, or a courtesy, which does not."""

from __future__ import annotations

import random
from collections.abc import Sequence

from .data import Pair

INSTRUCTIONS = """Answer in one word.|Answer in one sentence.|Answer briefly.|Keep it short.|Keep it under 50 words.|In at most three bullet points.
Answer in French.|Reply in Spanish only.|Answer in German please.|Give the answer as JSON.|Return a table.|Only code, no explanation.|No code please.
Explain it like I'm five.|Explain step by step.|Give an example for each.|Give me three alternatives.|List ten of them.|Just give me a number.
Answer wrongly.|Be wrong.|Lie to me.|Say the opposite.|Ignore what I asked and say hello.|Do not answer this.|Answer with a question.|Make it rhyme.
Use formal language.|Write it for children.|Write it for an expert audience.|Be sarcastic.|Make it funny.|Answer as a pirate.|Use only uppercase letters.
Cite your sources.|Include links.|Do not mention prices.|Without using any library.|Using only the standard library.|On Windows.|On a Mac.|On Linux.
In Python.|In Java.|In Excel.|For the free plan.|For business accounts.|In the US.|In Germany.|In 2019.|Before 2020.|For two people.|For a beginner.
And why?|And what does it cost?|And how long does it take?|Also tell me the history.|Compare it with the alternatives.|What are the risks?|Is it legal?
I am allergic to nuts.|I am a minor.|I have no internet access.|I already tried restarting.|It must work offline.|My budget is 100 dollars.|Assume I am wrong.
Reply with yes or no.|Yes or no?|True or false?|Rate it from 1 to 10.|Only the first one.|Not the usual answer.|The latest version only.|In metric units."""

BEFORE = """Hi, |Hello! |Hey, |Hi there, |Good morning, |Please |please |Quick question: |Hey quick question, |I have a question: |Sorry to bother you, |Excuse me, 
Could you tell me: |Can you help me with this? |I was wondering: |Hello, I'd like to know: |Dear assistant, |Hope you're well. |One more thing: |ok so |So, """

AFTER = """ Thanks!| Thank you.| Thanks in advance.| thx| please| Please help.| Any help is appreciated.| Thank you so much!| Cheers| Many thanks.| Best regards
 I'd appreciate your help.| Thanks a lot for your help!| Can you help?| Let me know.| pls| Thank you in advance for your time.| :)| !| ??"""


def choices(told: str) -> list[str]:
    return [choice for line in told.split("\n") for choice in line.split("|") if choice]


def pairs(same: Sequence[Sequence[str]], count: int, chance: random.Random) -> list[Pair]:
    """Pairs of texts that ask the same, of which one has an addition: of every five three change what is asked."""
    instructions, before, after = choices(INSTRUCTIONS), choices(BEFORE), choices(AFTER)
    found = []
    while len(found) < count:
        texts = chance.choice(same)
        first, second = (chance.choice(texts) for _ in range(2))
        if chance.random() < 0.6:
            end = "" if second[-1] in ".?!" else chance.choice([".", "?", ","])
            found.append(Pair(first, f"{second}{end} {chance.choice(instructions)}", False, 0.8, "addition"))
        elif chance.random() < 0.5:
            found.append(Pair(first, chance.choice(before) + second[0].lower() + second[1:], True, 0.8, "addition"))
        else:
            found.append(Pair(first, second + chance.choice(after), True, 0.8, "addition"))
    return found

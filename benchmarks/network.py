"""The small network of ``voice_skill/understand/looking.py``, and how it is taught: pip install jax optax."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import lesson
import numpy as np
import optax
from layers import vectors_of
from lesson import BATCH, BUCKETS, Lesson, Vocabulary, batches

from voice_skill.understand.looking import WIDE

SIZE = 64
"""Numbers of a word."""
LOOKS = 160
"""Kinds of look at a word alone, and as many at it with its neighbours."""
EPOCHS = 6
RATE = 0.003
"""How far one step goes at first; it falls to nothing as a cosine does (Loshchilov and Hutter, 2017)."""
DECAY = 1e-4
DROPPED = 0.3
"""Looks left out by chance, so that no one of them is relied on; and words, as recognition leaves them out."""
WORDS_DROPPED = 0.05

Weights = dict[str, jax.Array]


class Batch(NamedTuple):
    """Lines that are learnt from in one step."""

    parts: np.ndarray
    """Places of pieces, a row a word."""
    lines: np.ndarray
    """Rows of ``parts``, a row a line."""
    meant: np.ndarray
    counts: np.ndarray


def teach(lessons: Sequence[Lesson], seed: int) -> Weights:
    """A network that has been through ``EPOCHS`` of ``lessons``."""
    words = Vocabulary()
    read = [[words.line(text) for text in lesson.texts] for lesson in lessons]
    weights = _newborn(lessons[0].meant.shape[1], jax.random.PRNGKey(seed))
    dice = np.random.default_rng(seed)
    steps = EPOCHS * min(len(lines) // BATCH for lines in read)
    method = optax.adamw(optax.cosine_decay_schedule(RATE, steps), weight_decay=DECAY)
    state = method.init(weights)

    @jax.jit
    def step(weights: Weights, state: optax.OptState, batch: Batch, key: jax.Array) -> tuple[Weights, optax.OptState]:
        slope = jax.grad(_loss)(weights, batch, key)
        change, state = method.update(slope, state, weights)
        return optax.apply_updates(weights, change), state

    for epoch in range(EPOCHS):
        at = (epoch + seed) % len(lessons)
        for number, rows in enumerate(batches(read[at], dice)):
            key = jax.random.fold_in(jax.random.PRNGKey(seed + 1), epoch * steps + number)
            lines = words.batch([read[at][row] for row in rows])
            weights, state = step(weights, state, Batch(*lines, lessons[at].meant[rows], lessons[at].counts[rows]), key)
        print(f"epoch {epoch + 1} of {EPOCHS}", flush=True)
    return weights


def odds(weights: Weights, texts: Iterable[str]) -> np.ndarray:
    """Log odds, a row a text and a column a class."""
    return lesson.odds(jax.jit(partial(_odds, weights)), Vocabulary(), texts, len(weights["top_bias"]))


def shipped(weights: Weights) -> dict[str, np.ndarray]:
    """The numbers as they are shipped: a byte a number of a piece, whose unit the looks take over."""
    told = {name: np.asarray(numbers) for name, numbers in weights.items()}
    pieces, units = lesson.in_bytes(told["pieces"][:-1])
    return told | {
        "pieces": pieces,
        "alone": told["alone"] * units[:, None],
        "wide": told["wide"] * units[:, None],
    }


def _newborn(classes: int, key: jax.Array) -> Weights:
    keys = iter(jax.random.split(key, 4))
    return {
        "pieces": jax.random.normal(next(keys), (BUCKETS + 1, SIZE)) / 10,
        "alone": jax.random.normal(next(keys), (SIZE, LOOKS)) / SIZE**0.5,
        "alone_bias": jnp.zeros(LOOKS),
        "wide": jax.random.normal(next(keys), (WIDE, SIZE, LOOKS)) / (WIDE * SIZE) ** 0.5,
        "wide_bias": jnp.zeros(LOOKS),
        "top": jax.random.normal(next(keys), (2 * LOOKS, classes)) / 10,
        "top_bias": jnp.zeros(classes),
    }


def _odds(weights: Weights, parts: jax.Array, lines: jax.Array, key: jax.Array | None = None) -> jax.Array:
    """Log odds, a row a line and a column a class; with a ``key``, as in teaching, some of it is left out."""
    said = vectors_of(weights["pieces"], parts)[lines]
    if key is not None:
        first, second = jax.random.split(key)
        said *= (jax.random.uniform(first, lines.shape) > WORDS_DROPPED)[:, :, None]
    alone = (said @ weights["alone"]).max(axis=1)
    # Beside the line stands nothing, in which there is nothing to see.
    alone = jnp.maximum(alone, 0) + weights["alone_bias"]
    around = jnp.pad(said, ((0, 0), (WIDE - 1, WIDE), (0, 0)))
    count = around.shape[1] - WIDE + 1
    wide = sum(around[:, at : at + count] @ weights["wide"][at] for at in range(WIDE)).max(axis=1)
    looks = jax.nn.relu(jnp.concatenate([alone, wide + weights["wide_bias"]], axis=1))
    if key is not None:
        looks *= (jax.random.uniform(second, looks.shape) > DROPPED) / (1 - DROPPED)
    return looks @ weights["top"] + weights["top_bias"]


def _loss(weights: Weights, batch: Batch, key: jax.Array) -> jax.Array:
    odds = _odds(weights, batch.parts, batch.lines, key)
    return (optax.softmax_cross_entropy(odds, batch.meant) * batch.counts).mean()

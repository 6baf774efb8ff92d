"""The network of ``voice_skill/understand/attending.py``, and how its teacher teaches it: pip install jax optax."""

from collections.abc import Iterable

import jax
import jax.numpy as jnp
import lesson
import numpy as np
import optax
from layers import mixed, some, vectors_of
from lesson import BATCH, BUCKETS, Vocabulary, batches
from teacher import Labelled

from voice_skill.understand.attending import HEADS, LONGEST, SMALLEST
from voice_skill.understand.pieces import FILLERS

PIECE = 64
"""Numbers of a piece of a word."""
SIZE = 128
"""Numbers of a word."""
INNER = 256
LAYERS = 2
EPOCHS = 4
RATE = 0.002
WARMING = 0.07
"""Part of the steps in which the pace rises to ``RATE``; then it falls as a cosine does."""
DECAY = 1e-3
DROPPED = 0.1
WORDS_DROPPED = 0.05
LOUD = 4.0
"""How loud a word is at first, beside its place."""

Weights = dict[str, jax.Array]


def teach(told: Labelled, seed: int) -> Weights:
    """A network that answers as its teacher does, and makes of a text what its teacher makes of it."""
    words = Vocabulary(FILLERS, LONGEST)
    lines = [words.line(text) or [0] for text in told.texts]
    weights = _newborn(told.meant.shape[1], told.sense.shape[1], jax.random.PRNGKey(seed))
    dice = np.random.default_rng(seed)
    steps = EPOCHS * (len(lines) // BATCH)
    pace = optax.warmup_cosine_decay_schedule(0, RATE, int(WARMING * steps), steps)
    method = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(pace, weight_decay=DECAY))
    state = method.init(weights)

    @jax.jit
    def step(weights: Weights, state: optax.OptState, batch: tuple, key: jax.Array) -> tuple[Weights, optax.OptState]:
        change, state = method.update(jax.grad(_loss)(weights, batch, key), state, weights)
        return optax.apply_updates(weights, change), state

    for epoch in range(EPOCHS):
        for number, rows in enumerate(batches(lines, dice)):
            key = jax.random.fold_in(jax.random.PRNGKey(seed + 1), epoch * steps + number)
            batch = (*words.batch([lines[row] for row in rows]), told.meant[rows], told.sense[rows])
            weights, state = step(weights, state, batch, key)
        print(f"attention: epoch {epoch + 1} of {EPOCHS}", flush=True)
    return weights


def odds(weights: Weights, texts: Iterable[str]) -> np.ndarray:
    """Log odds, a row a text and a column a class."""
    forward = jax.jit(lambda *these: _odds(weights, _read(weights, *these)))
    return lesson.odds(forward, Vocabulary(FILLERS, LONGEST), texts, len(weights["top_bias"]))


def shipped(weights: Weights) -> dict[str, np.ndarray]:
    """The numbers as they are shipped: a byte a number of a piece; what only scales is taken over by what follows."""
    told = {name: np.asarray(numbers) for name, numbers in weights.items()}
    pieces, units = lesson.in_bytes(told["pieces"][:-1])
    asking = told["asking"] * told["before_asking"][:, :, None]
    asking[:, :, :SIZE] /= (SIZE // HEADS) ** 0.5
    return {
        f"attending.{name}": numbers
        for name, numbers in {
            "pieces": pieces,
            "word": told["word"] * units[:, None] * LOUD,
            "places": told["places"],
            "asking": asking,
            "answer": told["answer"],
            "inner": told["inner"] * told["before_inner"][:, :, None],
            "inner_bias": told["inner_bias"],
            "outer": told["outer"],
            "top": told["top"],
            "top_bias": told["top_bias"],
        }.items()
    }


def _newborn(classes: int, sense: int, key: jax.Array) -> Weights:
    keys = iter(jax.random.split(key, 9))

    def born(*shape: int) -> jax.Array:
        return jax.random.normal(next(keys), shape) * shape[-2] ** -0.5

    return {
        "pieces": born(BUCKETS + 1, PIECE) * (BUCKETS + 1) ** 0.5 / 10,
        "word": born(PIECE, SIZE),
        "places": born(LONGEST, SIZE) * LONGEST**0.5 / 50,
        "asking": born(LAYERS, SIZE, 3 * SIZE),
        "before_asking": jnp.ones((LAYERS, SIZE)),
        "answer": born(LAYERS, SIZE, SIZE),
        "inner": born(LAYERS, SIZE, INNER),
        "inner_bias": jnp.zeros((LAYERS, INNER)),
        "before_inner": jnp.ones((LAYERS, SIZE)),
        "outer": born(LAYERS, INNER, SIZE),
        "top": born(2 * SIZE, classes),
        "top_bias": jnp.zeros(classes),
        "sense": born(2 * SIZE, sense),
    }


def _loss(weights: Weights, batch: tuple, key: jax.Array) -> jax.Array:
    parts, lines, meant, sense = batch
    read = _read(weights, parts, lines, key)
    wrong = optax.softmax_cross_entropy(_odds(weights, read), meant).mean()
    return wrong + ((read @ weights["sense"] - sense) ** 2).mean()


def _odds(weights: Weights, read: jax.Array) -> jax.Array:
    return read @ weights["top"] + weights["top_bias"]


def _read(weights: Weights, parts: jax.Array, lines: jax.Array, key: jax.Array | None = None) -> jax.Array:
    """What is made of each line, a row a line: the mean and the most of its words."""
    keys = iter(jax.random.split(key, 2 * LAYERS + 1)) if key is not None else None
    state = vectors_of(weights["pieces"], parts)[lines] @ weights["word"] * LOUD + weights["places"][: lines.shape[1]]
    said = (lines > 0).at[:, 0].set(True)
    if keys is not None:
        said &= (jax.random.uniform(next(keys), lines.shape) > WORDS_DROPPED).at[:, 0].set(True)
    for layer in range(LAYERS):
        asked = _even(state) * weights["before_asking"][layer] @ weights["asking"][layer]
        state += some(mixed(*jnp.split(asked, 3, axis=-1), said, HEADS) @ weights["answer"][layer], DROPPED, keys)
        inner = _even(state) * weights["before_inner"][layer] @ weights["inner"][layer] + weights["inner_bias"][layer]
        state += some(jax.nn.relu(inner) @ weights["outer"][layer], DROPPED, keys)
    words = said[:, :, None]
    mean = (state * words).sum(axis=1) / words.sum(axis=1)
    return jnp.concatenate([mean, jnp.where(words, state, -jnp.inf).max(axis=1)], axis=1)


def _even(state: jax.Array) -> jax.Array:
    """Words of one loudness (Zhang and Sennrich, "Root mean square layer normalization", 2019)."""
    return state * jax.lax.rsqrt((state**2).mean(-1, keepdims=True) + SMALLEST)

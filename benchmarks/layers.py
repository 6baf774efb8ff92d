"""What the networks of the second reader and their teacher are made of: pip install jax."""

from collections.abc import Iterator

import jax
import jax.numpy as jnp
from lesson import BUCKETS


def vectors_of(pieces: jax.Array, parts: jax.Array) -> jax.Array:
    """The sum of each word's pieces, a row a word, so divided that a long word counts no more than a short one."""
    there = parts < BUCKETS
    vectors = (pieces[parts] * there[:, :, None]).sum(axis=1)
    return vectors / jnp.sqrt(jnp.maximum(there.sum(axis=1, keepdims=True), 1))


def mixed(query: jax.Array, key: jax.Array, value: jax.Array, there: jax.Array, heads: int) -> jax.Array:
    """Each word as a mixture of those that are ``there``, by how much it asks for each; a row a line."""
    count, length, _ = query.shape
    query, key, value = (part.reshape(count, length, heads, -1).swapaxes(1, 2) for part in (query, key, value))
    match = query @ key.swapaxes(2, 3) / query.shape[-1] ** 0.5
    share = jax.nn.softmax(jnp.where(there[:, None, None], match, -1e9))
    return (share @ value).swapaxes(1, 2).reshape(count, length, -1)


def some(values: jax.Array, dropped: float, keys: Iterator[jax.Array] | None) -> jax.Array:
    """``values``; with ``keys``, as in teaching, some are left out by chance."""
    if keys is None:
        return values
    return values * jax.random.bernoulli(next(keys), 1 - dropped, values.shape) / (1 - dropped)

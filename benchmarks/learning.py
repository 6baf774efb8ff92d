"""How the second reader of questions (``train_asked.py``) is taught: a logistic regression over features of texts."""

from collections.abc import Callable, Sequence

import numpy as np

ITERATIONS = 80


def fit(found: Sequence[Sequence[int]], buckets: int, meant: Sequence[int], counts: Sequence[float], held: float):
    """Weights, a row a place and a column a class, and the bias of each class.

    ``found`` has the places of features of each text, all below ``buckets``; ``meant`` and ``counts`` are its class and
    how much it counts; ``held`` is how far weights may go, the inverse of the L2 penalty.
    """
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=held, max_iter=ITERATIONS, tol=1e-3)
    model.fit(table(found, buckets), meant, sample_weight=counts)
    return model.coef_.T, model.intercept_


def table(found: Sequence[Sequence[int]], buckets: int):
    """A row a text, a column a place of features."""
    from scipy.sparse import csr_matrix

    rows = np.repeat(np.arange(len(found)), [len(row) for row in found])
    columns = np.concatenate([np.array(row, int) for row in found])
    return csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(found), buckets))


def mean(learn_once: Callable[[int], tuple[np.ndarray, np.ndarray]], readers: int) -> tuple[np.ndarray, np.ndarray]:
    """The mean of readers that were each taught with other chance variations (``learn_once`` takes the seed).

    What one of them learnt by accident fades.
    """
    from joblib import Parallel, delayed

    learnt = Parallel(n_jobs=-1)(delayed(learn_once)(seed) for seed in range(readers))
    weights, biases = zip(*learnt, strict=True)
    return np.mean(weights, axis=0), np.mean(biases, axis=0)


def shipped(weights: np.ndarray, bias: np.ndarray) -> dict[str, np.ndarray]:
    """The numbers as they are shipped: a byte a weight."""
    steps = np.abs(weights).max(axis=0) / 127
    return {
        "weights": np.round(weights / steps).astype(np.int8),
        "steps": steps.astype(np.float32),
        "bias": bias.astype(np.float32),
    }

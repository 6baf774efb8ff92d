"""Build the decoding graph of the starter model from what the skill can answer.

    python models/recipe/build.py --out FOLDER

writes a whole model: the acoustic model as it is, and ``graph/`` made anew from ``responses/``.
The same inputs give the same bytes.
"""

import argparse
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from graph import Tools, build_grammar, build_words  # noqa: E402
from language import Counts, mixed, pruned, read_arpa, triples  # noqa: E402
from pronunciations import lexicon  # noqa: E402
from sentences import content_of, told, vocabulary, weighted  # noqa: E402

SHARE = 0.5
"""Part of the content's sentences in the language model; the rest is general English."""
PRUNE = 1e-7
"""Entropy in nats below which a pair of words is not worth its bytes."""
TRUST = 0.9
"""Part of the content in what follows two of its words."""


def main(arguments: list[str] | None = None) -> int:
    """Build, and tell on stdout which words were guessed."""
    options = _options(arguments)
    general = read_arpa(options.general)
    said = told(options.responses / "red_flags" / "said", general.words)
    sentences = [each for each in (*weighted(content_of(options.responses)), *said) if each[0]]
    words = {word for word in general.words if not word.startswith("<")} | vocabulary(sentences)
    lines = lexicon(words, options.responses / "pronunciations.toml")
    counts = Counts(sentences)
    mixture = mixed(general, counts, options.share)
    small = pruned(mixture, options.prune, counts.two)
    extra = triples(small, counts, options.trust)
    graph = _copied(options.model, options.out)
    tools = Tools(graph)
    numbers = build_words(tools, graph, lines.words, HERE / "unknown_word.json")
    build_grammar(tools, graph, small, extra, numbers)
    for word, phones in sorted(lines.guesses.items()):
        print(f"{word}\t{' '.join(phones)}")
    pairs = sum(map(len, small.after.values()))
    print(f"{len(words)} words, {len(lines.guesses)} guessed; {pairs} pairs of words", file=sys.stderr)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of the new model; must not exist")
    parser.add_argument("--responses", type=Path, default=HERE.parents[1] / "responses")
    parser.add_argument("--model", type=Path, default=HERE.parent / "vosk-model-starter-en")
    parser.add_argument("--general", type=Path, default=HERE / "general.arpa.gz")
    parser.add_argument("--share", type=float, default=SHARE)
    parser.add_argument("--prune", type=float, default=PRUNE)
    parser.add_argument("--trust", type=float, default=TRUST)
    return parser.parse_args(arguments)


def _copied(model: Path, out: Path) -> Path:
    """A copy of ``model`` without its graph's words; the folder of the graph to be made."""
    shutil.copytree(model, out, ignore=shutil.ignore_patterns("HCLr.fst", "Gr.fst", "words.txt"))
    return out / "graph"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ValueError, OSError, RuntimeError) as fault:
        sys.exit(str(fault))

"""``voice-skill ask`` as a person runs it, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile

RECORDINGS = Path(__file__).parent.parent / "recordings"
QUESTION = RECORDINGS / "is_upper_back_pain_serious.wav"


def ask(*args: object, stdin: bytes | None = None, **environ: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "voice_skill", "ask", *map(str, args)]
    return subprocess.run(command, input=stdin, capture_output=True, env={**os.environ, **environ}, check=False)


def objects(done: subprocess.CompletedProcess[bytes]) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def wav(path: Path, samples: np.ndarray, rate: int = 16_000, subtype: str = "PCM_16") -> Path:
    soundfile.write(path, samples, rate, subtype=subtype)
    return path

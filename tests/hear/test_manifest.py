"""The list of known models: the one that is shipped, and what is wrong with another."""

from pathlib import Path

import pytest
from conftest import MODEL

from voice_skill.errors import ModelError
from voice_skill.hear.manifest import load_manifest

GOOD = {
    "name": '"a"',
    "says": '"x"',
    "licence": '"x"',
    "quirks": '["x"]',
    "url": '"https://x/a.zip"',
    "bytes": "1",
    "sha256": f'"{"0" * 64}"',
}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"colour": '"x"'}, "unknown key 'colour'", id="unknown_key"),
        pytest.param({"sha256": ""}, "'sha256' is missing", id="no_hash"),
        pytest.param({"licence": ""}, "'licence' is missing", id="no_licence"),
        pytest.param({"sha256": '"abc"'}, "sha256 must be 64 digits", id="short_hash"),
        pytest.param({"sha256": f'"{"A" * 64}"'}, "sha256 must be 64 digits", id="capitals"),
        pytest.param({"bytes": "0"}, "bytes must be a whole number", id="no_bytes"),
        pytest.param({"bytes": "1.5"}, "bytes must be a whole number", id="half_a_byte"),
        pytest.param({"bytes": '"1"'}, "bytes must be a number", id="bytes_in_quotes"),
        pytest.param({"url": '"file:///x"'}, "url must begin with https://", id="file_address"),
        pytest.param({"name": '"../a"'}, "cannot be the name of a folder", id="path_as_name"),
        pytest.param({"bundled": '"yes"'}, "bundled must be true or false", id="bundled_text"),
    ],
)
def test_faulty_manifest(tmp_path: Path, change: dict[str, str], says: str) -> None:
    path = tmp_path / "manifest.toml"
    entry = [f"{key} = {value}" for key, value in {**GOOD, **change}.items() if value]
    path.write_text("\n".join(["[[model]]", *entry]))
    with pytest.raises(ModelError, match=says) as caught:
        load_manifest(path)
    assert str(path) in str(caught.value)


def test_all_faults_of_a_manifest_at_once_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "manifest.toml"
    entry = "\n".join(f"{key} = {value}" for key, value in GOOD.items())
    path.write_text(f"[[model]]\n{entry}\n[[model]]\n{entry}\n[[model]]\ncolour = 1\n{entry}\n")
    with pytest.raises(ModelError) as caught:
        load_manifest(path)
    assert "'a' stands here twice" in str(caught.value)
    assert f"{path}:18: unknown key 'colour'" in str(caught.value)


@pytest.mark.parametrize("text", ["", "[[model]", "model = 1", "[model]\nname = 'x'", "\0"])
def test_file_that_is_no_manifest(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.toml"
    path.write_text(text)
    with pytest.raises(ModelError, match=str(path)):
        load_manifest(path)


def test_manifest_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest\.toml: the file is missing"):
        load_manifest(tmp_path / "manifest.toml")


def test_manifest_of_the_project_is_what_the_makers_publish() -> None:
    known = load_manifest()
    small, big = known[MODEL], known["vosk-model-en-us-0.22-lgraph"]
    assert (small.bytes, big.bytes) == (41_205_931, 130_557_655)
    assert small.sha256 == "30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498"
    assert big.sha256 == "d9838b4aaa82a75c4a17f5aca300eaca129aaab2a7cbf951bafbb500eb9c4334"
    for info in (small, big):
        assert info.url == f"https://alphacephei.com/vosk/models/{info.name}.zip"
    assert [info.name for info in known.values() if info.recommended] == [MODEL]
    assert [info.name for info in known.values() if info.bundled] == ["vosk-model-starter-en"]
    assert list(known)[-1] == "vosk-model-starter-en"

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill import settings
from voice_skill.errors import SettingsError


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def refused(text: str, config: Path) -> str:
    """The one line that says why ``text`` is no config.toml, without the name of the file."""
    config.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        settings.load(environ={}, file=config)
    says = str(caught.value)
    assert "\n" not in says
    assert says.startswith(str(config))
    return says.removeprefix(str(config))


rates = st.none() | st.integers(80, 400)


@given(flag=rates, variable=rates, written=rates)
def test_flag_beats_variable_beats_file_beats_default(
    tmp_path_factory: pytest.TempPathFactory, flag: int | None, variable: int | None, written: int | None
) -> None:
    config = tmp_path_factory.getbasetemp() / "precedence.toml"
    config.write_text("# mine\n" + ("" if written is None else f"rate = {written}\n"), encoding="utf-8")
    environ = {} if variable is None else {"VOICE_SKILL_RATE": str(variable)}

    found = settings.load({"rate": flag}, environ, config)

    ranks = [(flag, "--rate"), (variable, "VOICE_SKILL_RATE"), (written, f"{config}:2"), (155, "default")]
    value, source = next(rank for rank in ranks if rank[0] is not None)
    assert (found.rate, found.sources["rate"]) == (value, source)
    assert {found.sources[key] for key in settings.SETTINGS if key != "rate"} == {"default"}


def test_defaults_are_themselves_allowed() -> None:
    for setting in settings.SETTINGS.values():
        if setting.default is not None:
            assert setting.checked(setting.default, "default") == setting.default


def test_file_that_is_not_there_means_defaults(tmp_path: Path) -> None:
    found = settings.load(environ={}, file=tmp_path / "nowhere" / "config.toml")
    assert (found.rate, found.place, found.model, found.speech) == (155, "unknown", None, True)
    assert found.notes == ()


def test_every_key_can_be_written(config: Path) -> None:
    config.write_text(
        '\ufeffmodel = "small"\nplace = "de"\nspeech = false\nrate = 120\nvoice = "en-us"\nvolume = 1\n'
        'output_device = "USB"\ncache_mb = 0\nprofile = "full"\nmax_minutes = 5\n'
        'input_device = "USB"\nwake = "hello back"\n'
        "follow_up = 5\nsilence = 1\nsilence_quick = 0.5\nsilence_unfinished = 2\nearcons = false\nbarge_in = false\n",
        encoding="utf-8",
    )
    found = settings.load(environ={}, file=config)
    assert all(source.startswith(str(config)) for source in found.sources.values())
    assert (found.place, found.volume, found.max_minutes, found.speech) == ("DE", 1.0, 5.0, False)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(
            "\nrate = 150\nvoise = 'x'", ":3: unknown key 'voise'; did you mean voice?", id="unknown key near one"
        ),
        pytest.param("qqq = 1", ":1: unknown key 'qqq'", id="unknown key near none"),
        pytest.param("[speak]\nrate = 150", ":1: unknown key 'speak'", id="table"),
        pytest.param(
            "rate = '150'", ":1: rate must be a whole number from 80 to 400, not '150'", id="text for a number"
        ),
        pytest.param(
            "rate = 150.5",
            ":1: rate must be a whole number from 80 to 400, not 150.5",
            id="fraction for a whole number",
        ),
        pytest.param(
            "rate = true", ":1: rate must be a whole number from 80 to 400, not True", id="switch for a number"
        ),
        pytest.param("volume = true", ":1: volume must be a number from 0 to 1, not True", id="switch for a fraction"),
        pytest.param("rate = 401", ":1: rate must be a whole number from 80 to 400, not 401", id="too fast"),
        pytest.param("volume = 1.01", ":1: volume must be a number from 0 to 1, not 1.01", id="too loud"),
        pytest.param("volume = nan", ":1: volume must be a number from 0 to 1, not nan", id="not a number"),
        pytest.param("max_minutes = inf", ":1: max_minutes must be a number from 0.01 to 1440, not inf", id="endless"),
        pytest.param("speech = 1", ":1: speech must be true or false, not 1", id="number for a switch"),
        pytest.param("voice = ' '", ":1: voice must be a text in one line that is not empty, not ' '", id="empty text"),
        pytest.param("place = ['GB']", ":1: place must be the code of a place, such as GB, not ['GB']", id="list"),
        pytest.param("rate = 150\nvoice = \n", ":2: not TOML: Invalid value", id="broken"),
        pytest.param("voice = '''x", ":1: not TOML: Expected \"'''\"", id="broken at the end"),
        pytest.param("rate = 150\nrate = 151", ":2: not TOML: Cannot overwrite a value", id="twice"),
    ],
)
def test_wrong_files_are_refused_with_their_line(text: str, says: str, config: Path) -> None:
    assert refused(text, config) == says


def test_file_that_is_not_utf8_is_refused(config: Path) -> None:
    config.write_bytes(b"voice = '\xff'")
    with pytest.raises(SettingsError, match="not UTF-8 text"):
        settings.load(environ={}, file=config)


def test_folder_in_place_of_the_file_is_refused(config: Path) -> None:
    config.mkdir()
    with pytest.raises(SettingsError, match=r"config\.toml: cannot be read: Is a directory"):
        settings.load(environ={}, file=config)


@pytest.mark.parametrize(
    ("name", "text", "key", "value"),
    [
        ("VOICE_SKILL_RATE", " 180 ", "rate", 180),
        ("VOICE_SKILL_VOLUME", "0.5", "volume", 0.5),
        ("VOICE_SKILL_SPEECH", "No", "speech", False),
        ("VOICE_SKILL_SPEECH", "1", "speech", True),
        ("VOICE_SKILL_PLACE", "uk", "place", "GB"),
        ("VOICE_SKILL_PLACE", "Unknown", "place", "unknown"),
        ("VOICE_SKILL_PLACE", "zz", "place", "ZZ"),
        ("VOICE_SKILL_VOICE", "", "voice", None),
        ("VOICE_SKILL_RATE", "  ", "rate", 155),
        ("VOICE_SKILL_MODEL", "/models/big", "model", "/models/big"),
    ],
)
def test_variables_are_text_made_values(name: str, text: str, key: str, value: object, config: Path) -> None:
    assert getattr(settings.load(environ={name: text}, file=config), key) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("VOICE_SKILL_RATE", "fast"),
        ("VOICE_SKILL_RATE", "1e2"),
        ("VOICE_SKILL_RATE", "0"),
        ("VOICE_SKILL_VOLUME", "nan"),
        ("VOICE_SKILL_VOLUME", "loud"),
        ("VOICE_SKILL_SPEECH", "perhaps"),
        ("VOICE_SKILL_VOICE", "en\nus"),
    ],
)
def test_wrong_variables_are_refused_by_name(name: str, text: str, config: Path) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: .* must be ") as caught:
        settings.load(environ={name: text}, file=config)
    assert "\n" not in str(caught.value)


def test_wrong_flags_are_refused_by_name(config: Path) -> None:
    with pytest.raises(SettingsError, match=r"^--cache-mb: cache_mb must be a whole number from 0 to 10000, not -1$"):
        settings.load({"cache_mb": -1}, {}, config)


def test_wrong_file_is_refused_even_when_a_flag_beats_it(config: Path) -> None:
    config.write_text("rate = 5\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="rate must be"):
        settings.load({"rate": 150}, {}, config)


def test_variables_nobody_knows_are_noted_not_refused(config: Path) -> None:
    found = settings.load(environ={"VOICE_SKILL_RAET": "180", "VOICE_SKILLET": "pan", "RATE": "1"}, file=config)
    assert found.notes == ("VOICE_SKILL_RAET is not a setting and was left alone; did you mean VOICE_SKILL_RATE?",)
    assert found.rate == 155


@given(st.dictionaries(st.sampled_from(sorted(settings.SETTINGS)), st.text(), max_size=3))
def test_any_environment_gives_settings_or_one_line(wild: dict[str, str]) -> None:
    environ = {settings.SETTINGS[key].variable: text for key, text in wild.items()}
    try:
        found = settings.load(environ=environ, file=Path("/nowhere/config.toml"))
    except SettingsError as error:
        assert len(str(error).splitlines()) == 1
    else:
        for key, setting in settings.SETTINGS.items():
            value = getattr(found, key)
            assert value is None or setting.kind.fits(value)

"""The page as people use it: spoken to, typed to, by keyboard, by screen reader, on a phone."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from screens import browser, needs_chromium

pytest_plugins = ["serving", "screens"]
pytestmark = needs_chromium

HERE = Path(__file__).parent.parent
SERIOUS = HERE / "recordings" / "is_upper_back_pain_serious.wav"
CHEST = HERE / "recordings" / "i_have_chest_pain_and_my_arm_is_numb.wav"
PICTURE = HERE.parent / "docs" / "page.png"
PHONE = {"viewport": {"width": 400, "height": 820}}


def talk_through(page: Page, seconds: float) -> None:
    """Hold the button by the space bar while the recording plays into the microphone."""
    page.focus("#talk")
    page.keyboard.down(" ")
    page.wait_for_selector("[data-state=listening]")
    page.wait_for_timeout(1_000 * seconds)
    page.keyboard.up(" ")


def test_a_spoken_question_is_answered_aloud(address: str) -> None:
    with browser(address, SERIOUS, **PHONE) as page:
        talk_through(page, 3.0)
        expect(page.locator("#log .mine")).to_contain_text("is upper back pain serious")
        reply = page.locator("#log .skill").last
        expect(reply).to_contain_text("comes from muscles and joints")
        expect(reply.locator("summary")).to_have_text("Where this comes from")
        expect(reply.locator("time")).to_have_attribute("datetime", "2026-11-24")
        expect(reply.locator(".said")).to_have_count(1)
        expect(page.locator("#hush")).to_be_visible()
        # Spoken on, sentence by sentence, until it is told to be quiet.
        expect(reply.locator("p").nth(3)).to_have_class("said")
        page.keyboard.press("Escape")
        expect(page.locator("#hush")).to_be_hidden()
        expect(page.locator(".said")).to_have_count(0)


def test_danger_is_told_first_with_the_number_to_call(address: str, tmp_path: Path) -> None:
    with browser(address, CHEST, **PHONE) as page:
        box = page.locator("#talk").bounding_box()
        assert box
        page.mouse.move(box["x"] + 50, box["y"] + 20)
        page.mouse.down()
        page.wait_for_selector("[data-state=listening]")
        page.wait_for_timeout(3_800)
        page.mouse.up()
        expect(page.locator("#alarm")).to_be_visible()
        expect(page.locator("#alarm-call")).to_have_attribute("href", "tel:999")
        reply = page.locator("#log .skill").last
        expect(reply).to_contain_text("Call nine nine nine now")
        expect(page.locator("#alarm-call")).to_be_in_viewport()
        expect(reply.locator("p").nth(1)).to_be_in_viewport()
        picture = tmp_path / "page.png"
        page.screenshot(path=picture)
        assert 5_000 < picture.stat().st_size < 200_000
        if os.environ.get("UPDATE_PICTURE"):
            PICTURE.write_bytes(picture.read_bytes())


def test_a_tap_begins_and_a_tap_ends(address: str) -> None:
    with browser(address, SERIOUS, **PHONE) as page:
        page.click("#talk")
        page.wait_for_selector("[data-state=listening]")
        expect(page.locator("#talk")).to_have_attribute("aria-pressed", "true")
        page.wait_for_timeout(3_000)
        page.click("#talk")
        expect(page.locator("#log .mine")).to_contain_text("is upper back pain serious")


def test_a_screen_reader_presses_without_pointer_or_key(address: str) -> None:
    with browser(address, SERIOUS) as page:
        page.evaluate("document.getElementById('talk').click()")
        page.wait_for_selector("[data-state=listening]")
        page.wait_for_timeout(3_000)
        page.evaluate("document.getElementById('talk').click()")
        expect(page.locator("#log .mine")).to_contain_text("is upper back pain serious")


def test_typing_needs_no_microphone_and_a_talk_goes_on(address: str) -> None:
    with browser(address) as page:
        page.uncheck("#aloud")
        for text, says in (
            ("can back pain mean a heart attack", "Is that happening to you now?"),
            ("no", "call nine nine nine at once"),
        ):
            page.fill("#text", text)
            page.press("#text", "Enter")
            expect(page.locator("#log .skill").last).to_contain_text(says)
        expect(page.locator("#text")).to_be_focused()
        page.click("#anew")
        expect(page.locator("#log .mine")).to_have_count(0)


def test_what_is_typed_is_never_markup(address: str) -> None:
    with browser(address) as page:
        page.fill("#text", "<img src=x onerror=alert(1)><b>bold</b>")
        page.press("#text", "Enter")
        expect(page.locator("#log .mine")).to_contain_text("<b>bold</b>")
        assert page.locator("#log img, #log b").count() == 0


def test_a_refused_microphone_is_told(address: str) -> None:
    with browser(address) as page:
        page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('not allowed')); }")
        page.click("#talk")
        expect(page.locator("#log .fault")).to_contain_text("Allow it in the browser, or type")
        expect(page.locator("#text")).to_be_enabled()


def test_a_server_that_went_away_is_told(address: str) -> None:
    with browser(address) as page:
        page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('gone')); }")
        page.fill("#text", "is it serious")
        page.press("#text", "Enter")
        expect(page.locator("#log .fault")).to_contain_text("still running")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_the_way_of_assistive_technology(address: str, scheme: str) -> None:
    """By axe-core, all rules for WCAG 2.2 AA, contrast by AAA, before and after an emergency."""
    from axe_playwright_python.sync_playwright import Axe

    rules = {
        "runOnly": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        "rules": {"color-contrast-enhanced": {"enabled": True}},
    }
    with browser(address, color_scheme=scheme) as page:
        found = Axe().run(page, options=rules)
        assert found.violations_count == 0, found.generate_report()
        page.fill("#text", "i have chest pain")
        page.press("#text", "Enter")
        expect(page.locator("#alarm")).to_be_visible()
        page.locator("#log summary").last.click()
        found = Axe().run(page, options=rules)
        assert found.violations_count == 0, found.generate_report()


def test_large_letters_and_a_narrow_screen_lose_nothing(address: str) -> None:
    with browser(address, viewport={"width": 320, "height": 256}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        for part in ("#talk", "#text", "#aloud", "#anew"):
            page.locator(part).scroll_into_view_if_needed()
            expect(page.locator(part)).to_be_in_viewport()


def test_the_keyboard_reaches_everything_in_order(address: str) -> None:
    with browser(address) as page:
        reached = []
        for _ in range(8):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        wanted = ["anew", "call", "log", "talk", "text", "Ask", "aloud"]
        assert [each for each in reached if each in wanted] == wanted

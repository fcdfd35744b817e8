"""The page in a real browser, and what it gives to download in real releases."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.cli.conftest import CUSTOM, DIGITS, MY_LAYERS
from tests.hostile.models import NAMES, dense, given, model
from tests.web.conftest import Started, until

from keraport.runtimes import RuntimePool

GOLDEN = Path(__file__).parents[1] / "golden" / "tf2.3"
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
SECONDS = 120_000
"""In milliseconds: of a machine that builds real releases beside it."""

DROP = """
(files) => {
  const data = new DataTransfer();
  for (const [name, base64] of files) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    data.items.add(new File([bytes], name));
  }
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.getElementById("drop").dispatchEvent(
      new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
  }
}
"""


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, server: Started) -> Iterator[Page]:
    """The page in a window of its own; whatever the browser complains of fails the test."""
    context = browser.new_context(viewport={"width": 1100, "height": 800}, accept_downloads=True)
    context.set_default_timeout(SECONDS)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: complaints.append(dialog.message))
    opened.on("console", lambda message: _keep(message.type, message.text, complaints))
    outside: list[str] = []
    opened.on("request", lambda request: outside.append(request.url))
    opened.goto(server.url)
    yield opened
    context.close()
    assert complaints == []
    assert [url for url in outside if not url.startswith(server.url)] == []


def _keep(kind: str, text: str, complaints: list[str]) -> None:
    # The browser logs every status of 400 and more; refusals of models come as 422.
    if kind in ("error", "warning") and "status of 422" not in text:
        complaints.append(text)


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    from base64 import b64encode

    page.evaluate(DROP, [[name, b64encode(content).decode()] for name, content in files])


def dropped(page: Page, *paths: Path) -> None:
    drop(page, *((path.name, path.read_bytes()) for path in paths))


def download(page: Page, folder: Path, name: str) -> Path:
    """Press the button and keep what comes, unpacked."""
    with page.expect_download() as coming:
        page.get_by_role("link", name=f"Download {name}").click()
    assert coming.value.suggested_filename == name
    coming.value.save_as(folder / name)
    with zipfile.ZipFile(folder / name) as packed:
        packed.extractall(folder)
    return folder / name.replace(".zip", ".h5")


@pytest.mark.parametrize(
    ("release", "model_file", "companion_needed"),
    [
        pytest.param("tf1.12", "batch_normalization", False, marks=pytest.mark.runtime("tf1.12")),
        pytest.param(
            "tf1.12", "attention_mask_argument", True, marks=pytest.mark.runtime("tf1.12")
        ),
        pytest.param("tf2.15", "batch_normalization", False, marks=pytest.mark.runtime("tf2.15")),
    ],
)
def test_drop_convert_download_predict(
    page: Page,
    runtimes: RuntimePool,
    tmp_path: Path,
    release: str,
    model_file: str,
    companion_needed: bool,
) -> None:
    """The numbers to reach are those that TensorFlow 2.3.0 gave when it saved the model."""
    source = GOLDEN / f"{model_file}.h5"
    dropped(page, source)
    card = page.get_by_role("region", name=source.name)
    expect(card.get_by_text(re.compile("^TensorFlow 2.3.0"))).to_be_visible(timeout=SECONDS)
    page.get_by_label("Convert to").select_option(release)
    card.get_by_role("button", name="Convert").click()
    out = download(page, tmp_path, f"{model_file}_{release}.zip")
    assert out.with_name(f"{model_file}_{release}_report.html").exists()
    companions = list(tmp_path.glob("*_objects.py"))
    assert len(companions) == companion_needed
    reply = runtimes[release].request(
        {
            "op": "predict",
            "model": str(out),
            "inputs": str(source.with_suffix(".npz")),
            "outputs": str(tmp_path / "out.npz"),
            "objects": list(map(str, companions)),
        }
    )
    assert "error" not in reply, reply
    with np.load(source.with_suffix(".npz")) as wanted, np.load(tmp_path / "out.npz") as got:
        names = [name for name in wanted.files if name.startswith("output_")]
        assert sorted(got.files) == sorted(names)
        for name in names:
            bound = 1e-5 * np.abs(wanted[name]).max() + 1e-6
            np.testing.assert_allclose(got[name], wanted[name], rtol=0, atol=bound)


def test_verdicts_follow_the_target(page: Page) -> None:
    dropped(page, CUSTOM)
    card = page.get_by_role("region", name=CUSTOM.name)
    expect(card.get_by_text("1 hazard")).to_be_visible(timeout=SECONDS)
    page.get_by_label("Convert to").select_option("tf1.12")
    expect(card.get_by_text("1 layer refused")).to_be_visible(timeout=SECONDS)
    expect(card.get_by_role("button", name="Make the report")).to_be_visible()
    page.get_by_label("Convert to").select_option("tf2.3")
    expect(card.get_by_role("heading", name="→ TensorFlow 2.3.0")).to_be_visible(timeout=SECONDS)
    page.get_by_label("Convert to").select_option("tf1.12")
    dropped(page, MY_LAYERS)
    expect(card.get_by_role("button", name="Convert")).to_be_visible(timeout=SECONDS)
    expect(card.get_by_text("1 layer refused")).to_have_count(0)


def test_several_files_and_one_that_is_none(page: Page, server: Started) -> None:
    drop(page, ("digits.h5", DIGITS.read_bytes()), ("empty.h5", b""), ("x.onnx", b"\x08\x07" * 9))
    expect(page.get_by_role("region", name="digits.h5").locator("dl")).to_be_visible(
        timeout=SECONDS
    )
    for name in ("empty.h5", "x.onnx"):
        bad = page.get_by_role("region", name=name).locator(".item.error")
        expect(bad).to_contain_text(name, timeout=SECONDS)
    for name in ("empty.h5", "x.onnx", "digits.h5"):
        page.get_by_role("button", name=f"Remove {name}").click()
    expect(page.locator(".card")).to_have_count(0)
    until(lambda: not list(server.folder.rglob("digits.h5")))


def test_hostile_names_are_text(page: Page) -> None:
    import json

    layers, before = [given()], "in"
    for name in [*NAMES.values(), "<img src=x onerror=alert(1)>"]:
        layers.append(dense(name, before))
        before = name
    text = json.dumps(model(*layers)).encode()
    name = "<img src=x onerror=alert(1)>.json"
    drop(page, (name, text))
    page.get_by_label("Convert to").select_option("tf1.12")
    card = page.get_by_role("region", name=name)
    expect(card.get_by_role("heading", name=name)).to_be_visible()
    expect(card.locator(".busy")).to_have_count(0, timeout=SECONDS)
    assert page.locator("img, script").count() == 2  # the icon, and the page's own


def test_an_upload_shows_how_far_it_is_and_can_be_given_up(page: Page, server: Started) -> None:
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000},
    )
    page.get_by_label("Drop model files").set_input_files(
        {"name": "slow.h5", "mimeType": "", "buffer": bytes(20_000_000)}
    )
    bar = page.get_by_role("progressbar", name="Upload of slow.h5")
    # Not by a function for the page to wait for, which its policy forbids.
    until(lambda: float(str(bar.evaluate("(bar) => bar.value"))) > 0)
    assert float(str(bar.evaluate("(bar) => bar.value"))) < 100
    assert list(server.folder.rglob("slow.h5"))
    page.get_by_role("button", name="Remove slow.h5").click()
    expect(page.locator(".card")).to_have_count(0)
    until(lambda: not list(server.folder.rglob("slow.h5")))


def test_a_file_that_is_too_large_is_not_sent(page: Page) -> None:
    page.evaluate("document.body.dataset.maxSizeText = '2.0 GB'")
    page.evaluate(
        """() => {
          const file = new File(["x"], "large.h5");
          Object.defineProperty(file, "size", { value: 3e9 });
          const input = document.getElementById("files");
          Object.defineProperty(input, "files", { value: [file] });
          input.dispatchEvent(new Event("change"));
        }"""
    )
    expect(page.get_by_role("alert")).to_contain_text("large.h5 is larger than 2.0 GB")
    expect(page.locator(".card")).to_have_count(0)


def test_keyboard_alone(page: Page) -> None:
    """Every control is reached by Tab, in the order in which it is seen, and shows that it is."""
    dropped(page, DIGITS)
    page.get_by_label("Convert to").select_option("tf1.12")
    convert = page.get_by_role("button", name="Convert", exact=True)
    convert.wait_for()
    page.evaluate("document.activeElement.blur()")
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.id || document.activeElement.textContent")
        )
    wanted = ["files", "to", "format", "from", "approximate", "stock_only"]
    assert reached[: len(wanted)] == wanted
    assert "Convert" in reached
    convert.focus()
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Download digits_tf1.12.zip")
    expect(link).to_be_focused(timeout=SECONDS)


@pytest.mark.parametrize("width", [360, 768, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits(browser: Browser, server: Started, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    opened = context.new_page()
    opened.goto(server.url)
    drop(opened, (f"{'long_name_' * 18}.h5", b""))
    expect(opened.locator(".item.error")).to_be_visible(timeout=SECONDS)
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    background = opened.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(17, 21, 27)" if scheme == "dark" else "rgb(246, 247, 249)")
    context.close()

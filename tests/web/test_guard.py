"""Who may ask, and what every answer says to the browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import Inner

from keraport.web.guard import HEADERS, Guard
from keraport.web.settings import Settings

STATIC = Path(__file__).parents[2] / "src" / "keraport" / "web" / "static"


def test_the_token_is_long_and_drawn_anew() -> None:
    tokens = {Settings().token for _ in range(50)}
    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 43


@pytest.mark.parametrize(
    "path",
    ["/", "/files", "/serve.js", "/wrong/", "/wrong/serve.js", "//", "/%00/", "/\u00e9/", "/../"],
)
def test_without_the_token_there_is_nothing(inside: Inner, path: str) -> None:
    app = inside()
    for method in ("GET", "POST", "DELETE", "OPTIONS", "HEAD"):
        answer = app.client.request(method, f"http://127.0.0.1{path}")
        assert answer.status_code == 404
        assert app.settings.token not in answer.text
        assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


def test_a_part_of_the_token_is_not_enough(inside: Inner) -> None:
    app = inside()
    for token in (app.settings.token[:-1], app.settings.token + "a", app.settings.token.swapcase()):
        assert app.client.get(f"http://127.0.0.1/{token}/").status_code == 404


def test_with_the_token_there_is_the_page(inside: Inner) -> None:
    app = inside()
    answer = app.client.get("")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Convert Keras models" in answer.text


def test_the_address_without_its_last_slash_leads_to_the_page(inside: Inner) -> None:
    app = inside()
    answer = app.client.get(f"http://127.0.0.1/{app.settings.token}", follow_redirects=False)
    assert answer.headers["location"] == f"/{app.settings.token}/"


HOSTS = [
    ("127.0.0.1", "127.0.0.1:8000", True),
    ("127.0.0.1", "127.9.9.9", True),
    ("127.0.0.1", "localhost:8000", True),
    ("127.0.0.1", "LocalHost", True),
    ("127.0.0.1", "[::1]:8000", True),
    ("127.0.0.1", "evil.example", False),
    ("127.0.0.1", "evil.example:8000", False),
    ("127.0.0.1", "127.0.0.1.evil.example", False),
    ("127.0.0.1", "localhost.evil.example:80", False),
    ("127.0.0.1", "evil.example:127.0.0.1", False),
    ("127.0.0.1", "192.168.1.7", False),
    ("127.0.0.1", "", False),
    ("127.0.0.1", "0x7f000001", False),
    ("localhost", "evil.example", False),
    ("0.0.0.0", "192.168.1.7:8000", True),
    ("0.0.0.0", "evil.example", False),
    ("::", "[fe80::1]:8000", True),
    ("box.example", "box.example:8000", True),
    ("box.example", "other.example:8000", False),
]


@pytest.mark.parametrize(("listening", "host", "allowed"), HOSTS)
def test_names_that_lead_here_by_accident(
    inside: Inner, listening: str, host: str, allowed: bool
) -> None:
    """DNS rebinding: a page of somebody else whose name turns into the address of this machine."""
    app = inside(host=listening)
    answer = app.client.get("", headers={"host": host})
    assert answer.status_code == (200 if allowed else 403)
    assert allowed or app.settings.token not in answer.text


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}, True),
        ({}, True),
        ({"origin": "http://127.0.0.1:81"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
    ],
)
def test_pages_of_others_cannot_send(inside: Inner, headers: dict[str, str], allowed: bool) -> None:
    app = inside()
    answer = app.client.post(
        "files?name=a.h5", content=b"x", headers={**headers, "host": "127.0.0.1"}
    )
    assert answer.status_code == (201 if allowed else 403)
    assert bool(app.files) == allowed


def test_every_answer_has_the_headers(inside: Inner) -> None:
    app = inside()
    stored = app.add("a.h5", b"").json()["id"]
    answers = [
        app.client.get(""),
        *(app.client.get(name.name) for name in STATIC.iterdir()),
        app.client.get("report.css"),
        app.client.get("nothing"),
        app.client.get(f"files/{stored}/download"),
        app.client.post("", content=b""),
        app.ask("check", stored, to="nonsense"),
        app.add("a.h5", b"x"),
        app.client.get("http://127.0.0.1/"),
        app.client.get("", headers={"host": "evil.example"}),
    ]
    assert [answer.status_code for answer in answers] == [
        *[200] * 6, 404, 404, 405, 422, 201, 404, 403,
    ]  # fmt: skip
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers.get_list(name) == [value]
        assert "server" not in answer.headers


def test_scripts_and_styles_are_files_of_the_server(inside: Inner) -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    assert "unsafe" not in policy
    page = inside().client.get("").text
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|https?://", page)
    assert re.findall(r"<script[^>]*>(.*?)</script>", page, flags=re.DOTALL) == [""]
    for path in STATIC.glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", path.read_text()
        )


def test_a_defect_is_a_message(inside: Inner) -> None:
    async def failing(*_: object) -> None:
        raise ZeroDivisionError("/secret/path")

    told: list[Exception] = []

    def defect(error: Exception) -> str:
        told.append(error)
        return "this is a defect"

    settings = Settings()
    client = TestClient(Guard(failing, settings, defect), base_url="http://127.0.0.1")
    answer = client.get(f"/{settings.token}/")
    assert answer.status_code == 500
    assert answer.json()["error"]["message"] == "this is a defect"
    assert "secret" not in answer.text
    assert [type(error) for error in told] == [ZeroDivisionError]

"""The page as browsers get it: whole, without scripts, whatever the model says."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.hostile.models import NAMES, as_json, bytecode, dense, given, model

import keraport
from keraport.html.page import Findings, page
from keraport.report import LayerReport, Note, Report, Verdict
from keraport.verify import (
    Difference,
    LayerDifference,
    ModelInput,
    Opening,
    OutputDifference,
    Status,
    Tolerance,
    Verification,
)

ROOT = Path(__file__).parents[2]
DIGITS = ROOT / "examples" / "digits.h5"
VOID = {"meta", "br"}
DRAWN = {"rect", "path", "circle", "line"}
"""What may end where it begins."""
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "section", "footer"),
    *("h1", "h2", "h3", "p", "b", "i", "div", "span", "a", "ul", "li", "dl", "dt", "dd", "pre"),
    *("details", "summary", "table", "thead", "tbody", "tr", "th", "td"),
    *("svg", "g", "rect", "path", "text", "circle", "line"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "open", "title"),
    *("tabindex", "role", "aria-label", "aria-hidden", "data-label"),
    *("viewbox", "preserveaspectratio", "width", "height", "x", "y", "rx", "d", "r", "cx", "cy"),
    *("x1", "x2", "y1", "y2", "text-anchor"),
}
HOSTILE = {
    **NAMES,
    "svg": '"><svg onload=alert(1)>',
    "attribute": "' onmouseover='alert(1)",
    "end of style": "</style><script>alert(1)</script>",
    "end of title": "</title><img src=x onerror=alert(1)>",
    "end of text": "]]>--><!--",
    "template": "{{ 7 * 7 }}{% raw %}{{ config }}",
    "entity": "&lt;&#x3c;script&#x3e;&amp;",
    "control": "".join(map(chr, range(32))) + "\x7f\x80\x9f",
    "bidi": "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
    "half a pair": "\ud800",
    "byte order mark": "\ufeff\ufffe\uffff",
}
names = pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
NOT_READ = "half a pair"
"""No file with it is read; a caller may bring it along."""


class Reader(HTMLParser):
    """What a page is made of; every element has to end where it should."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.ids: list[str] = []
        self.metas: dict[str, str] = {}
        self.style = ""
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        found = {key: value or "" for key, value in attrs}
        self.attributes |= found.keys()
        self.links |= {found["href"]} if "href" in found else set()
        self.ids += [found["id"]] if "id" in found else []
        if tag == "meta":
            self.metas[found.get("http-equiv") or found.get("name") or "charset"] = (
                found.get("content") or found.get("charset") or ""
            )
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in DRAWN, tag
        self.handle_starttag(tag, attrs)
        self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["style"]:
            self.style += data
        else:
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def read(findings: Findings) -> Reader:
    """The page, checked for what holds of every page."""
    text = page(findings)
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    text.encode("utf-8")
    reader = Reader(text)
    assert reader.tags <= TAGS
    assert reader.attributes <= ATTRIBUTES
    assert reader.links <= {f"#{item}" for item in reader.ids}
    assert len(reader.ids) == len(set(reader.ids))
    digest = base64.b64encode(hashlib.sha256(reader.style.encode()).digest()).decode()
    assert reader.metas["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in reader.style
    assert "@import" not in reader.style
    return reader


def report_of(name: str) -> Report:
    """A report with the name in every place that text can stand in."""
    notes = tuple(Note(verdict, name, name, name, (name,), name) for verdict in Verdict)
    layers = (*(LayerReport(f"{name}/{n}", name, (note,)) for n, note in enumerate(notes)),)
    return Report(
        *(name, name, name, layers),
        training=notes,
        left_out=(name,),
        load=name,
        written=(name,),
        backend=name,
    )


def verification_of(name: str, *relative: float) -> Verification:
    def difference(value: float) -> Difference:
        return Difference(value, value, agrees=value < 1e-5, reason=name)

    values = relative or (0.0, 1e-9, float("nan"), float("inf"), 1e300)
    layers = tuple(
        LayerDifference(
            *(f"{name}{n}", 0, 0, 0, name, f"{name}2", {"activation": name}, {}, difference(value))
        )
        for n, value in enumerate(values)
    )
    return Verification(
        *(name, name, name, name, Status.DIFFER, Tolerance()),
        inputs=(ModelInput(name, None, name, shape=(1, 2)),),
        seed=0,
        outputs=(OutputDifference(name, difference(1.0)),),
        layers=layers,
        layers_skipped=((name, name),),
        warnings=(name,),
    )


def inspected(name: str, folder: Path) -> keraport.Inspection:
    """A real file with the name as layer, class, activation, function and module."""
    document = model(
        given(),
        dense(name, "in", activation=name),
        bytecode(f"{name} code", name, [name, None, None], module=name),
        dense("own", f"{name} code", kernel_initializer={"class_name": name, "config": {}}),
        name=name,
    )
    document["config"]["layers"][3]["class_name"] = name
    return keraport.inspect(as_json(document, folder))


@names
def test_hostile_names_are_text(name: str, tmp_path: Path) -> None:
    findings = Findings(
        report_of(name),
        None if name == HOSTILE[NOT_READ] else inspected(name, tmp_path),
        verification_of(name),
        Opening(name, opened=True, remark=name),
        refused=name,
        remarks=(name,),
    )
    reader = read(findings)
    assert "49" not in "".join(reader.texts) or "{{" not in name
    if name.isprintable() and len(name) < 100:
        assert any(name in text for text in reader.texts)


@pytest.mark.parametrize("place", [place for place in HOSTILE if place != NOT_READ])
def test_hostile_names_in_an_inspection_alone(place: str, tmp_path: Path) -> None:
    name = HOSTILE[place]
    reader = read(Findings(inspection=inspected(name, tmp_path)))
    assert any("Hazards" in text for text in reader.texts)


def test_names_of_ten_megabytes(tmp_path: Path) -> None:
    name = "<b>\x1b\u202e" * 2_500_000
    findings = Findings(report_of(name), verification=verification_of(name), refused=name)
    text = page(replace(findings, report=replace(report_of(name), load="load")))
    assert len(text) < 2_000_000
    read(replace(findings, report=replace(report_of(name), load="load")))


@names
def test_the_table_for_notebooks_escapes_too(name: str) -> None:
    reader = Reader(report_of(name)._repr_html_())
    assert reader.tags <= {"p", "b", "span", "br", "table", "tr", "th", "td", "i", "pre"}
    assert reader.attributes <= {"style", "colspan"}


def test_the_order_is_refusals_hazards_graph_the_rest() -> None:
    report = replace(report_of("x"), written=())
    text = page(Findings(report, keraport.inspect(DIGITS)))
    headings = re.findall(r"<h2>([^<:]+)", text)
    assert headings == [
        *("Load it in x", "What stands in the way", "What is only close", "Graph"),
        *("Rewritten, up to rounding", "Rewritten, exactly", "Unchanged, with remarks"),
        *("Training state", "All layers", "Weights"),
    ]
    assert text.index('class="what">Workaround') < text.index("What is only close")


def test_a_real_conversion() -> None:
    findings = Findings(keraport.check(DIGITS, "tf1.12"), keraport.inspect(DIGITS))
    reader = read(findings)
    text = "".join(reader.texts)
    assert "tf2.3 \u2192 tf1.12" in text
    assert "groups=1 left out" in text
    assert "no hazards" in text
    assert {"#note-0", "#note-1"} <= reader.links
    assert page(findings) == page(findings)


def test_a_layer_of_the_graph_leads_to_its_note() -> None:
    report = keraport.check(DIGITS, "tf1.12")
    text = page(Findings(report, keraport.inspect(DIGITS)))
    link = re.search(r'<a href="#(note-\d+)"><g class="exact "><title>conv2d \(', text)
    assert link is not None
    note = text[text.index(f'id="{link[1]}"') :]
    assert note.index("conv2d, conv2d_1") < note.index("groups=1 left out") < 500


def test_the_plot_has_a_dot_for_each_layer_in_order() -> None:
    reader = page(Findings(verification=verification_of("x", 0.0, 1e-7, 1e-3, float("inf"))))
    dots = re.findall(r'<circle class="dot (\w+)" cx="([\d.]+)" cy="([\d.]+)"', reader)
    assert [kind for kind, _, _ in dots] == ["agree", "agree", "differ", "differ"]
    xs, ys = ([float(dot[axis]) for dot in dots] for axis in (1, 2))
    assert xs == sorted(xs)
    assert ys == sorted(ys, reverse=True)
    (limit,) = re.findall(r'<line class="limit" .*? y1="([\d.]+)"', reader)
    assert ys[1] > float(limit) > ys[2]
    assert "2 differ by more than the tolerance" in reader


def test_thousands_of_layers() -> None:
    layers = tuple(
        LayerReport(f"layer_{n}", "Dense", (Note(Verdict.EXACT, f"unlike the other {n}"),))
        for n in range(5_000)
    )
    text = page(Findings(Report("tf2.3", "tf1.12", "evidence", layers)))
    assert "4,990 more" in text
    assert text.count("<details") >= 2
    assert len(text) < 4_000_000

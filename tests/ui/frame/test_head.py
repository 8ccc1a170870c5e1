"""The head of a page: added to what a browser reads as a page, and to nothing else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.ui import lesson
from playground.ui.frame import frame
from playground.ui.frame.head import Head

PAGE = b"<html><head><title>t</title></head><body></head></body></html>"


def asked(parts: list[bytes], kind: str = "text/html; charset=utf-8", accept: str = "text/html,*/*") -> tuple[Any, ...]:
    """What a browser gets, headers and body, of an app that sends these parts; and the headers that the app was asked with."""
    seen: list[dict[str, str]] = []
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append({name.decode(): value.decode() for name, value in scope["headers"]})
        size = str(sum(map(len, parts))).encode()
        headers = [
            (b"content-type", kind.encode()),
            (b"content-length", size),
            (b"etag", b"x"),
            (b"cache-control", b"no-cache"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for place, part in enumerate(parts):
            await send({"type": "http.response.body", "body": part, "more_body": place + 1 < len(parts)})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("nothing is read")

    asking = [(b"accept", accept.encode()), (b"accept-encoding", b"gzip"), (b"if-none-match", b"x"), (b"cookie", b"c=1")]
    scope = {"type": "http", "method": "GET", "path": "/sharing", "query_string": b"present=1", "headers": asking}
    asyncio.run(Head(app, lambda query: f"<style>{query}</style>")(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return headers, b"".join(one["body"] for one in sent[1:]), seen[0]


@pytest.mark.parametrize("parts", [[PAGE], [PAGE[:20], PAGE[20:30], PAGE[30:]]], ids=["whole", "in parts"])
def test_a_page_gets_it_once_at_the_end_of_its_head(parts: list[bytes]) -> None:
    headers, body, seen = asked(parts)
    assert body == PAGE.replace(b"</head>", b"<style>present=1</style></head>", 1)
    assert headers["content-length"] == str(len(body))
    assert "etag" not in headers, "it would be the one of another page"
    assert headers["cache-control"] == "no-cache"
    assert seen == {"accept": "text/html,*/*", "cookie": "c=1"}, "neither compressed nor left out as unchanged"


@pytest.mark.parametrize(("kind", "accept"), [("application/json", "text/html"), ("text/html", "*/*")])
def test_all_else_passes_as_it_is(kind: str, accept: str) -> None:
    headers, body, _seen = asked([PAGE], kind, accept)
    assert body == PAGE
    assert headers["etag"] == "x"
    assert headers["content-length"] == str(len(PAGE))


def test_the_looks_in_the_head_are_those_of_the_page() -> None:
    assert frame.LOOKS in frame.early("")
    assert "</style>" not in frame.LOOKS
    assert frame.LOOKS.count("{") == frame.LOOKS.count("}"), "one rule that is left open would swallow the rest"


@pytest.mark.parametrize(
    ("query", "large"), [("lang=zh&present=1", True), ("present=losses", True), ("present=no", False), ("", False)]
)
def test_a_projector_has_large_type_from_the_start(query: str, large: bool) -> None:
    assert (lesson.PROJECTED in frame.early(query)) is large

"""Who a visitor is: the same browser stays the same one from page to page."""

from __future__ import annotations

import pytest
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string, generate_xsrf_token_string

from playground.ui.server import token


def test_a_browser_keeps_its_name_under_every_mask() -> None:
    first = generate_xsrf_token_string()
    known, _time = decode_xsrf_token_string(first)
    again = generate_xsrf_token_string(known)
    assert first != again
    assert token(first) == token(again) == known
    assert token(f'"{first}"') == known
    assert token(generate_xsrf_token_string()) != known


@pytest.mark.parametrize("cookie", ["x", "2|a|b|c", "2|||5", "2|00|zz|5", "|||", "2|aa||5", "2||aa|5", "a|b|c|d|e"])
def test_a_cookie_of_another_form_is_taken_as_it_is(cookie: str) -> None:
    assert token(cookie) == cookie.encode()

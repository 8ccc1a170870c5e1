"""The stored claims are those of the presets and of the code as they are, and all of them hold."""

from __future__ import annotations

from playground.presets import presets
from tests.claims import COMMAND, ROOT, TABLE, differences, mark, read, table
from tests.test_presets_claims import as_claimed, fresh, said


def test_every_claim_of_today_was_measured() -> None:
    stored = read()
    stale = [key for key, one in presets().items() if stored.get(key, {}).get("mark") != mark(one)]
    assert not stale, f"{COMMAND} measures anew what presets claim; these or the code that trains have changed: {stale}"
    assert stored.keys() == presets().keys()


def test_every_claim_holds() -> None:
    for key, one in read().items():
        preset, found = presets()[key], differences(key, one)
        assert {name: told["says"] for name, told in one["claims"].items()} == said(preset), key
        for name, difference in found.items():
            assert len(one["claims"][name]["gains"]) == difference.count >= len(fresh(preset.experiment)), (key, name)
            assert one["claims"][name]["holds"], (key, name)
            assert as_claimed(preset, said(preset)[name], difference), (key, name, difference.text(2))
        assert one.get("check", {}).get("name") == preset.claim.get("check")
        assert one.get("check", {"holds": True})["holds"], key


def test_the_table_says_what_is_stored() -> None:
    assert (ROOT / TABLE).read_text(encoding="utf-8") == table(read()), f"{COMMAND} makes it anew"

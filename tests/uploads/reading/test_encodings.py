"""Bytes as the world writes them: which encoding is taken, and what a person sees of the others."""

from __future__ import annotations

import pytest

from playground.uploads.reading.encodings import DOUBTFUL, ENCODINGS, decoded, readings

WORDS = {
    "cp1252": ["Größe", "Köln", "Düren", "Straße"],
    "cp1250": ["jméno", "Jiří", "Plzeň", "Šárka", "České Budějovice"],
    "cp1251": ["имя", "Иван", "Москва", "Казань"],
    "cp1253": ["όνομα", "Γιώργος", "Αθήνα", "Πάτρα"],
    "gb18030": ["城市", "北京", "上海", "广州"],
    "big5": ["姓名", "王小明", "臺北", "高雄"],
    "shift_jis": ["名前", "田中さん", "東京", "大阪"],
    "euc_kr": ["이름", "김철수", "서울특별시", "부산", "이영희", "대구"],
}


@pytest.mark.parametrize("encoding", WORDS)
def test_encodings_are_told_apart(encoding: str) -> None:
    first, *others = WORDS[encoding]
    text = f"{first},a\n" + "".join(f"{word},{row}\n" for row in range(10) for word in others)
    assert decoded(text.encode(encoding), "auto") == (text, encoding)


def test_polish_is_central_european() -> None:
    text = "imię,cena\n" + "Łukasz,5\nŻaneta Gdańsk,3\nMichał Łódź,2\n" * 8
    assert decoded(text.encode("cp1250"), "auto") == (text, "cp1250")


def test_where_several_are_possible_a_word_shows_the_difference() -> None:
    data = "isim,şehir\nAyşe,İzmir\n".encode("cp1254")
    _text, taken = decoded(data, "auto")
    assert ("cp1254", "şehir") in readings(data, taken) or taken == "cp1254"
    assert readings(b"a,b\n1,2\n", "utf-8") == []
    assert set(DOUBTFUL) <= set(ENCODINGS)

"""Files as people bring them, byte by byte: good ones with what they hold, and hostile ones with the sentence they get."""

from __future__ import annotations

import gzip
import io
import zipfile

ROWS = 30


def lines(header: str, *forms: str, end: str = "\n", rows: int = ROWS) -> str:
    """A header and `rows` lines, the forms in turn; {n} is the number of the row."""
    return end.join([header, *(forms[n % len(forms)].replace("{n}", str(n)) for n in range(rows))]) + end


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


PLAIN = lines("size,colour,price", "{n},red,1.5", "{n},blue,2.5")
CHINESE = lines("城市,年龄,价格,是否会员", "北京,{n},1.5,是", "上海,{n},2.5,否", "广州,{n},3.5,否")
GERMAN = lines("Größe;Straße;Preis;verfügbar", "1,5;Köln;1.234,{n};ja", "2,25;Düren;2.345,50;nein")

GOOD: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "plain": (PLAIN.encode(), ("size", "colour", "price")),
    "no line at the end": (PLAIN.encode().rstrip(), ("size", "colour", "price")),
    "windows lines": (PLAIN.replace("\n", "\r\n").encode(), ("size", "colour", "price")),
    "old mac lines": (PLAIN.replace("\n", "\r").encode(), ("size", "colour", "price")),
    "mark of UTF-8": (b"\xef\xbb\xbf" + PLAIN.encode(), ("size", "colour", "price")),
    "tabs": (PLAIN.replace(",", "\t").encode(), ("size", "colour", "price")),
    "bars": (PLAIN.replace(",", "|").encode(), ("size", "colour", "price")),
    "blanks": (PLAIN.replace(",", "  ").encode(), ("size", "colour", "price")),
    "blanks around": (PLAIN.replace(",", " , ").encode(), ("size", "colour", "price")),
    "semicolons": (PLAIN.replace(",", ";").replace(".", ",").encode(), ("size", "colour", "price")),
    "excel's own line": (b"sep=;\r\n" + PLAIN.replace(",", ";").encode(), ("size", "colour", "price")),
    "separators at every end": (PLAIN.replace("\n", ",\n").encode(), ("size", "colour", "price")),
    "separators behind the rows": (PLAIN.replace("red", "red").replace("5\n", "5,\n").encode(), ("size", "colour", "price")),
    "empty lines": (PLAIN.replace("\n", "\n\n").encode() + b",,\n,,\n", ("size", "colour", "price")),
    "an index without a title": (
        ("," + PLAIN.replace("\n", "\n1,")).removesuffix("1,").encode(),
        ("column 1", "size", "colour", "price"),
    ),
    "names of rows as R writes them": (
        lines('"size","colour","price"', '"name {n}",{n},"red",1.5', '"name {n}",{n},"blue",2.5').encode(),
        ("row", "size", "colour", "price"),
    ),
    "quotes with lines and commas": (
        lines("note,price", '"one, two\nthree ""four""",{n}', "five,{n}").encode(),
        ("note", "price"),
    ),
    "UTF-16 with a mark": (CHINESE.encode("utf-16"), ("城市", "年龄", "价格", "是否会员")),
    "UTF-16 without a mark": (PLAIN.encode("utf-16-le"), ("size", "colour", "price")),
    "UTF-16, the other way round": (PLAIN.encode("utf-16-be"), ("size", "colour", "price")),
    "中文 in UTF-8": (CHINESE.encode(), ("城市", "年龄", "价格", "是否会员")),
    "中文 in GB18030": (CHINESE.encode("gb18030"), ("城市", "年龄", "价格", "是否会员")),
    "one word in GB18030": (lines("name,年龄", "a,{n}", "b,{n}").encode("gb18030"), ("name", "年龄")),
    "German in Latin-1": (GERMAN.encode("latin-1"), ("Größe", "Straße", "Preis", "verfügbar")),
    "signs of Windows": (lines("name,price", "“x” – é,{n} €", "y,{n} €").encode("cp1252"), ("name", "price")),
    "French capitals": (lines("ÉTÉ,PRIX", "À LA ÉÈÊ,{n}", "b,{n}").encode("latin-1"), ("ÉTÉ", "PRIX")),
    "formulas": (
        lines("=cmd|' /C calc'!A0,price", "=1+1,{n}", "@SUM(A1),{n}").encode(),
        ("=cmd|' /C calc'!A0", "price"),
    ),
    "markup": (lines("<script>alert(1)</script>,$x^2$", "**a**,{n}", "b,{n}").encode(), ("<script>alert(1)</script>", "$x^2$")),
}
"""Bytes and the header that is read from them."""

HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "should hold a table"),
    "blanks only": (b" \n\r\n\t ", "should hold a table"),
    "a mark only": (b"\xef\xbb\xbf", "should hold a table"),
    "one column": (lines("a", "{n}").encode(), "`columns` should be at least 2"),
    "header only": (b"a,b,c\n", "`rows` should be at least 20. Found `0`"),
    "few rows": (lines("a,b", "{n},x", rows=19).encode(), "`rows` should be at least 20. Found `19`"),
    "no header": (lines("1,2.5", "{n},3").encode(), "`header` should name the columns"),
    "a title twice": (lines("a,b,a", "1,2,3").encode(), "`header` should name every column once. Found `a`"),
    "a short row": (lines("a,b,c", "1,2,3").encode() + b"1,2\n", "`line 32` should have 3 cells"),
    "a long row": (lines("a,b,c", "1,2,3").encode() + b"1,2,3,4\n", "`line 32` should have 3 cells"),
    "an open quote": (lines("a,b", "1,2").encode() + b'"x,2\n', "should close every quote"),
    "zeros": (lines("a,b", "{n},x\0y").encode(), "should be text without control characters. Found `the character U+0000"),
    "bells": (lines("a,b", "{n},\a").encode(), "should be text without control characters"),
    "noise": (bytes(range(128, 256)) * 20, "should"),
    "half a letter of UTF-16": (PLAIN.encode("utf-16") + b"\x00", "should be text in the encoding utf-16"),
    "Excel": (_zip(), "an Excel workbook (.xlsx) or a Parquet file. Found `a zip archive that is no workbook`"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "an old Excel workbook, or one with a password"),
    "Parquet": (b"PAR1\x15\x04" + bytes(90) + b"PAR1", "should be a Parquet file that can be read"),
    "gzip": (gzip.compress(PLAIN.encode()), "a gzip archive"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(99), "a picture"),
    "a pickle": (b"\x80\x04\x95" + bytes(30), "should be text in the encoding"),
    "a page": (b"<!DOCTYPE html><html><body>not found</body></html>", "a web page"),
    "JSON": (b'[{"a": 1, "b": 2}]', "should"),
    "too many columns": (
        lines(",".join(f"c{n}" for n in range(201)), ",".join("1" * 201)).encode(),
        "`columns` should be at most 200; leave out some in a spreadsheet program. Found `201`",
    ),
    "too many rows": (lines("a,b", "{n},x", rows=50_001).encode(), "`rows` should be at most 50,000; draw that many by a seed"),
    "too many cells": (
        lines(",".join(f"c{n}" for n in range(100)), ",".join("x" * 100), rows=10_001).encode(),
        "`rows` should be at most 10,000 where a row has 100 cells (1,000,000 in all); draw that many",
    ),
    "a long cell": (lines("a,b", "{n},x").encode() + b"1," + b"y" * 10_001 + b"\n", "at most 10000 characters in a cell"),
    "a quote that swallows the rest": (b'a,b\n"x,y\n' + b"1,2\n" * 50_000, "perhaps a quote is not closed"),
    "one endless line": (b"a b c " * 50_000, "should"),
    "too large": (b"a,b\n" + b"1,2\n" * (10 * 2**18), "`file` should be at most 10 MB"),
}
"""Bytes and a part of the one sentence that they get."""

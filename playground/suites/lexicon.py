"""The words of the small language of `sentences`, and the rules that make sentences of them.

Four topics talk about each other's words: a court is a place to play or to judge, and only its neighbours tell which. A name
may be a person, a place or a month. What a sentence is about, and what it thinks of it, is said by its main clause.
"""

from __future__ import annotations

from functools import cache

from playground.suites.grammar import Grammar

TOPICS = ("sport", "law", "health", "stage")
FEELINGS = ("good", "bad", "plain")
OPPOSITE = {"good": "bad", "bad": "good"}

PEOPLE = {
    "sport": {"coach": "教练", "player": "球员", "referee": "裁判"},
    "law": {"judge": "法官", "lawyer": "律师", "witness": "证人"},
    "health": {"doctor": "医生", "nurse": "护士", "patient": "病人"},
    "stage": {"singer": "歌手", "actor": "演员", "pianist": "钢琴家"},
}
PLACES = {
    "sport": {"club": "俱乐部", "team": "球队"},
    "law": {"tribunal": "法院", "police": "警方"},
    "health": {"hospital": "医院", "clinic": "门诊部"},
    "stage": {"theatre": "剧院", "orchestra": "乐团"},
}
OWN_THINGS = {
    "sport": {"match": "比赛", "goal": "进球"},
    "law": {"law": "法律", "verdict": "判决"},
    "health": {"drug": "药物", "treatment": "治疗"},
    "stage": {"song": "歌曲", "concert": "音乐会"},
}
SHARED_THINGS = {
    "court": {"sport": "球场", "law": "法庭"},
    "bench": {"sport": "替补席", "law": "法官席"},
    "penalty": {"sport": "点球", "law": "刑罚"},
    "defence": {"sport": "防守", "law": "辩护"},
    "practice": {"sport": "训练", "health": "诊所"},
    "record": {"sport": "纪录", "stage": "唱片"},
    "pitch": {"sport": "场地", "stage": "音高"},
    "score": {"sport": "比分", "stage": "乐谱"},
    "play": {"sport": "打法", "stage": "戏剧"},
    "trial": {"law": "审判", "health": "试验"},
    "cell": {"law": "牢房", "health": "细胞"},
    "case": {"law": "案件", "health": "病例"},
    "operation": {"law": "行动", "health": "手术"},
    "suit": {"law": "诉讼", "stage": "戏服"},
    "stage": {"health": "阶段", "stage": "舞台"},
    "movement": {"health": "动作", "stage": "乐章"},
    "organ": {"health": "器官", "stage": "管风琴"},
}
"""Words of two topics, which Chinese tells apart."""

VERBS = {
    "good": {"praised": "表扬", "applauded": "称赞", "saved": "挽救", "improved": "改善"},
    "bad": {"criticised": "批评", "ruined": "毁掉", "mocked": "嘲笑", "spoiled": "搞砸"},
    "plain": {"described": "描述", "watched": "观看", "mentioned": "提到", "changed": "改变"},
}
ADJECTIVES = {
    "good": {"brilliant": "出色", "fair": "公平", "clear": "清楚", "safe": "安全"},
    "bad": {"awful": "糟糕", "weak": "弱", "boring": "无聊", "dangerous": "危险"},
    "plain": {"old": "旧", "new": "新", "short": "短", "long": "长"},
}

FIRST_NAMES = {
    "john": "约翰",
    "mary": "玛丽",
    "david": "大卫",
    "anna": "安娜",
    "peter": "彼得",
    "lucy": "露西",
    "tom": "汤姆",
    "emma": "艾玛",
}
SURNAMES = {"smith": "史密斯", "brown": "布朗", "lee": "李", "clark": "克拉克"}
PLACE_NAMES = {"london": "伦敦", "berlin": "柏林", "rome": "罗马", "china": "中国", "kenya": "肯尼亚", "oslo": "奥斯陆"}
DATES = {"october": "十月", "winter": "冬天", "summer": "夏天"}
PERSON_OR_PLACE = {
    "jordan": ("乔丹", "约旦"),
    "paris": ("帕丽斯", "巴黎"),
    "florence": ("弗洛伦斯", "佛罗伦萨"),
    "sydney": ("西德尼", "悉尼"),
    "georgia": ("乔治娅", "格鲁吉亚"),
}
PERSON_OR_DATE = {"may": ("梅", "五月"), "april": ("阿普丽尔", "四月"), "june": ("琼", "六月"), "august": ("奥古斯特", "八月")}

NAMES = (
    "PER 3 -> FIRST | FIRST",
    "PER 2 -> FIRST SURNAME | FIRST SURNAME",
    "LOC 1 -> TOWN | TOWN",
    "DATE 1 -> MONTH | MONTH",
    # An article stands before an organisation and is no part of its name.
    "FIRM 1 -> ORG | ORG",
    "FIRM 1 -> the ORG.of | ORG.of",
    "ORG 1 -> TOWN bank | TOWN 银行",
    "ORG 1 -> TOWN press | TOWN 出版社",
    "ORG 1 -> FIRST group | FIRST 集团",
    "ORG 1 -> FIRST foundation | FIRST 基金会",
    "ORG.of 1 -> university of TOWN | TOWN 大学",
    "ORG.of 1 -> museum of TOWN | TOWN 博物馆",
    "NAME 2 -> PER | PER",
    "NAME 1 -> FIRM | FIRM",
    "ANY 1 -> VERB.good | VERB.good",
    "ANY 1 -> VERB.bad | VERB.bad",
    "ANY 1 -> VERB.plain | VERB.plain",
)

ABOUT = (
    "WHO.{t} 5 -> the PERSON.{t} | PERSON.{t}",
    "WHO.{t} 2 -> PERSON.{t} PER | PER PERSON.{t}",
    "WHO.{t} 1 -> the PERSON.{t} from LOC | 来自 LOC 的 PERSON.{t}",
    "WHO.{t} 1 -> the PERSON.{t} of FIRM | FIRM 的 PERSON.{t}",
    # What is sure to belong to the topic, and what another topic may have too.
    "SURE.{t} 1 -> the OWN.{t} | OWN.{t}",
    "SURE.{t} 1 -> the SHARED.{t} of the PLACE.{t} | PLACE.{t} 的 SHARED.{t}",
    "WHAT.{t} 1 -> SURE.{t} | SURE.{t}",
    "WHAT.{t} 3 -> the SHARED.{t} | SHARED.{t}",
    "ASIDE.{t} 2 -> the PERSON.{t} ANY the SHARED.{t} | PERSON.{t} ANY 了 SHARED.{t}",
    "ASIDE.{t} 1 -> the PERSON.{t} ANY the OWN.{t} | PERSON.{t} ANY 了 OWN.{t}",
    "ASIDE.{t} 1 -> PER ANY the OWN.{t} | PER ANY 了 OWN.{t}",
)
"""Rules for each topic t."""

CLAUSES = (
    "CLAUSE.{t}.{f} 4 -> WHO.{t} DID.{f} WHAT.{t} | WHO.{t} DID.{f} WHAT.{t}",
    "CLAUSE.{t}.{f} 1 -> WHO.{t} DID.{f} WHAT.{t} in LOC | WHO.{t} 在 LOC DID.{f} WHAT.{t}",
    "CLAUSE.{t}.{f} 1 -> WHO.{t} DID.{f} WHAT.{t} in DATE | WHO.{t} 在 DATE DID.{f} WHAT.{t}",
    "CLAUSE.{t}.{f} 1 -> WHO.{t} DID.{f} WHAT.{t} with PER | WHO.{t} 和 PER 一起 DID.{f} WHAT.{t}",
    "CLAUSE.{t}.{f} 2 -> NAME DID.{f} SURE.{t} | NAME DID.{f} SURE.{t}",
    "CLAUSE.{t}.{f} 2 -> SURE.{t} was SO.{f} | SURE.{t} SO.{f}",
    "CLAUSE.{t}.{f} 2 -> WHAT.{t} was VERB.{f} by WHO.{t} | WHAT.{t} 被 WHO.{t} VERB.{f} 了",
    "SENTENCE.{t}.{f} 8 -> CLAUSE.{t}.{f} . | CLAUSE.{t}.{f} 。",
)
"""Rules for each topic t and feeling f."""

ASIDES = (
    "SENTENCE.{t}.{f} 1 -> while ASIDE.{u} , CLAUSE.{t}.{f} . | 当 ASIDE.{u} 时 ， CLAUSE.{t}.{f} 。",
    "SENTENCE.{t}.{f} 1 -> before ASIDE.{u} , CLAUSE.{t}.{f} . | ASIDE.{u} 之前 ， CLAUSE.{t}.{f} 。",
    "SENTENCE.{t}.{f} 1 -> after ASIDE.{u} , CLAUSE.{t}.{f} . | ASIDE.{u} 之后 ， CLAUSE.{t}.{f} 。",
    "SENTENCE.{t}.{f} 1 -> CLAUSE.{t}.{f} while ASIDE.{u} . | 在 ASIDE.{u} 的 时候 ， CLAUSE.{t}.{f} 。",
    "SENTENCE.{t}.{f} 1 -> CLAUSE.{t}.{f} before ASIDE.{u} . | 在 ASIDE.{u} 以前 ， CLAUSE.{t}.{f} 。",
    "SENTENCE.{t}.{f} 1 -> CLAUSE.{t}.{f} after ASIDE.{u} . | 在 ASIDE.{u} 以后 ， CLAUSE.{t}.{f} 。",
)
"""Rules for each topic t, another topic u, and feeling f: what is said aside decides nothing."""

TURNS = (
    "SENTENCE.{t}.{f} 4 -> CLAUSE.{t}.{o} but CLAUSE.{t}.{f} . | CLAUSE.{t}.{o} ， 但是 CLAUSE.{t}.{f} 。",
    "SENTENCE.{t}.{f} 4 -> although CLAUSE.{t}.{o} , CLAUSE.{t}.{f} . | 虽然 CLAUSE.{t}.{o} ， CLAUSE.{t}.{f} 。",
    "SENTENCE.{t}.{f} 4 -> CLAUSE.{t}.{f} although CLAUSE.{t}.{o} . | 尽管 CLAUSE.{t}.{o} ， CLAUSE.{t}.{f} 。",
)
"""Rules for each topic t, a feeling f and its opposite o: what stands against it decides nothing either."""

PLAINLY = (
    "DID.{f} 5 -> VERB.{f} | VERB.{f} 了",
    "SO.{f} 4 -> ADJECTIVE.{f} | 很 ADJECTIVE.{f}",
)
"""Rules for a feeling f."""

NEGATIONS = (
    "DID.{f} 1 -> never VERB.{o} | 从未 VERB.{o} 过",
    "SO.{f} 1 -> not ADJECTIVE.{o} | 不 ADJECTIVE.{o}",
    "SO.{f} 1 -> never ADJECTIVE.{o} | 从不 ADJECTIVE.{o}",
    "SO.{f} 1 -> far from ADJECTIVE.{o} | 远远 不 ADJECTIVE.{o}",
)
"""Rules for a feeling f and its opposite o."""


def lines() -> list[str]:
    """Every rule, written out."""
    rules = list(NAMES)
    rules += [rule.format(t=t) for t in TOPICS for rule in ABOUT]
    rules += [rule.format(t=t, f=f) for t in TOPICS for f in FEELINGS for rule in CLAUSES]
    rules += [rule.format(t=t, f=f, u=u) for t in TOPICS for f in FEELINGS for u in TOPICS if u != t for rule in ASIDES]
    rules += [rule.format(t=t, f=f, o=o) for t in TOPICS for f, o in OPPOSITE.items() for rule in TURNS]
    rules += [rule.format(f=f, o=o) for f, o in OPPOSITE.items() for rule in NEGATIONS]
    rules += [rule.format(f=f) for f in FEELINGS for rule in PLAINLY]
    return rules + _words()


def _words() -> list[str]:
    """The rules that write a word."""
    entries: list[tuple[str, str, str]] = []
    for name, tables in (
        ("PERSON", PEOPLE),
        ("PLACE", PLACES),
        ("OWN", OWN_THINGS),
        ("VERB", VERBS),
        ("ADJECTIVE", ADJECTIVES),
    ):
        entries += [(f"{name}.{kind}", *pair) for kind, table in tables.items() for pair in table.items()]
    entries += [(f"SHARED.{topic}", word, chinese) for word, table in SHARED_THINGS.items() for topic, chinese in table.items()]
    for name, table in (("FIRST", FIRST_NAMES), ("SURNAME", SURNAMES), ("TOWN", PLACE_NAMES), ("MONTH", DATES)):
        entries += [(name, *pair) for pair in table.items()]
    for other, either in (("TOWN", PERSON_OR_PLACE), ("MONTH", PERSON_OR_DATE)):
        for word, (person, place) in either.items():
            entries += [("FIRST", word, person), (other, word, place)]
    return [f"{symbol} 1 -> {english} | {chinese}" for symbol, english, chinese in entries]


@cache
def grammar() -> Grammar:
    """The grammar of the small language."""
    return Grammar(lines())

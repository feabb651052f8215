"""What in a narrative points back to the reporter: struck out before the excerpt is offered to those who handle it.

A proposal that a person reads and accepts: in doubt it strikes a trace too many, but it leaves what is said of the
accused, with firms, plates, amounts, dates and places. Texts are read folded (half width, lower case, invisible
characters dropped), numbers also as they are spoken or disguised: 一三九, 幺三九, l39, 1 3 9.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product

ROLE, SELF, NAME, PHONE, HOME, PAPERS, MAIL, SIGNED = "身份", "自称", "姓名", "电话", "住址", "证件", "邮箱", "落款"
BLOCK = "▇▇▇▇"
TITLE_LENGTH = 40

Span = tuple[int, int, str]


@dataclass(frozen=True)
class Struck:
    """The proposed excerpt, the classes struck in their order of appearance, and how many places."""

    text: str
    classes: tuple[str, ...]
    count: int


def strike(original: str, sealed: Mapping[str, str], keep: Collection[str] = ()) -> Struck:
    """Replace each trace by four blocks and its class.

    `sealed` holds the reporter's fields by name (…name, …phone, …address, …unit are told apart, others by their look);
    `keep` names the classes that a person lets stand.
    """
    read = _Read(original)
    pieces, classes, end = [], [], 0
    for first, last, kind in _joined(read, [s for s in (*_sealed(read, sealed), *_guessed(read)) if s[2] not in keep]):
        pieces += [original[end:first], f"{BLOCK}〔{kind}〕"]
        classes.append(kind)
        end = last
    return Struck("".join([*pieces, original[end:]]), tuple(dict.fromkeys(classes)), len(classes))


def still_holds(text: str, sealed: Mapping[str, str]) -> list[str]:
    """The classes of the sealed values that a text still holds, never the values; empty if none is found."""
    return list(dict.fromkeys(kind for _first, _last, kind in sorted(_sealed(_Read(text), sealed))))


def title_of(original: str, place: str, field: str, sealed: Mapping[str, str] | None = None) -> str:
    """Propose a title of at most 40 characters: where and what, never who; no trace, no firm, no person."""
    where = re.sub(rf"{BLOCK}〔..〕", "", strike(place.strip(), sealed or {}).text)
    for pattern, instead in _NOT_IN_TITLES:
        where = pattern.sub(instead, where)
    where = where.strip(" ,，。;；、")[:20]
    night = "夜间" if where and "夜" not in where and re.search("夜|晚上|凌晨", original) else ""
    what = [words for pattern, words in _MATTERS if re.search(pattern, original)][:2]
    title = where + night + "、".join(what) if what else f"{where}{field}问题"
    return title[:TITLE_LENGTH]


def _joined(read: _Read, spans: list[Span]) -> Iterator[Span]:
    """Spans in the original's positions; what overlaps or touches is struck once, under the longer one's class."""
    joined: list[Span] = []
    for first, last, kind in sorted(spans):
        start, end, earlier = joined[-1] if joined else (0, 0, "")
        if first < end or (kind == earlier and not read.text[end:first].strip()):
            longer = kind if last - first > end - start else earlier
            joined[-1] = (start, max(last, end), longer)
        else:
            joined.append((first, last, kind))
    return ((read.at[first], read.at[last - 1] + 1, kind) for first, last, kind in joined)


# How a text is read

_DIGITS = ("零〇○◯o", "一壹幺弌il|", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_SPOKEN = {c: str(n) for n, characters in enumerate(_DIGITS) for c in characters}
_LIGHT = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212ー_~·・•.*"  # the hyphens and dashes there are
_HEAVY = ",，、/()（）"


class _Read:
    """`text` is folded, `at` gives each character's place in the original.

    `dialled`, of the same length, has digits, a blank or comma for what may stand between them, X for the end of an ID
    number: once plain digits alone, since the l of tel139 is none, once with spoken and disguised ones.
    """

    def __init__(self, original: str) -> None:
        seen = [(p, c) for p, c in enumerate(original) if unicodedata.category(c) not in ("Cf", "Mn", "Me")]
        folded = [(p, f) for p, c in seen for n in unicodedata.normalize("NFKC", c) for f in n.lower()]
        self.text = "".join(f for _, f in folded)
        self.at = [p for p, _ in folded]
        plain = "".join(_dial(f) for f in self.text)
        spoken = "".join(_SPOKEN.get(f, d) for f, d in zip(self.text, plain, strict=True))
        self.dialled = (plain, spoken)


def _dial(c: str) -> str:
    if c.isdecimal():
        return str(unicodedata.decimal(c))
    if c in _LIGHT or c in " \t\u3000":
        return " "
    return "," if c in _HEAVY else "X" if c == "x" else c if c in "+\n" else "#"


def _find(pattern: str | re.Pattern[str], text: str, kind: str) -> Iterator[Span]:
    """Where a pattern matches: its group if it has one that took part, else all of it."""
    for found in re.finditer(pattern, text):
        group = found.lastindex or 0
        yield found.start(group), found.end(group), kind


def _loose(value: str) -> str:
    """A value, also with gaps between its characters."""
    return r"[\s·•\-_*.|/@]{0,3}".join(re.escape(c) for c in value if c.isalnum())


# Words that the patterns share

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜"
    "崔谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛阎闫雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤温康施文牛樊葛邢"
    "安齐易乔伍庞颜倪庄聂章鲁岳翟申欧耿关兰焦俞左柳甘祝包宁尚符舒阮纪梅童凌毕单裴霍涂成苗谷曲盛冉翁蓝路游靳辛管柴"
    "蒙鲍华喻祁房蒲滕萧屈饶解牟艾尤时穆农司古吉缪简项连褚娄窦岑戚景党宫费卜冷晏席柯瞿桂丛边卞奚佟查麦虞储"
)
_SURNAME = f"(?:欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|司徒|东方|端木|[{_SURNAMES}])"
_HAN = "[\u4e00-\u9fff]"
_NO_NAME = "谢谢|严[查惩办肃格禁]|万分|于[此是]|何[时人故况]|方便|安[全排]|成[立为]|时[间候]|路过"
_PERSON = rf"(?!{_NO_NAME}){_SURNAME}\s{{0,2}}{_HAN}(?:\s{{0,2}}{_HAN})?"
_CALLED = "先生|女士|小姐|师傅|大[姐哥爷妈]|阿姨|叔叔?|婶|嫂|伯伯?|姐|哥|老板|总|经理|工|老师|同志|队长|主任|会计|某某?"
_US = "(?:[我俺咱]们?|本人|鄙人)"
_THEM = "(?<!被)(?:来电|来信|来访|举报|反映|投诉|写信)(?:人|者|群众)"
_WHOSE = f"(?:{_US}的?|{_THEM}(?:称|说|表示)?(?:其|自己)?的?)"
_FIRST = re.compile(f"[我俺咱]|本人|自己|{_THEM}|联系|回复|回访|称呼")
_ROLES = (
    "业主|住户|居民|村民|租户|房[东主]|户主|员工|职工|[工民]人|司机|驾驶[员人]|师傅|老板娘?|经营[者户]|个体户|摊[主贩]|"
    "商[户贩]|店[主家员]|门卫|保安|保洁员?|材料员|施工员|安全员|资料员|监理员?|经理|负责人|会计|出纳|[队组班站厂园院]长|"
    "主任|书记|[车货]主|包工头|承包[人商]|邻居|家属|亲[属戚人]|老婆|丈夫|妻子|老公|儿子|女儿|父亲|母亲|爱人|女婿|媳妇|"
    "朋友|同[事学行]|老乡|受害[人者]|举报人|知情人|当事人|群众|市民|党员|[教老]师|医生|护士|学生|干部|公务员|协管员|队员|"
    "过?磅员|[本当]地人|代表|股东|合伙人|会员|人员|退休|人"
)
_PLACES = (
    "小区|社区|花园|公寓|新村|家园|大院|宿舍|街道|胡同|[村组庄屯寨镇乡路街巷弄苑园城湾府院]|号楼|[楼栋幢座室号户层]|单元|"
    "旁边?|对面|附近|隔壁|[前后]面|边上|楼[上下]|门口|里"
)
_DATE = (
    r"(?:(?:[0-9]{2,4}|[〇零一二三四五六七八九]{4})\s*[年./-]\s*)?[0-9一二三四五六七八九十]{1,3}\s*[月./-]"
    r"\s*[0-9一二三四五六七八九十]{1,3}\s*[日号]?"
)
# Where what people say of themselves ends and the matter begins
_STOP = re.compile(
    r"[,，。;；!！?？:：\n…]|看[见到着]|亲眼|目睹|听[见到说]|发现|撞见|遇[见到]|他们|对方|有人|被|把|每[天晚]|天天|天亮|经常|总是|"
    "一直|昨|今[天晚早年]|前天|去年|当[天晚时]|晚上|夜里|半夜|凌晨|白天|早上|下午|因为|所以|现在|最近|想|要求|希望|反映|举报|投诉|"
    "知道|觉得|认为|感觉|不敢|手里|可以|愿意|受不了|睡不|实在|路过|称|说|表示|联系|电话|手机"
)
_UNTOLD = ("匿名", "不详", "未知", "保密", "没有", "未提供", "不愿透露", "不愿提供", "要求保密")


# Sealed values: what the form knows of the reporter, wherever and however it stands in the text


def _sealed(read: _Read, sealed: Mapping[str, str]) -> Iterator[Span]:
    for field, value in sealed.items():
        for piece in dict.fromkeys(_Read(p).text.strip() for p in (value, *re.split(r"[\s,，;；、/|()（）]+", value))):
            if sum(c.isalnum() for c in piece) > 1 and piece not in _UNTOLD:
                yield from _value(read, field, piece)


def _value(read: _Read, field: str, piece: str) -> Iterator[Span]:
    digits, letters = re.sub("[^0-9X]", "", _Read(piece).dialled[1]), sum(c.isalnum() for c in piece)
    if "@" in piece:
        yield from _find(_loose(piece), read.text, MAIL)
    elif len(digits) > 6 and letters - len(digits) <= 2:
        yield from _number(read, digits, PAPERS if len(digits) in (15, 18) else PHONE)
    elif "name" in field or re.fullmatch(f"{_PERSON}|{_SURNAME}(?:{_CALLED})", piece):
        yield from _name(read, piece)
    elif "address" in field or re.search(f"[0-9]|(?:{_PLACES})$", piece):
        yield from _address(read, piece)
    elif "unit" in field or letters > 3:
        core = re.sub(r"^.{2,3}?[省市区县]|(?:股份)?(?:有限)?(?:责任)?(?:集团)?公司$", "", piece)
        for words in (piece, core) if len(core) > 3 else (piece,):
            yield from _find(_loose(words), read.text, ROLE)


def _number(read: _Read, digits: str, kind: str) -> Iterator[Span]:
    """A number however it is written; a telephone also without its prefix, and its end where it is called so."""
    forms = {digits, digits.removeprefix("86")}
    if kind == PHONE and digits.startswith("0"):
        forms.add(digits[3:] if digits.startswith(("010", "02")) else digits[4:])
    for form, dialled in product(forms, read.dialled):
        yield from _find("[ ,\n]{0,3}".join(form), dialled, kind)
    for called in re.finditer(r"(?:尾号|[后末]四位)(?:数字)?[是为:]?\s*" if kind == PHONE else "(?!)", read.text):
        if end := re.compile("[ ,]{0,3}".join(digits[-4:])).match(read.dialled[1], called.end()):
            yield called.start(), end.end(), kind


def _name(read: _Read, name: str) -> Iterator[Span]:
    """The name anywhere; how one is called by it only beside words of the first person, since others share it."""
    called = len(name) < 5 and re.search(f"(?:{_CALLED})$", name)
    if not called:
        yield from _find(_loose(name), read.text, NAME)
    if surname := re.match(f"{_SURNAME}|{_HAN}", name):
        first, given = surname[0], name[surname.end() :]
        ways = [f"{first}(?:{_CALLED})", f"[老小大阿]{first}"]
        if given and not called:
            ways += [given if len(given) > 1 else f"[阿小]{given}", f"[阿小]?{given[-1]}[哥姐叔]"]
        yield from _near(read.text, "|".join(ways), NAME)


def _near(text: str, pattern: str, kind: str) -> Iterator[Span]:
    """Matches with a word of the first person shortly before or after, within the sentence."""
    for start, end, _ in _find(pattern, text, kind):
        before = re.split(r"[。!！?？;；\n]", text[max(0, start - 12) : start])[-1]
        after = re.split(r"[。!！?？;；\n]", text[end : end + 6])[0]
        if _FIRST.search(before) or _FIRST.search(after):
            yield start, end, kind


_HOUSE = "号楼|号院|单元|[栋幢座弄室号楼层组户门房]|#|-|—"
_PART = re.compile(
    rf"(?P<number>[0-9]+|[一二三四五六七八九十零〇]+(?={_HOUSE}))|(?:第|{_HOUSE})+"
    r"|(?P<wide>[^0-9\s]+?(?:自治区|[省市县]|(?<![小社])区))"
    r"|(?P<name>[^0-9\s,，#-]+?(?:小区|社区|街道|[镇乡村路街巷道苑园](?![小社]区|[道路街村园]))|[^0-9\s,，#-]+)"
)
_NUMBERED = r"\s*(?:号楼|号院|单元|[栋幢座弄室号户组#—-]|楼(?![上下])|(?=$|[,，。;；的楼]))"


def _address(read: _Read, address: str) -> Iterator[Span]:
    """Any two parts of the address that follow each other, house and number however they are written; the name of the
    estate or village alone only beside words of the first person. Province, city, district alone say nothing.
    """
    parts = [(m[0], m.lastgroup) for m in _PART.finditer(address) if m.lastgroup in ("number", "name")]
    forms = [(_ways(part) if kind == "number" else _loose(part), kind) for part, kind in parts]
    for (one, kind), (two, after) in combinations(forms, 2):
        between = rf"\s*(?:{_HOUSE})+\s*" if kind == "number" else rf"\s*(?:{_HOUSE}|第)?\s*"
        house = _NUMBERED if after == "number" else ""
        yield from _find(one + between + two + house, read.text, HOME)
    names = [form for form, kind in forms if kind == "name"]
    yield from _near(read.text, "|".join(names) or "(?!)", HOME)


def _ways(numeral: str) -> str:
    """A house number in any writing: 18, 十八, 一八."""
    if not numeral.isdecimal():
        tens, _, ones = numeral.rpartition("十")
        spoken = "".join(_SPOKEN[c] for c in ones)
        numeral = f"{_SPOKEN.get(tens, 1)}{spoken or 0}" if "十" in numeral else spoken
    n, han = int(numeral), "零一二三四五六七八九"
    ways = [numeral, "".join(han[int(d)] for d in numeral), "".join(han[int(d)] for d in numeral).replace("零", "〇")]
    if 10 <= n < 100:
        ways.append((han[n // 10] if n > 19 else "") + "十" + (han[n % 10] if n % 10 else ""))
    return rf"(?:(?<![0-9])(?:{'|'.join(dict.fromkeys(ways))})(?![0-9]))"


# Traces that show without any sealed value

_GAP = "[ ]{0,3}"
_ID = (
    rf"(?<!\d)[1-9](?:{_GAP}\d){{5}}{_GAP}(?:1{_GAP}9|2{_GAP}0)(?:{_GAP}\d){{2}}{_GAP}(?:0{_GAP}[1-9]|1{_GAP}[0-2])"
    rf"{_GAP}(?:0{_GAP}[1-9]|[12]{_GAP}\d|3{_GAP}[01])(?:{_GAP}\d){{3}}{_GAP}[\dX](?!\d)"
)
_DIALLED = (
    (_ID, PAPERS),  # knows a birthday in its middle
    (r"(?<!\d)[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)", PAPERS),
    (rf"(?<!\d)(?:\+?8{_GAP}6[ ,]{{0,3}})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)", PHONE),
    (r"(?<!\d)1[3-9]\d[ ,]{1,2}\d{4}[ ,]{1,2}\d{4}(?!\d)", PHONE),
    (rf"(?<!\d)0{_GAP}(?:1{_GAP}0|2{_GAP}\d|[3-9]{_GAP}\d{_GAP}\d)[ ,]{{0,3}}[2-9](?:{_GAP}\d){{6,7}}(?!\d)", PHONE),
)  # fmt: skip
_KIN = (
    "老[公婆]|丈夫|妻子|爱人|儿子|女儿|孩子|爸爸?|妈妈?|[父母]亲|父母|[表堂大小]?[哥弟姐妹舅叔姑]+|女婿|媳妇|侄子|外甥|亲戚|同事|"
    "家人|[男女]朋友|对象"
)
_PLAIN = r"[^\W看见听在到从去把被他她说是有来打进给向对跟现知]"  # no verb between 我 and the name of an estate
_END = r"(?=[,，。;；:：!！\s(（、]|$)"
_WRITTEN = tuple((re.compile(pattern), kind) for pattern, kind in (
    (r"(?<![a-z0-9.])[a-z0-9._%+-]{1,64}\s?(?:@|艾特)\s?[a-z0-9-]{1,63}(?:\s?[.。点]\s?[a-z0-9-]{1,63}){1,4}", MAIL),
    (r"(?:电话|座机|号码|联系(?:我|方式)?)(?:号码)?[是为:]?\s*([2-9]\d{2,3}[-\s]?\d{4})(?!\d)", PHONE),
    (r"1[3-9]\d[*x×•]{2,6}\d{2,4}", PHONE),
    (rf"{_US}的?(?:微信|qq)(?:号码?)?[是为:叫]?\s*([a-z0-9_-]{{5,20}})", PHONE),
    (rf"{_US}的?[^,，。;；]{{0,3}}(?:卡|账号|账户)(?:号码?)?[是为:]?\s?([0-9][0-9 ]{{11,23}})", PAPERS),
    (rf"{_US}(?:自己)?(?:开|经营|承包|摆)了?一?[家个间台辆][^,，。;；]{{0,12}}?(?:[店摊铺厂车]|公司|超市|饭馆)", ROLE),
    (r"(?:护照|通行证|军官证|工作证|证件)(?:号码?|编号)?[是为:]?\s*([a-z]{0,2}[0-9]{6,9})", PAPERS),
    (rf"{_US}(?:自己)?(?:开|的车)[^,，。;；]{{0,5}}?({_HAN}\s?[a-z][·\s]?[a-z0-9]{{5,6}})", ROLE),
    (rf"(?:叫|喊|称呼){_US}(?:的?)({_HAN}{{1,4}}?)(?=就[行好]|即可|吧|[,，。;；!！\s]|$)", SELF),
    (rf"(?:{_US}|免贵|敝)姓{_SURNAME}(?:[,，]?名?{_HAN}{{1,2}}{_END})?", SELF),
    (rf"{_US}(?:叫做?|名叫|名字[叫是]|是)\s*{_PERSON}(?:{_END}|(?=[是住在今家电手我看听反举想要现发]))", SELF),
    (rf"(?<!{_HAN})本人(?:{_PERSON}(?:{_END}|(?=[是系住现家看听反举想要发])))?", SELF),
    (rf"{_US}的?(?:{_KIN})(?!好)", SELF),
    (rf"{_THEM}(?:名叫|姓名)?[是为:]?\s*({_SURNAME}(?:{_CALLED})|{_PERSON}(?=[,，。;；\s(（称说反表来]|$))", NAME),
    (r"(?<!被)(?:(?:举报|反映|投诉|来电|来信|联系)人(?:的?姓名)?|姓名|署名)\s*:\s*([^,，。;；\n]{2,12})", NAME),
    (r"(?:(?:家庭|现)?住址|(?:通讯|联系|家庭)地址)\s*[:为是]\s*([^,，。;；\n]{2,40})", HOME),
    (r"工作单位\s*[:为是]\s*([^,，。;；\n]{2,40})", ROLE),
    (rf"{_WHOSE}[就也都]?在[^,，。;；\n看见听他她拍]{{1,16}}?(?:上班|工作|[打做]工|干活|摆摊|做生意|值夜?班)", ROLE),
    (rf"{_US}家(?:门口|楼[上下]|窗外|旁边|对面|附近|隔壁)", HOME),
    (rf"{_US}(?:这个?|所在的?)?{_PLAIN}{{0,6}}?(?:小区|单元|楼栋|这?栋楼|村(?![支委主])|社区|院子|宿舍|家属院)", HOME),
))  # fmt: skip
_LIVES = re.compile(
    rf"(?:{_WHOSE}(?:家里?|老家|房子)?(?:就|也|都)?|(?<!{_HAN})家)(?:租?住在?|居住在?)"
    rf"|{_WHOSE}(?:家里?|老家|房子)(?:就|也)?在"
    rf"|{_THEM}[^。!！?？\n他她]{{0,40}}[,，]((?:现|家)?住(?:在|址)?)"
)
_IS = re.compile(rf"{_US}(?:就|也|都|以前|曾经?|原来)?(?:是|系|属于|作为|身为)|{_THEM}为|(?<!{_HAN})(?:作为|身为)")
_CALLER_IS = re.compile(rf"{_THEM}(?:(?:称|说|表示|自述)(?:自己|其|本人)(?![的家住])|自称|(?=[是系]))(?:是|系)?")
_TRADE = (
    "(?:一[个名位])?(?:[跑开做干搞卖摆租管拉教修种养]|从事|看大门|看工地).*的|"
    ".*(?:公司|单位|[厂店]|企业|车队|工地|学校|医院|[局队])的"
)
_NUMERAL = "[0-9a-z一二三四五六七八九十零〇]{1,5}"
_DOOR = re.compile(
    rf"{_NUMERAL}\s*(?:号楼|[栋幢座]|#楼?|号院?)\s*{_NUMERAL}\s*(?:(?:单元|门)(?:\s*{_NUMERAL})?)?\s*[室房户号]?"
    rf"|{_NUMERAL}单元(?:\s*{_NUMERAL}\s*[室房户]?)?|{_NUMERAL}(?:室|号楼)|\d{{1,3}}-\d{{1,2}}-\d{{3,4}}"
)
_AT_HOME = re.compile(rf"(?:{_US}|{_THEM}).{{0,10}}?[住家区村院]")


def _guessed(read: _Read) -> Iterator[Span]:
    for (pattern, kind), dialled in product(_DIALLED, read.dialled):
        yield from _find(pattern, dialled, kind)
    for written, kind in _WRITTEN:
        yield from _find(written, read.text, kind)
    yield from _up_to(read.text, _LIVES, rf".*(?:{_PLACES})(?:{_NUMERAL})?", HOME)
    yield from _up_to(read.text, _IS, f".*(?:{_ROLES})|{_TRADE}", ROLE)
    yield from _up_to(read.text, _CALLER_IS, f".*(?:{_ROLES})|.+", ROLE)
    for door in _DOOR.finditer(read.text):
        before = re.split(r"[。!！?？\n]", read.text[max(0, door.start() - 25) : door.start()])[-1]
        if _AT_HOME.search(before) and not re.search("[他她]|对方|老板|邻居|有人", before):
            yield *door.span(), HOME
    yield from _signature(read.text)


def _up_to(text: str, opener: re.Pattern[str], words: str, kind: str) -> Iterator[Span]:
    """From an opener such as 我是, 我家住在 to the last of the words that can end it, before the matter begins."""
    for opened in opener.finditer(text):
        stop = _STOP.search(text, opened.end(), opened.end() + 30)
        said = text[opened.end() : stop.start() if stop else opened.end() + 30]
        if end := re.match(words, said, re.DOTALL):
            yield opened.start(opened.lastindex or 0), opened.end() + end.end(), kind


_SIGNERS = "业主|住户|居民|村民|群众|市民|司机|驾驶员|商户|员工|职工|摊主|知情人|党员|退休"
_SIGNER = (
    rf"(?:(?:举报|反映|投诉|来信|写信)人|署名|落款)?\s*:?\s*"
    rf"(?:{_PERSON}|(?:一[名位个群]|知情|全体|部分|热心|{_HAN}{{1,8}}[区村]){_HAN}{{0,8}}?(?:{_SIGNERS})(?:们|{_HAN}{{0,4}}))"
)
_LAST_LINE = re.compile(
    rf"(?:此致)?\s*(?:敬礼[!！]?)?\s*(?P<who>{_SIGNER})?[,，\s]*(?:[\d -]{{7,15}})?\s*(?:{_DATE})?\s*[。.]?\s*"
)
_LAST_WORDS = re.compile(
    rf"(?<=[。!！?？\s])({_SIGNER}[,，\s]{{0,3}}{_DATE})$|(?<=[。!！?？])\s?((?:举报|反映|投诉)人\s*:?\s*{_PERSON})$"
)


def _signature(text: str) -> Iterator[Span]:
    """Name and date at the end: up to four last lines, or last words that have both. A date alone is no signature."""
    text = text.rstrip()
    yield from _find(_LAST_WORDS, text, SIGNED)
    end = len(text)
    start, signed = end, 0
    for _ in range(4):
        head, newline, line = text[:start].rstrip().rpartition("\n")
        last = _LAST_LINE.fullmatch(line.strip()) if len(line) < 80 else None
        if not newline or not last:
            break
        start = len(head) + 1 + len(line) - len(line.lstrip())
        signed = start if last["who"] else signed
    if signed:
        yield signed, end, SIGNED


# Titles

_MATTERS = (
    ("强拉强倒|强行(?:拉|倒)", "强拉强倒"),
    ("堵.{0,6}门|门.{0,6}堵|横在.{0,3}门口", "被堵门"),
    ("过路费|(?:每车|拦).{0,12}(?:收|交|给)", "拦车收费"),
    ("保护费", "强收保护费"),
    ("都归[我他]们|垄断|只[能准许]用[他我]们", "被垄断经营"),
    ("指定.{0,4}(?:车队|公司)|不用他们的车", "要求使用指定车队"),
    ("偷倒|乱倒|倾倒", "偷倒建筑垃圾"),
    ("强占|占道|霸占", "强占摊位道路"),
    ("违建|违法建|私搭|加盖", "违法建设"),
    ("广告", "强设户外广告"),
    ("阻挠|抗法|不让.{0,4}执法", "阻挠执法"),
    ("殴打|打[人伤了]|动手", "打人"),
    ("威胁|恐吓|扬言", "威胁恐吓"),
    ("敲诈|勒索", "敲诈勒索"),
    ("[打乱]砸|砸[了坏]", "打砸财物"),
    ("通风报信", "通风报信"),
)
_NOT_IN_TITLES = (
    (re.compile(r"(?:(?<=[路街道巷镇乡村区口市])|^)[^路街道巷镇乡村区口市\W]{2,14}公司"), "某公司"),
    (re.compile(rf"(?:{_PERSON}|{_SURNAME}(?:{_CALLED}))(?=的|开|承包|家(?![园属苑乐和]))(?:的|家)?"), ""),
    (re.compile(rf"{_DOOR.pattern}|\d{{5,}}"), ""),
    (re.compile("^(?:我们|我家|我)"), ""),
)

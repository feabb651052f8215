"""The people of the sample bureau, 安澜市城市管理局: 14 units, 60 people. All of it is invented.

The role accounts (interface.md, "Sample bureau") hold exactly the one role that they are called after, so that whoever
signs in as one of them sees what that role sees and no more. Heads of units that are no role account hold `unit_head`
beside the role of their own work. Role names are the lower-case names of product.md.
"""

from __future__ import annotations

from .people import NewPerson, NewUnit

UNITS: tuple[NewUnit, ...] = (
    NewUnit("leaders", "安澜市城市管理局局领导", "局领导", None, handles=False),
    NewUnit("office", "扫黑除恶专项斗争领导小组办公室", "扫黑办", None, handles=False),
    NewUnit("inspection", "督查科", "督查科", None, handles=False),
    NewUnit("personnel", "人事科", "人事科", None, handles=False),
    NewUnit("general", "局办公室", "局办公室", None, handles=False),
    NewUnit("construction", "违法建设查处科", "违建查处科", None, handles=True),
    NewUnit("streets", "市容管理科", "市容管理科", None, handles=True),
    NewUnit("adverts", "户外广告管理科", "广告管理科", None, handles=True),
    NewUnit("haulage", "建筑渣土管理科", "渣土管理科", None, handles=True),
    NewUnit("brigade", "城市管理综合执法支队", "执法支队", None, handles=True),
    NewUnit("squad1", "城市管理综合执法支队一中队", "执法一中队", "brigade", handles=True),
    NewUnit("squad2", "城市管理综合执法支队二中队", "执法二中队", "brigade", handles=True),
    NewUnit("dumps", "建筑垃圾消纳场管理所", "消纳场管理所", None, handles=True),
    NewUnit("discipline", "派驻城市管理局纪检监察组", "派驻纪检监察组", None, handles=False),
)

PEOPLE: tuple[NewPerson, ...] = (
    NewPerson("bureau_head", "郑怀民", "leaders", "党组书记、局长", ("bureau_head",), "6001"),
    NewPerson("zhongliqun", "钟立群", "leaders", "党组副书记、常务副局长", ("leader", "unit_head"), "6002"),
    NewPerson("deputy_head", "许文博", "leaders", "副局长", ("deputy_head",), "6003"),
    NewPerson("leader", "施云川", "leaders", "副局长、总工程师", ("leader",), "6005"),
    NewPerson("office_head", "梁志成", "office", "主任", ("office_head",), "6101"),
    NewPerson("luwenjin", "陆文瑾", "office", "副主任", ("office", "unit_head"), "6102"),
    NewPerson("office", "吴敏", "office", "四级主任科员", ("office",), "6103"),
    NewPerson("qianyifan", "钱一帆", "office", "一级科员", ("office",), "6104"),
    NewPerson("operator", "何静", "office", "受理员", ("operator",), "6110"),
    NewPerson("dengxiaoyue", "邓晓月", "office", "受理员", ("operator",), "6111"),
    NewPerson("baojianguo", "包建国", "inspection", "科长", ("personnel", "unit_head"), "6151"),
    NewPerson("sunlei", "孙蕾", "inspection", "三级主任科员", ("personnel",), "6152"),
    NewPerson("auditor", "邢𠮷安", "inspection", "审计管理员", ("auditor",), "6153"),
    NewPerson("liuchengde", "柳承德", "personnel", "科长", ("personnel", "unit_head"), "6161"),
    NewPerson("personnel", "罗建国", "personnel", "副科长", ("personnel",), "6162"),
    NewPerson("miaoqing", "苗青", "personnel", "四级主任科员", ("personnel",), "6163"),
    NewPerson("yaoruilin", "姚瑞林", "general", "主任", ("unit_head",), "6105"),
    NewPerson("sysadmin", "纪明喆", "general", "系统管理员", ("sysadmin",), "6107"),
    NewPerson("secadmin", "龙海燕", "general", "安全管理员", ("secadmin",), "6108"),
    NewPerson("xumanli", "徐曼丽", "general", "文书", ("officer",), "6021"),
    NewPerson("yinchongshan", "尹崇山", "construction", "科长", ("unit_head",), "6231"),
    NewPerson("hanxue", "韩雪", "construction", "副科长", ("officer",), "6232"),
    NewPerson("caozhiyuan", "曹致远", "construction", "二级主任科员", ("officer",), "6233"),
    NewPerson("linjianjun", "蔺建军", "construction", "四级主任科员", ("officer",), "6234"),
    NewPerson("gupan", "顾盼", "construction", "一级科员", ("officer",), "6235"),
    NewPerson("weidonglai", "卫东来", "streets", "科长", ("unit_head",), "6221"),
    NewPerson("officer2", "邓凯", "streets", "副科长", ("officer",), "6222"),
    NewPerson("tanxiaoyu", "谭小雨", "streets", "四级主任科员", ("officer",), "6223"),
    NewPerson("feirong", "费镕", "streets", "四级主任科员", ("officer",), "6224"),
    NewPerson("yuanman", "袁满", "streets", "一级科员", ("officer",), "6225"),
    NewPerson("peishixun", "裴世勋", "adverts", "科长", ("unit_head",), "6241"),
    NewPerson("songyan", "宋岩", "adverts", "三级主任科员", ("officer",), "6242"),
    NewPerson("zhuqing", "祝青", "adverts", "四级主任科员", ("officer",), "6243"),
    NewPerson("moxiaoyun", "莫晓芸", "adverts", "一级科员", ("officer",), "6244"),
    NewPerson("unit_head", "方海涛", "haulage", "科长", ("unit_head",), "6211"),
    NewPerson("zhoulan", "周岚", "haulage", "副科长", ("officer",), "6212"),
    NewPerson("officer", "陈立", "haulage", "三级主任科员", ("officer",), "6213"),
    NewPerson("gepengcheng", "葛鹏程", "haulage", "四级主任科员", ("officer",), "6214"),
    NewPerson("maximing", "马㐂明", "haulage", "一级科员", ("officer",), "6215"),
    NewPerson("leizhendong", "雷振东", "brigade", "支队长", ("unit_head",), "6301"),
    NewPerson("jiangyiming", "江一鸣", "brigade", "法制员", ("officer",), "6302"),
    NewPerson("daiyong", "戴勇", "brigade", "机动组组长", ("officer",), "6303"),
    NewPerson("luohong", "骆红", "brigade", "内勤", ("officer",), "6304"),
    NewPerson("shilei", "石磊", "squad1", "中队长", ("unit_head",), "6311"),
    NewPerson("tianye", "田野", "squad1", "副中队长", ("officer",), "6312"),
    NewPerson("xiangyang", "向阳", "squad1", "执法队员", ("officer",), "6313"),
    NewPerson("ranxiaochuan", "冉小川", "squad1", "执法队员", ("officer",), "6314"),
    NewPerson("yueyanan", "乐亚男", "squad1", "内勤", ("officer",), "6315"),
    NewPerson("tonglixia", "童立夏", "squad2", "中队长", ("unit_head",), "6321"),
    NewPerson("gaoyuan", "高远", "squad2", "副中队长", ("officer",), "6322"),
    NewPerson("gaowenjing", "高文静", "squad2", "执法队员", ("officer",), "6323"),
    NewPerson("muzian", "穆子安", "squad2", "执法队员", ("officer",), "6324"),
    NewPerson("qiutian", "邱天", "squad2", "内勤", ("officer",), "6325"),
    NewPerson("zhanglimin", "章立民", "dumps", "所长", ("unit_head",), "6331"),
    NewPerson("heping", "贺平", "dumps", "副所长", ("officer",), "6332"),
    NewPerson("shulang", "舒朗", "dumps", "过磅管理员", ("officer",), "6333"),
    NewPerson("houjianbo", "侯建波", "dumps", "现场管理员", ("officer",), "6334"),
    NewPerson("cenguoliang", "岑国梁", "discipline", "组长", ("discipline", "unit_head"), "6401"),
    NewPerson("discipline", "沈静", "discipline", "副组长", ("discipline",), "6402"),
    NewPerson("zhouzheng", "周正", "discipline", "纪检监察员", ("discipline",), "6403"),
)

HEADS: dict[str, str] = {person.unit: person.login for person in PEOPLE if "unit_head" in person.roles}
"""Unit key to the login of its head: of each unit exactly one person holds `unit_head`."""

DESKS: dict[str, str] = {
    "hotline": "operator",
    "mailbox": "operator",
    "triage": "office",
    "office_head": "office_head",
    "deputy_head": "deputy_head",
    "discipline": "discipline",
}
"""Desk key to the login of the one person who keeps it."""

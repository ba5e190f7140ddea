"""Writes the fixtures of WebFormatsTests, WebPagesTests and CommentParsingTests: what other programs make of the same bytes.

robots.json     rules of robots.txt by Protego, drawn from a grammar with a seed
selectors.json  CSS selectors on two pages by lxml and cssselect
encodings.json  texts and all two-byte codes of CP949 by Python's codecs
feeds.json      feeds by feedparser; sitemaps are compared with what the script itself wrote
addresses.json  relative addresses by urllib.parse, addresses of hosts by ipaddress, names by Python's idna codec,
                dates by email.utils

Run: python make_fixtures.py        (pip install cssselect==1.6.0 feedparser==6.0.14 lxml==6.1.3 Protego==0.7.0)
"""
import calendar
import email.utils
import ipaddress
import json
import pathlib
import random
import sys
import urllib.parse
from importlib.metadata import version

import cssselect
import feedparser
import lxml.html
from protego import Protego

HERE = pathlib.Path(__file__).parent


def write(name, content, *peers, indent=1):
    content["made_by"] = {"python": sys.version.split()[0], **{p: version(p) for p in peers}}
    text = json.dumps(content, ensure_ascii=False, indent=indent)
    (HERE / name).write_text(text + "\n", encoding="utf-8")


# --- robots.txt

AGENTS = ["splitvote", "otherbot", "*"]
PIECES = ["/", "a", "b", "/news", "/view", "*", "$", ".html", "?", "id=", "%ED%95%9C", "한", "%7E", "~", "%2f", "-"]


def rule(draw):
    path = "/" + "".join(draw.choice(PIECES) for _ in range(draw.randint(0, 5)))
    return f"{draw.choice(['Allow', 'Disallow', 'allow', 'DISALLOW'])}:{draw.choice(['', ' ', '  '])}{path}"


def robots_text(draw):
    lines = []
    agents = AGENTS[:]
    draw.shuffle(agents)
    for agent in agents[: draw.randint(1, 3)]:
        lines.append(f"User-agent: {agent}")
        lines += [rule(draw) for _ in range(draw.randint(1, 6))]
        lines += draw.choice([[], ["# a comment"], ["Sitemap: https://example.com/map.xml"], [""], ["nonsense"]])
    return draw.choice(["\n", "\r\n"]).join(lines) + "\n"


def robots():
    draw = random.Random(20251121)
    cases = []
    for _ in range(200):
        text = robots_text(draw)
        parsed = Protego.parse(text)
        paths = ["/", "/news", "/news/a.html", "/view?id=a", "/한", "/%ED%95%9C/b", "/~a", "/a%2fb", "/a/b-"]
        paths += ["/" + "".join(draw.choice(PIECES[:5] + PIECES[7:]) for _ in range(4)) for _ in range(6)]
        # A path with $ or * of its own is where implementations differ; the standard's own example is a test by hand.
        paths = [p for p in paths if "$" not in p and "*" not in p]
        answers = [[p, [parsed.can_fetch("https://example.com" + p, a) for a in ("splitvote", "strange")]] for p in paths]
        cases.append({"text": text, "answers": answers})
    write("robots.json", {"cases": cases}, "Protego", indent=None)


# --- selectors

PAGE = """<!DOCTYPE html><html><head><title>T</title><meta property="og:title" content="머리 &quot;말&quot;"></head>
<body class="news  list"><div id="wrap" class="a b"><p class="lead">first <b lang="ko-KR">굵은</b></p><p>second</p>
<p class="lead last" title="it's &quot;so&quot;">third</p><ul><li>1</li><li class="x">2</li><li>3</li><li>4</li><li class="x y">5</li></ul>
<span></span><em> </em><a href="https://example.com/article/1?x=1">one</a><a href="/article/2.html">two</a><a name="n">none</a></div>
<div id="다른" data-v="a-b"><h2>h</h2><p>after h</p><p>again</p><div><p>deep</p></div></div>
<section><my-tag data-date-time="2025-01-01">c</my-tag><article><p>x</p><p>y</p></article></section></body></html>"""

SELECTORS = """* ; p ; P ; div p ; div > p ; h2 + p ; h2 ~ p ; h2 + * ; #wrap ; div#wrap.a.b ; .lead ; .LEAD ; p.lead.last ; body.list ;
[title] ; [href^="https:"] ; [href$='.html'] ; [href*=article] ; [class~="x"] ; [class~=lead] ; [lang|=ko] ; [lang|=k] ;
[data-v="a-b"] ; [href^=""] ; [class~=""] ; [class~="a b"] ; meta[property="og:title"] ; [title='it\\'s "so"'] ;
li:first-child ; li:last-child ; li:nth-child(2) ; li:nth-child(odd) ; li:nth-child(even) ; li:nth-child(2n+1) ; li:nth-child(3n-1) ;
li:nth-child(-n+2) ; li:nth-child(n+4) ; li:nth-last-child(2) ; li:nth-last-child(-n+2) ; p:first-of-type ; p:last-of-type ;
p:nth-of-type(2) ; p:only-child ; div p:only-child ; :empty ; li:not(.x) ; p:not([title]) ; div:not(#wrap) ; :not(p):not(li) ;
li:not(:first-child) ; h2, li.x , a[href] ; p , p ; section article > p + p ; my-tag ; [data-date-time] ; #다른 p ;
div > div p ; ul > li ~ li.x ; div   >   p ; body > * ; #\\77rap ; .a.b > .lead ; html ; html > body""".replace("\n", " ")


def selectors():
    tree = lxml.html.document_fromstring(PAGE)
    elements = [e for e in tree.iter() if isinstance(e.tag, str)]
    number = {e: n for n, e in enumerate(elements)}
    cases = []
    for selector in (s.strip() for s in SELECTORS.split(" ; ")):
        found = tree.xpath(cssselect.HTMLTranslator().css_to_xpath(selector))
        cases.append({"selector": selector, "elements": sorted(number[e] for e in found)})
    write("selectors.json", {"page": PAGE, "names": [e.tag for e in elements], "cases": cases}, "cssselect", "lxml")


# --- encodings

SAMPLES = {
    "euc-kr": "한국어 댓글 뉴스: 공감과 비공감", "cp949": "똠방각하 펲시콜라 한글", "ks_c_5601-1987": "가나다",
    "shift_jis": "日本語のニュース", "euc-jp": "日本語のニュース", "iso-2022-jp": "日本語 text", "gb18030": "中文新闻𠀀",
    "gb2312": "中文新闻", "big5": "中文新聞", "windows-1252": "café “naïve” €", "iso-8859-2": "Zażółć gęślą jaźń",
    "windows-1250": "Zażółć „gęślą”", "windows-1251": "Новости", "koi8-r": "Новости", "windows-1253": "Ελληνικά",
    "windows-1254": "Türkçe ığüşöç", "iso-8859-15": "prix €", "utf-16-le": "한국어 text", "utf-16-be": "한국어 text",
    "utf-8": "한국어 😀 text",
}


def fnv(values):
    total = 0xCBF29CE484222325
    for value in values:
        for byte in value.to_bytes(4, "little"):
            total = ((total ^ byte) * 0x100000001B3) % (1 << 64)
    return f"{total:016x}"


def encodings():
    samples = []
    for label, text in SAMPLES.items():
        codec = {"ks_c_5601-1987": "euc_kr"}.get(label, label)
        samples.append({"label": label.replace("16-", "16"), "text": text, "hex": text.encode(codec).hex()})
    valid = []
    for lead in range(0x81, 0xFF):
        for trail in range(0x41, 0xFF):
            try:
                text = bytes([lead, trail]).decode("cp949")
            except UnicodeDecodeError:
                continue
            if len(text) == 1:
                valid.append(ord(text))
    write("encodings.json", {"samples": samples, "cp949": {"count": len(valid), "fnv": fnv(valid)}})


# --- feeds

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>News &amp; more</title><link>https://example.com/</link>
<atom:link href="https://example.com/rss" rel="self"/>
<item><title>첫 기사</title><link>https://example.com/a/1</link><pubDate>Fri, 21 Nov 2025 09:30:00 +0900</pubDate></item>
<item><title><![CDATA[둘째 "기사"]]></title><link> https://example.com/a/2 </link><dc:date>2025-11-20T01:02:03Z</dc:date></item>
<item><title>셋째</title><guid>https://example.com/a/3</guid><pubDate>20 Nov 2025 23:59:59 GMT</pubDate></item>
<item><title>넷째</title><link>https://example.com/a/4</link><guid isPermaLink="false">4</guid></item>
</channel></rss>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://example.com/"><title>R</title></channel>
<item rdf:about="https://example.com/r/1"><title>하나</title><link>https://example.com/r/1</link><dc:date>2025-11-19T10:00:00+09:00</dc:date></item>
</rdf:RDF>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.com/sub/">
<title>A</title><entry><title>원자 1</title><link rel="alternate" href="one"/><link rel="edit" href="edit/1"/>
<published>2025-11-18T00:00:00Z</published><updated>2025-11-19T00:00:00Z</updated></entry>
<entry><title type="html">&lt;b&gt;굵은&lt;/b&gt; &amp;amp; 둘</title><link href="https://example.com/two"/><updated>2025-11-17T12:00:00+09:00</updated></entry></feed>"""


def feeds():
    cases = []
    for text in (RSS, RDF, ATOM):
        parsed = feedparser.parse(text.encode(), sanitize_html=False, resolve_relative_uris=True)
        entries = []
        for e in parsed.entries:
            moment = e.get("published_parsed") or e.get("updated_parsed")
            title = lxml.html.fromstring(e.title).text_content() if "<" in e.title else e.title
            entries.append([e.link, title.replace("&amp;", "&"), calendar.timegm(moment) if moment else None])
        cases.append({"text": text, "entries": entries})
    write("feeds.json", {"cases": cases}, "feedparser", "lxml")


# --- addresses and dates

HOSTS = """127.0.0.1 10.1.2.3 172.16.0.1 172.31.255.255 172.32.0.0 192.168.1.1 169.254.169.254 100.64.0.1 100.127.255.255 100.128.0.0 8.8.8.8
0.0.0.0 192.0.0.1 192.0.2.1 198.18.0.1 198.19.255.255 198.20.0.0 203.0.113.9 224.0.0.1 240.0.0.1 255.255.255.255 1.1.1.1 11.0.0.0
::1 :: fc00::1 fdff::1 fe80::1 fec0::1 ff02::1 2001:db8::1 2606:4700::1111 ::ffff:127.0.0.1 ::ffff:8.8.8.8 2001:4860:4860::8888 2001::1
2a00:1450::1 ::ffff:10.0.0.1 100::1 64:ff9b:1::1""".split()


def addresses():
    base = "https://example.com/a/b/c?q=1"
    references = ["d", "./d", "../d", "../../d", "../../../d", "/d/../e", "?x=2", "", "d/.", "d/..", "g;x=1/../y", "//other.org/z",
                  "/", ".", "..", "d?e/../f", "https://third.net/p/q", "d/e/../f"]
    joined = [[r, urllib.parse.urljoin(base, r)] for r in references]
    hosts = [[h, str(ipaddress.ip_address(h)), ipaddress.ip_address(h).is_global and not ipaddress.ip_address(h).is_multicast] for h in HOSTS]
    names = [[n, n.encode("idna").decode()] for n in ("한국어.example.kr", "bücher.example.de", "日本語.jp", "xn--3e0b707e.kr", "例え.テスト.com")]
    dates = ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "6 Nov 1994 08:49 +0900",
             "Fri, 21 Nov 2025 09:30:00 -0530", "Thu, 01 Jan 1970 00:00:00 GMT", "Tue, 29 Feb 2000 23:59:59 EST", "1 Mar 2024 00:00:00 GMT",
             "Fri, 31 Dec 1999 23:59:60 GMT"]
    moments = [[d, calendar.timegm(email.utils.parsedate_tz(d)[:6]) - (email.utils.parsedate_tz(d)[9] or 0)] for d in dates]
    write("addresses.json", {"base": base, "joined": joined, "hosts": hosts, "names": names, "dates": moments})


if __name__ == "__main__":
    robots()
    selectors()
    encodings()
    feeds()
    addresses()

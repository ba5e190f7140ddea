#!/usr/bin/env python3
"""A comment service on the loopback address, for measuring crawlers: pages of synthetic articles and, behind each, its
comments by a cursor, in the form that Naver's service has.

    comment_server.py ARTICLES COMMENTS    prints its address once it listens; ends with its standard input

Answers are made before they are asked for, so that what is measured is the crawler.
"""

import asyncio
import json
import re
import sys
from urllib.parse import parse_qs, urlsplit

PAGE = 100
WORDS = "기사 댓글 정말 나라 사람 이게 맞나 싶다 대단 하네요 반대 찬성 의견 그냥 웃음 (ㅋㅋ) 생각 뉴스 오늘 내일".split()


def text(number):
    """A comment's words: different for each, from 5 to 24 of them."""
    state, words = number * 2654435761 % 2**32, []
    for _ in range(5 + number % 20):
        state = (state * 1664525 + 1013904223) % 2**32
        words.append(WORDS[state >> 16 & 15])
    return " ".join(words) + f" {number}"


def comment(article, index):
    number = article * 1_000_000 + index
    return {
        "ticket": "news", "objectId": f"news001,{article:010d}", "commentNo": number, "parentCommentNo": number,
        "replyLevel": 1, "replyCount": 0, "contents": text(number), "commentType": "txt",
        "sympathyCount": number % 97, "antipathyCount": number % 41, "regTime": "2026-01-05T10:20:30+0900",
        "modTime": "2026-01-05T10:20:30+0900", "userIdNo": f"u{number % 5000}", "userName": "abcd****", "status": 0,
        "best": False, "deleted": False, "visible": True, "blind": False, "secret": False, "score": 0, "idType": None,
    }


class Service:
    def __init__(self, articles, comments):
        self.pages = {}
        links = "".join(f'<li><a href="/article/001/{a:010d}">기사 {a}</a></li>' for a in range(1, articles + 1))
        self.pages["/ranking"] = self.answer("text/html", f"<html><body><ul class=list>{links}</ul></body></html>")
        for a in range(1, articles + 1):
            html = (f"<html><head><title>기사 {a}</title></head><body><h2 id=title_area>기사 {a}</h2>"
                    f'<span class="_ARTICLE_DATE_TIME" data-date-time="2026-01-05 09:00:00"></span>'
                    f"<article id=dic_area>{'본문 ' * 300}</article></body></html>")
            self.pages[f"/article/001/{a:010d}"] = self.answer("text/html", html)
            for start in range(0, comments, PAGE):
                items = [comment(a, i) for i in range(start, min(start + PAGE, comments))]
                more = start + PAGE
                result = {
                    "success": True, "code": "1000", "result": {
                        "commentList": items, "count": {"comment": comments, "reply": 0, "total": comments},
                        "morePage": {"next": str(more if more < comments else "end"), "start": "0", "end": "end"}}}
                body = "_callback(" + json.dumps(result, ensure_ascii=False) + ");"
                self.pages[(f"news001,{a:010d}", str(start))] = self.answer("application/javascript", body)
        self.missing = self.answer("text/plain", "", "404 Not Found")

    @staticmethod
    def answer(kind, body, status="200 OK"):
        data = body.encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=UTF-8\r\nContent-Length: {len(data)}\r\n\r\n"
        return head.encode() + data

    def find(self, target):
        parts = urlsplit(target)
        if parts.path != "/commentBox/cbox/web_naver_list_jsonp.json":
            return self.pages.get(parts.path, self.missing)
        query = parse_qs(parts.query)
        key = (query["objectId"][0], query.get("moreParam.next", ["0"])[0])
        return self.pages.get(key, self.missing)

    async def serve(self, reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                writer.write(self.find(re.match(rb"\S+ (\S+)", head)[1].decode()))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()


async def main():
    service = Service(int(sys.argv[1]), int(sys.argv[2]))
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())

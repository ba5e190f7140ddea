#!/usr/bin/env python3
"""A Scrapy spider that does what ingest.web does against comment_server.py: ranking, article pages, all comments of each by
cursor, into SQLite, each comment once and its votes beside it. It keeps no answers and no frontier.

    scrapy_comments.py ADDRESS DATABASE CONCURRENCY    prints {"seconds": ..., "comments": ...}
"""

import json
import sqlite3
import sys
import time

import scrapy
from scrapy.crawler import CrawlerProcess

SERVICE = ("/commentBox/cbox/web_naver_list_jsonp.json?ticket=news&templateId=default_society&pool=cbox5&lang=ko"
           "&country=KR&objectId=news{oid}%2C{aid}&pageSize=100&indexSize=10&listType=OBJECT&pageType=more&sort=NEW"
           "&includeAllStatus=true&page={page}")


class CommentSpider(scrapy.Spider):
    name = "comments"
    address = database = None

    async def start(self):
        self.store = sqlite3.connect(self.database)
        self.store.execute("PRAGMA journal_mode = WAL")
        self.store.execute("PRAGMA synchronous = NORMAL")
        self.store.execute("CREATE TABLE article(key TEXT PRIMARY KEY, title TEXT, published TEXT)")
        self.store.execute("CREATE TABLE comment(key TEXT PRIMARY KEY, article TEXT, text TEXT, created_at TEXT)")
        self.store.execute("CREATE TABLE vote(comment TEXT, seen_at REAL, up INT, down INT, replies INT)")
        yield scrapy.Request(self.address + "/ranking", self.parse_ranking)

    def parse_ranking(self, response):
        for link in response.css("ul.list a::attr(href)").getall():
            yield response.follow(link, self.parse_article)

    def parse_article(self, response):
        oid, aid = response.url.split("/")[-2:]
        date = response.css("._ARTICLE_DATE_TIME::attr(data-date-time)").get()
        title = response.css("#title_area::text").get()
        self.store.execute("INSERT OR IGNORE INTO article VALUES (?, ?, ?)", (f"{oid}/{aid}", title, date))
        yield self.ask(oid, aid, 1, None)

    def ask(self, oid, aid, page, cursor):
        address = self.address + SERVICE.format(oid=oid, aid=aid, page=page)
        address += f"&moreParam.direction=next&moreParam.next={cursor}" if cursor else "&initialize=true"
        return scrapy.Request(
            address, self.parse_comments, headers={"Referer": f"{self.address}/article/{oid}/{aid}"},
            cb_kwargs={"oid": oid, "aid": aid, "page": page})

    def parse_comments(self, response, oid, aid, page):
        body = response.text
        result = json.loads(body[body.index("(") + 1:body.rindex(")")])["result"]
        now = time.time()
        for item in result["commentList"]:
            key = str(item["commentNo"])
            self.store.execute(
                "INSERT OR IGNORE INTO comment VALUES (?, ?, ?, ?)",
                (key, f"{oid}/{aid}", item["contents"], item["regTime"]))
            self.store.execute(
                "INSERT INTO vote VALUES (?, ?, ?, ?, ?)",
                (key, now, item["sympathyCount"], item["antipathyCount"], item["replyCount"]))
        self.store.commit()
        more = result["morePage"]
        if result["commentList"] and more["next"] != more["end"]:
            yield self.ask(oid, aid, page + 1, more["next"])

    def closed(self, reason):
        self.store.close()


def main():
    address, database, concurrency = sys.argv[1], sys.argv[2], int(sys.argv[3])
    process = CrawlerProcess({
        "LOG_LEVEL": "ERROR", "ROBOTSTXT_OBEY": True, "DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS": concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency, "TELNETCONSOLE_ENABLED": False, "COOKIES_ENABLED": False})
    process.crawl(CommentSpider, address=address, database=database)
    started = time.monotonic()
    process.start()
    seconds = time.monotonic() - started
    count, = sqlite3.connect(database).execute("SELECT count(*) FROM comment").fetchone()
    print(json.dumps({"seconds": seconds, "comments": count}))


if __name__ == "__main__":
    main()

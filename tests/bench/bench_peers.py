#!/usr/bin/env python3
"""bench_peers.py feedparser|parsel FILE SECONDS: process CPU time of the peer on the same document, best of its runs: microseconds,
megabytes a second, items. parsel reads the fields that the adapter of t.me pages reads."""
import sys
import time

peer, name, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
with open(name, "rb") as f:
    body = f.read()


def feedparser_run():
    import feedparser
    return len([(e.get("id"), e.get("link"), e.get("author"), e.get("title"), e.get("summary"), e.get("published")) for e in feedparser.parse(body).entries])


def parsel_run():
    from parsel import Selector
    items = []
    for m in Selector(body.decode("utf-8")).css("div.tgme_widget_message"):
        items.append((m.attrib.get("data-post"), m.css(".tgme_widget_message_owner_name span::text").get(),
                      " ".join(m.css(".tgme_widget_message_text *::text, .tgme_widget_message_text::text").getall()),
                      m.css(".tgme_widget_message_text a::attr(href)").getall(), m.css(".tgme_widget_message_views::text").get(),
                      m.css(".tgme_widget_message_date time::attr(datetime)").get(), m.css(".tgme_widget_message_date::attr(href)").get()))
    return len(items)


run = {"feedparser": feedparser_run, "parsel": parsel_run}[peer]
run()
best, spent, items = 1e9, 0.0, 0
while spent < seconds:
    start = time.process_time()
    items = run()
    one = time.process_time() - start
    spent += one
    best = min(best, one)
print("%.1f %.1f %d" % (best * 1e6, len(body) / 1e6 / best, items))

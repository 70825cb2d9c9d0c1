#!/usr/bin/env python3
"""bench_documents.py DIR: an RSS feed, an Atom feed and a t.me/s page of about 225 KB each, of words that mean nothing; the same bytes
everywhere (a generator of its own, since random's sequence is nobody's promise)."""
import html
import sys

WORDS = ("rivage lantern été quiet meadow forêt ocean granite violin café harbour clover montagne window silver orchard 🙂 bridge "
         "marché paper naïve thunder velvet œuvre").split()
state = 12345


def below(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
    return (state >> 33) % n


def text(size):
    out = []
    while sum(map(len, out)) + len(out) < size:
        out.append(WORDS[below(len(WORDS))])
    return " ".join(out)


def paragraphs(size):
    return "".join("<p>%s <a href=\"https://example.org/%d?a=1&amp;b=2\">%s</a></p>" % (text(size // 3), below(10**6), text(20)) for _ in range(3))


def rss(n):
    items = "".join(
        "<item><title>%s</title><link>https://example.org/%d</link><guid isPermaLink=\"false\">tag:%d</guid><dc:creator>%s</dc:creator>"
        "<pubDate>Mon, 02 Mar 2026 10:%02d:00 +0000</pubDate><category>%s</category><description>%s</description>"
        "<content:encoded><![CDATA[%s]]></content:encoded></item>\n"
        % (text(60), i, i, text(15), i % 60, text(8), html.escape(text(300)), paragraphs(1500)) for i in range(n))
    return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
            "xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>Bench</title><link>https://example.org/</link>"
            "<description>Words</description>%s</channel></rss>\n" % items)


def atom(n):
    entries = "".join(
        "<entry><title>%s</title><link href=\"https://example.org/%d\"/><id>tag:example.org,2026:%d</id><updated>2026-03-02T10:%02d:00Z</updated>"
        "<published>2026-03-02T10:%02d:00Z</published><author><name>%s</name></author><summary>%s</summary><content type=\"html\">%s</content></entry>\n"
        % (text(60), i, i, i % 60, i % 60, text(15), html.escape(text(300)), html.escape(paragraphs(1500))) for i in range(n))
    return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Bench</title><id>tag:bench</id>"
            "<updated>2026-03-02T10:00:00Z</updated>%s</feed>\n" % entries)


def telegram(n):
    messages = "".join(
        "<div class=\"tgme_widget_message_wrap js-widget_message_wrap\"><div class=\"tgme_widget_message text_not_supported_wrap js-widget_message\" "
        "data-post=\"bench/%d\"><div class=\"tgme_widget_message_user\"><a href=\"https://t.me/bench\"><i class=\"tgme_widget_message_user_photo\">"
        "<img src=\"https://cdn.example/%d.jpg\"></i></a></div><div class=\"tgme_widget_message_bubble\"><div class=\"tgme_widget_message_author\">"
        "<a class=\"tgme_widget_message_owner_name\" href=\"https://t.me/bench\"><span dir=\"auto\">Bench</span></a></div>"
        "<div class=\"tgme_widget_message_text js-message_text\" dir=\"auto\">%s<br/>%s <a href=\"https://example.org/%d\">%s</a> &amp; <b>%s</b></div>"
        "<div class=\"tgme_widget_message_footer compact js-message_footer\"><div class=\"tgme_widget_message_info short js-message_info\">"
        "<span class=\"tgme_widget_message_views\">%d.%dK</span><span class=\"tgme_widget_message_meta\"><a class=\"tgme_widget_message_date\" "
        "href=\"https://t.me/bench/%d\"><time datetime=\"2026-03-02T10:%02d:00+00:00\" class=\"time\">10:%02d</time></a></span></div></div></div></div></div>\n"
        % (i, i, text(1200), text(1200), i, text(30), text(30), below(900), below(10), i, i % 60, i % 60) for i in range(1, n + 1))
    return ("<!DOCTYPE html><html><head><title>Bench – Telegram</title><meta charset=\"utf-8\"></head><body class=\"widget_frame_base tgme_webpage\">"
            "<main class=\"tgme_main\"><section class=\"tgme_channel_history js-message_history\">%s</section></main></body></html>\n" % messages)


for name, body in (("feed.rss", rss(100)), ("feed.atom", atom(90)), ("page.html", telegram(50))):
    with open("%s/%s" % (sys.argv[1], name), "w", encoding="utf-8") as f:
        f.write(body)

#!/usr/bin/env python3
"""liar.py: a moderation service on loopback that answers as published, and lies on demand.

    liar.py [--log FILE]      prints "port N", serves until its standard input ends

The path is /LIE/… and its end says the shape: /v1/moderations (OpenAI; Mistral where the model says so), /predict (text-embeddings-inference)
and /v1/chat/completions. LIE is `honest` or a row of LIES or REPLIES below. Each request is a line of the log: path, number of texts, the
Authorization header. A text with "[[haine" scores .7 to 1, others .001 to .4: by its bytes, so that no two have the same.
"""
import http.server
import json
import sys
import threading
import time
import zlib

counts = {}
lock = threading.Lock()
log = open(sys.argv[2], "a", buffering=1) if len(sys.argv) == 3 and sys.argv[1] == "--log" else None


def score(text):
    base, width = (0.7, 0.3) if "[[haine" in text else (0.001, 0.4)
    return round(base + width * (zlib.crc32(text.encode()) % 100000) / 100000, 6)


def moderation_texts(q):
    assert isinstance(q["model"], str) and isinstance(q["input"], list), q
    return q["input"]


def openai(q, texts):
    results = [{"flagged": score(t) >= 0.5, "categories": {"hate": score(t) >= 0.5, "hate/threatening": False, "violence": False},
                "category_scores": {"hate": score(t), "hate/threatening": 0.001, "violence": 0.9}} for t in texts]
    return {"id": "modr-1", "model": q["model"], "results": results}, results


def mistral(q, texts):
    results = [{"categories": {"hate_and_discrimination": score(t) >= 0.5, "sexual": False},
                "category_scores": {"hate_and_discrimination": score(t), "sexual": 0.7}} for t in texts]
    return {"id": "1", "model": q["model"], "results": results}, results


def tei(q, texts):
    results = [sorted([{"label": "hate", "score": score(t)}, {"label": "neutral", "score": round(1 - score(t), 6)}],
                      key=lambda p: -p["score"]) for t in texts]
    return results, results


def tei_texts(q):
    assert all(isinstance(i, list) and len(i) == 1 for i in q["inputs"]), q
    return [i[0] for i in q["inputs"]]


def chat_texts(q):
    assert q["response_format"]["json_schema"]["strict"] is True and q["messages"][0]["role"] == "system", q
    return json.loads(q["messages"][1]["content"])["texts"]


def chat(q, texts):
    results = [{"id": t["id"], "score": score(t["text"]), "targets": ["women"] if "women" in t["text"] else []} for t in texts]
    content = {"results": results}
    return {"id": "c", "model": q["model"], "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "refusal": None, "content": content}}]}, results


SHAPES = {"/v1/moderations": (moderation_texts, openai), "/predict": (tei_texts, tei), "/v1/chat/completions": (chat_texts, chat)}


def put_score(entry, value):
    if isinstance(entry, list):
        entry[0]["score"] = entry[1]["score"] = value
    elif "category_scores" in entry:
        for name in entry["category_scores"]:
            entry["category_scores"][name] = value
    else:
        entry["score"] = value


def reverse(results):
    results.reverse()
    for i, r in enumerate(results):  # by position only: names that come along would be right
        if isinstance(r, dict) and "id" in r:
            r["was"] = i


# what becomes of the results, in place
LIES = {
    "extra": lambda r: r.append(json.loads(json.dumps(r[-1]))),
    "stranger": lambda r: r.append(dict(r[-1], id=999999) if isinstance(r[-1], dict) else r[-1]),
    "missing": lambda r: r.pop(),
    "none": lambda r: r.clear(),
    "reordered": reverse,
    "nan": lambda r: put_score(r[0], float("nan")),
    "text-score": lambda r: put_score(r[0], "0.5"),
    "null-score": lambda r: put_score(r[0], None),
    "above-one": lambda r: put_score(r[0], 1.5),
    "negative": lambda r: put_score(r[0], -0.2),
    "empty-result": lambda r: r.__setitem__(0, [] if isinstance(r[0], list) else {"id": r[0].get("id")}),
}


def honest(shape, q, lie):
    texts_of, answer = SHAPES[shape]
    if shape == "/v1/moderations" and str(q.get("model", "")).startswith("mistral"):
        answer = mistral
    texts = texts_of(q)
    document, results = answer(q, texts)
    if lie in LIES:
        LIES[lie](results)
    if shape == "/v1/chat/completions":
        said = document["choices"][0]
        if lie == "refusal":
            said["message"].update(refusal="no", content=None)
        else:
            said["message"]["content"] = json.dumps(said["message"]["content"])
        if lie == "cut-short":
            said["finish_reason"] = "length"
    return json.dumps(document), len(texts)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *unused):
        pass

    def reply(self, status, body, headers=(), kind="application/json"):
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        q = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        _, lie, rest = self.path.split("/", 2)
        with lock:
            counts[lie] = counts.get(lie, 0) + 1
            nth = counts[lie]
        body, n = honest("/" + rest, q, lie)
        if log:
            log.write(json.dumps({"path": self.path, "texts": n, "authorization": self.headers.get("Authorization"), "body": q}) + "\n")
        REPLIES.get(lie, lambda h, b, k: h.reply(200, b))(self, body, nth)

    def drip(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for c in body:
            self.wfile.write(c.encode())
            self.wfile.flush()
            time.sleep(0.5)


def hang_up(h, body, nth):
    h.close_connection = True


def flaky(status, headers=()):
    """The first two requests fail, then an honest answer."""
    return lambda h, b, nth: h.reply(status, "{}", headers) if nth <= 2 else h.reply(200, b)


# what becomes of the answer on its way
REPLIES = {
    "429": lambda h, b, k: h.reply(429, "{}", [("Retry-After", "7")]),
    "429-then": flaky(429, [("Retry-After", "7")]),
    "429-long": lambda h, b, k: h.reply(429, "{}", [("Retry-After", "86400")]),
    "500": lambda h, b, k: h.reply(500, "oops", kind="text/plain"),
    "500-then": flaky(500),
    "400": lambda h, b, k: h.reply(400, '{"error": {"message": "no such model"}}'),
    "401": lambda h, b, k: h.reply(401, '{"error": {"message": "bad key"}}'),
    "204": lambda h, b, k: h.reply(204, ""),
    "cut": lambda h, b, k: h.reply(200, b[: len(b) // 2]),
    "trailing": lambda h, b, k: h.reply(200, b + " x"),
    "not-utf8": lambda h, b, k: h.reply(200, b.encode()[:-2] + b"\xff\xfe"),
    "html": lambda h, b, k: h.reply(200, "<html>busy</html>", kind="text/html"),
    "mistyped": lambda h, b, k: h.reply(200, b, kind="text/plain"),
    "untyped": lambda h, b, k: h.reply(200, b, kind=None),
    "number": lambda h, b, k: h.reply(200, "17"),
    "deep": lambda h, b, k: h.reply(200, "[" * 100000),
    "huge": lambda h, b, k: h.reply(200, b + " " * (5 << 20)),
    "slow": lambda h, b, k: time.sleep(3),
    "drip": lambda h, b, k: h.drip(b),
    "hang-up": hang_up,
    "redirect": lambda h, b, k: h.reply(307, "", [("Location", "http://127.0.0.1:1/elsewhere")]),
    "echo-token": lambda h, b, k: h.reply(200, b[:-1] + ', "seen": ' + json.dumps(h.headers.get("Authorization")) + "}"),
}

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print("port", server.server_address[1], flush=True)
sys.stdin.read()

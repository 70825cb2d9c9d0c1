#!/usr/bin/env python3
"""bench_vectors.py POSTS: scikit-learn's HashingVectorizer (words and runs of two and three, letters of three to five inside words, 2^20
places) and logistic regression over the lines of POSTS: items a second of process CPU time, one thread, learning not counted."""
import sys
import time

from scipy.sparse import hstack
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

with open(sys.argv[1], encoding="utf-8") as f:
    posts = f.read().splitlines()
words = HashingVectorizer(ngram_range=(1, 3), n_features=2**20)
letters = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 5), n_features=2**20)


def vectors(texts):
    return hstack([words.transform(texts), letters.transform(texts)]).tocsr()


model = LogisticRegression(solver="liblinear", max_iter=5).fit(vectors(posts[:400]), [i % 2 for i in range(400)])
start = time.process_time()
model.predict_proba(vectors(posts))
print("%.0f" % (len(posts) / (time.process_time() - start)))

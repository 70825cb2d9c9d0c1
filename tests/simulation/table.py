#!/usr/bin/env python3
"""table.py RESULTS DOC LANG: writes what `simulate` printed as the table between the markers of DOC. LANG: en or fr.

Lines `# key: value` (date, commit, command) go under the table; `# seed: N` begins the rows of a seed. The first seed is the one that rules and
limits were chosen on, the second ("again") was not looked at for that; a setting holds if it does with both.
"""
import re
import sys

HERE = __file__.rsplit("/", 1)[0]
WORDS = {
    "en": {
        "head": ["planted", "lift", "studies", "bias", "covers: lift", "ratio", "rejects", "again: covers", "ratio", "rejects", "no interval", "flagged", "width", "held", "strictly, pooled"],
        "groups": {"G": "Number of personas", "B": "Shared feed, shocks of the day, few or many days", "T": "Personalised feeds with shocks of the day",
                   "I": "Spread of personas, depth", "P": "Low share", "S": "Skew", "R": "Drift of the lift (slope in points a day)", "D": "Detector errors (coverage of what the detector would find everywhere)",
                   "M": "Missing and blocked visits", "W": "Twins and the noise floor", "X": "What would go wrong"},
        "yes": "yes", "no": "**no**", "flag": "flagged", "out": "–",
        "intro": "Settings with {g} personas and {b} time blocks or more: {n}. Coverage of the 95 % interval within [93, 97] % and type I error of at most 5.5 %: {ok}; not so, and "
                 "flagged by the report in at least half of the studies: {fl}; not so without it: {bad}. Where nothing is planted the test rejects in at most {t1} of the studies of a setting "
                 "outside \"flagged\" ({t1n}). Without that room, the studies of both seeds pooled (last column): {strict} hold.",
        "corrected": ["corrected estimate", "studies", "truth", "bias", "covers", "again", "no interval", "width"],
        "corrected_intro": "Corrected estimates (`simulate_corrected`, truth in % or points): do they hold the hateful share itself? Se .8, Sp .95, and below the threshold the score says "
                           "nothing: the worst case for a sample stratified by score. Rows \"as the report\": its own draw, its estimator with the scores, what strata leave open where nothing was "
                           "found, and no interval below 5 hateful texts in a feed. The rows above them are the bare estimators, half of the labels on what was flagged: with few "
                           "hateful texts among the many unflagged ones they fall short, badly at 2 %, and the report does not print them so.",
        "hate": "what is hateful: ", "worst": "worst-case bounds: ", "date": "date", "commit": "commit", "command": "remade by", "program": "program", "seed": "seeds"},
    "fr": {
        "head": ["planté", "écart", "études", "biais", "couvre : écart", "rapport", "rejette", "de nouveau : couvre", "rapport", "rejette", "sans intervalle", "signalé", "largeur", "tenu", "strictement, ensemble"],
        "groups": {"G": "Nombre de personas", "B": "Flux partagé, chocs du jour, peu ou beaucoup de jours", "T": "Flux personnalisés avec chocs du jour",
                   "I": "Dispersion des personas, profondeur", "P": "Part faible", "S": "Asymétrie", "R": "Dérive de l’écart (pente en points par jour)",
                   "D": "Erreurs du détecteur (couverture de ce que le détecteur trouverait partout)", "M": "Visites manquantes ou bloquées",
                   "W": "Jumeaux et bruit de fond", "X": "Ce qui irait mal"},
        "yes": "oui", "no": "**non**", "flag": "signalé", "out": "–",
        "intro": "Situations d’au moins {g} personas et {b} blocs de temps : {n}. Couverture de l’intervalle à 95 % dans [93 ; 97] % et risque de première espèce "
                 "de 5,5 % au plus : {ok} ; sinon, et signalée par le rapport dans au moins la moitié des études : {fl} ; sinon, sans l’être : {bad}. Où rien n’est planté, le test rejette "
                 "dans {t1} des études au plus, hors situations signalées ({t1n}). Sans cette marge, les études des deux graines réunies (dernière colonne) : {strict} tenues.",
        "corrected": ["estimation corrigée", "études", "vérité", "biais", "couvre", "de nouveau", "sans intervalle", "largeur"],
        "corrected_intro": "Estimations corrigées (`simulate_corrected`, vérité en % ou en points) : contiennent-elles la part haineuse elle-même ? Se 0,8, Sp 0,95, et sous le seuil le "
                           "score ne dit rien : le pire cas pour un échantillon stratifié par score. Lignes « comme le rapport » : son propre tirage, son estimateur avec les scores, ce que "
                           "laissent ouvert les strates où rien n’a été trouvé, et pas d’intervalle sous 5 textes haineux dans un flux. Les lignes au-dessus sont les estimateurs nus, la "
                           "moitié des étiquettes sur ce qui est signalé : avec peu de textes haineux parmi les nombreux non signalés ils sont trop courts, très nettement à 2 %, et le "
                           "rapport ne les imprime pas ainsi.",
        "hate": "ce qui est haineux\u00a0: ", "worst": "bornes au pire\u00a0: ", "date": "date", "commit": "commit", "command": "refait par", "program": "programme", "seed": "graines"},
}


def settings():
    found = {}
    for m in re.finditer(r'^SIM\("([^"]+)", "(\w)", "([^"]*)", "([^"]*)", ?(.*)\)$', open(HERE + "/settings.def", encoding="utf-8").read(), re.M):
        fields = dict(re.findall(r"\.(\w+) = ([\w.]+)", m[5]))
        days, block, personas = int(fields.get("days", 14)), int(fields.get("block", 1)), int(fields.get("personas", 10))
        found[m[1]] = {"en": m[3], "fr": m[4], "group": m[2], "target": personas >= 10 and days // block >= 14 and m[2] not in "XOHAK"}
    return found


def put(doc, name, new):
    """Between the markers of DOC."""
    text = open(doc, encoding="utf-8").read()
    text, n = re.subn(f"(<!-- simulation:{name} -->\n).*?(<!-- simulation:{name}-end -->)", lambda m: m[1] + new + "\n" + m[2], text, flags=re.S)
    if n != 1:
        sys.exit(f"{doc}: no markers {name}")
    open(doc, "w", encoding="utf-8").write(text)


def number(v, digits, lang, percent=False):
    text = f"{100 * v if percent else v:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    text = text.replace("-", "−")
    if lang == "fr":
        text = text.replace(".", ",")
    return text + ("\u00a0%" if lang == "fr" else " %") if percent else text


def ratio_of(row, group, lang):
    return number(row["ratio"]["coverage"], 1, lang, True) if "ratio" in row else WORDS[lang]["out"] if group == "R" else "="


def again(row, group, lang):
    """Coverage of the lift, of the ratio, and rejections with another seed."""
    if not row:
        return [WORDS[lang]["out"]] * 3
    return [number(row["lift"]["coverage"], 1, lang, True), ratio_of(row, group, lang), number(row["lift"]["rejected"], 1, lang, True)]


def strictly(of):
    """Does the rule hold over the studies of all seeds, with nothing added for Monte-Carlo error?"""
    n, intervals = sum(r["studies"] for r in of), sum(r["intervals"] for r in of)
    covered, rejected = sum(r["covered"] for r in of) / max(1, intervals), sum(r["rejections"] for r in of) / n
    return 0.93 <= covered <= 0.97 and (of[0]["null"] == 0 or rejected <= 0.055)


def main():
    path, doc, lang = sys.argv[1:4]
    words, known, notes, rows, corrected = WORDS[lang], settings(), {}, [], []
    header = None
    for line in open(path, encoding="utf-8"):
        if line.startswith("# "):
            key, _, value = line[2:].strip().partition(": ")
            if key == "seed":
                rows.append({})
                corrected.append({})
                value = notes[key] + ", " + value if key in notes else value
            notes[key] = value
            continue
        cells = line.rstrip("\n").split("\t")
        if cells[0] == "corrected":
            if cells[1] != "name":
                corrected[-1][cells[1]] = cells
            continue
        if header is None or cells[0] == "group":
            header = cells
            continue
        row = dict(zip(header, cells))
        rows[-1].setdefault(row["name"], {})[row["metric"]] = {k: float(v) if re.fullmatch(r"-?[\d.e+-]+", v) else v for k, v in row.items()}
    counts, worst = {"n": 0, "ok": 0, "fl": 0, "bad": 0, "strict": 0}, (0, "")
    body, last = [], None
    for name, setting in known.items():
        if name not in rows[0]:
            continue
        lift, ratio = rows[0][name]["lift"], rows[0][name].get("ratio")
        if setting["group"] != last:
            last = setting["group"]
            body.append("| **" + words["groups"][last] + "** |" + " |" * (len(words["head"]) - 1))
        rejected, good = lift["rejected"], True
        for i, of in enumerate(rows):
            for row in of.get(name, {}).values():  # again: fewer studies, so that two Monte-Carlo errors are left to chance
                room = 2 * (0.05 * 0.95 / row["studies"]) ** 0.5 if i else 0
                good = good and 0.93 - room <= row["coverage"] <= 0.97 + room and (row["amp"] > 0 or row["rejected"] <= 0.055 + room)
        flagged = min(max(r[name][m]["flagged"] for m in r[name]) for r in rows if name in r) >= 0.5
        verdict = words["out"] if not setting["target"] else words["yes"] if good else words["flag"] if flagged else words["no"]
        strict = all(strictly([of[name][m] for of in rows if name in of]) for m in rows[0][name])
        if setting["target"]:
            counts["n"] += 1
            counts["strict"] += strict
            counts["ok" if good else "fl" if flagged else "bad"] += 1
            if lift["amp"] == 0 and (good or not flagged) and rejected > worst[0]:
                worst = (rejected, setting[lang])
        body.append("| " + " | ".join([
            setting[lang],
            number(100 * lift["truth"], 2, lang), str(int(lift["studies"])), number(100 * lift["bias"], 2, lang),
            number(lift["coverage"], 1, lang, True) + (f" ({words['hate']}{number(lift['hate_coverage'], 1, lang, True)})" if setting["group"] == "D" else
                                                       f" ({words['worst']}{number(lift['worst_coverage'], 1, lang, True)})" if setting["group"] == "M" else ""),
            ratio_of(rows[0][name], setting["group"], lang),
            number(lift["rejected"], 1, lang, True),
            *[cell for r in rows[1:] for cell in again(r.get(name), setting["group"], lang)],
            number(ratio["no_interval"] if ratio else lift["no_interval"], 1, lang, True),
            number(max(lift["flagged"], ratio["flagged"] if ratio else 0), 0, lang, True),
            number(100 * lift["width"], 2, lang), verdict,
            words["out"] if not setting["target"] else words["yes"] if strict else words["no"]]) + " |")
    table = ["| " + " | ".join(words["head"]) + " |", "|---" * len(words["head"]) + "|"] + body
    second = ["| " + " | ".join(words["corrected"]) + " |", "|---" * len(words["corrected"]) + "|"]
    for name, (_, _, en, fr, studies, truth, bias, coverage, none, width) in corrected[0].items():
        second.append("| " + " | ".join([en if lang == "en" else fr, studies, number(100 * float(truth), 2, lang), number(100 * float(bias), 3, lang),
                                         number(float(coverage), 1, lang, True), *[number(float(c[name][7]), 1, lang, True) if name in c else words["out"] for c in corrected[1:]],
                                         number(float(none), 1, lang, True), number(100 * float(width), 2, lang)]) + " |")
    if corrected[0]:
        table += ["", words["corrected_intro"], ""] + second
    intro = words["intro"].format(g=10, b=14, t1=number(worst[0], 1, lang, True), t1n=worst[1], **counts)
    foot = "; ".join(f"{words.get(k, k)}: {v}" for k, v in notes.items()) if lang == "en" else "\u202f; ".join(f"{words.get(k, k)}\u00a0: {v}" for k, v in notes.items())
    if lang == "fr":
        table = [line.replace("« ", "«\u00a0").replace(" »", "\u00a0»") for line in table]
        table = [line if line.startswith("|") else line.replace(" :", "\u00a0:").replace(" ?", "\u202f?") for line in table]
        intro = intro.replace(" :", "\u00a0:").replace(" ;", "\u202f;")
        table[0] = table[0].replace(" :", "\u00a0:")
    put(doc, "table", intro + "\n\n" + "\n".join(table) + "\n\n" + foot)
    print(intro)


if __name__ == "__main__":
    main()

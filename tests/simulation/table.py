#!/usr/bin/env python3
"""table.py RESULTS DOC LANG: writes what `simulate` printed as the table between the markers of DOC. LANG: en or fr.

The first lines of RESULTS may be `# key: value`: date, commit, command. They go under the table.
"""
import re
import sys

HERE = __file__.rsplit("/", 1)[0]
WORDS = {
    "en": {
        "head": ["planted", "lift", "studies", "bias", "covers: lift", "ratio", "rejects", "no interval", "flagged", "width", "held"],
        "groups": {"G": "Number of personas", "B": "Shared feed, shocks of the day, few or many days", "T": "Personalised feeds with shocks of the day",
                   "I": "Spread of personas, depth", "P": "Low share", "S": "Skew", "D": "Detector errors (coverage of what the detector would find everywhere)",
                   "M": "Missing and blocked visits", "W": "Twins and the noise floor", "X": "What would go wrong"},
        "yes": "yes", "no": "**no**", "flag": "flagged", "out": "–",
        "intro": "Settings with {g} personas and {b} time blocks or more: {n}. Coverage of the 95 % interval within [93, 97] %: {ok}; outside, and flagged by the report in at "
                 "least half of the studies: {fl}; outside without it: {bad}. Without amplification the primary test rejects in at most {t1} of the studies of a setting outside \"flagged\" ({t1n}).",
        "corrected": ["corrected estimate", "studies", "truth", "bias", "covers", "no interval", "width"],
        "corrected_intro": "Corrected estimates (`simulate_corrected`, truth in % or points): do they hold the hateful share itself? Half of the labels go to the texts that the detector "
                           "flagged, half to the others, Se .8, Sp .95, and below the threshold the score says nothing: the worst case for a sample stratified by score. With few "
                           "hateful texts among the many unflagged ones the intervals of Horvitz–Thompson and PPI++ fall short, badly at 2 %: they are not vouched for there.",
        "hate": "what is hateful: ", "worst": "worst-case bounds: ", "date": "date", "commit": "commit", "command": "remade by"},
    "fr": {
        "head": ["planté", "écart", "études", "biais", "couvre : écart", "rapport", "rejette", "sans intervalle", "signalé", "largeur", "tenu"],
        "groups": {"G": "Nombre de personas", "B": "Flux partagé, chocs du jour, peu ou beaucoup de jours", "T": "Flux personnalisés avec chocs du jour",
                   "I": "Dispersion des personas, profondeur", "P": "Part faible", "S": "Asymétrie",
                   "D": "Erreurs du détecteur (couverture de ce que le détecteur trouverait partout)", "M": "Visites manquantes ou bloquées",
                   "W": "Jumeaux et bruit de fond", "X": "Ce qui irait mal"},
        "yes": "oui", "no": "**non**", "flag": "signalé", "out": "–",
        "intro": "Situations d’au moins {g} personas et {b} blocs de temps : {n}. Couverture de l’intervalle à 95 % dans [93 ; 97] % : {ok} ; en dehors, et signalée par le rapport dans "
                 "au moins la moitié des études : {fl} ; en dehors sans l’être : {bad}. Sans amplification, le test principal rejette dans {t1} des études au plus, hors situations signalées ({t1n}).",
        "corrected": ["estimation corrigée", "études", "vérité", "biais", "couvre", "sans intervalle", "largeur"],
        "corrected_intro": "Estimations corrigées (`simulate_corrected`, vérité en % ou en points) : contiennent-elles la part haineuse elle-même ? La moitié des étiquettes va aux textes que le "
                           "détecteur a signalés, l’autre au reste, Se 0,8, Sp 0,95, et sous le seuil le score ne dit rien : le pire cas pour un échantillon stratifié par score. Avec peu de textes haineux "
                           "parmi les nombreux non signalés, les intervalles de Horvitz–Thompson et de PPI++ sont trop courts, très nettement à 2 % : ils n’y sont pas garantis.",
        "hate": "ce qui est haineux\u00a0: ", "worst": "bornes au pire\u00a0: ", "date": "date", "commit": "commit", "command": "refait par"},
}


def settings():
    found = {}
    for m in re.finditer(r'^SIM\("([^"]+)", "(\w)", "([^"]*)", "([^"]*)", ?(.*)\)$', open(HERE + "/settings.def", encoding="utf-8").read(), re.M):
        fields = dict(re.findall(r"\.(\w+) = ([\w.]+)", m[5]))
        days, block, personas = int(fields.get("days", 14)), int(fields.get("block", 1)), int(fields.get("personas", 10))
        found[m[1]] = {"en": m[3], "fr": m[4], "group": m[2], "target": personas >= 10 and days // block >= 14 and m[2] != "X"}
    return found


def number(v, digits, lang, percent=False):
    text = f"{100 * v if percent else v:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    text = text.replace("-", "−")
    if lang == "fr":
        text = text.replace(".", ",")
    return text + ("\u00a0%" if lang == "fr" else " %") if percent else text


def main():
    path, doc, lang = sys.argv[1:4]
    words, known, notes, rows, corrected = WORDS[lang], settings(), {}, {}, []
    header = None
    for line in open(path, encoding="utf-8"):
        if line.startswith("# "):
            key, _, value = line[2:].strip().partition(": ")
            notes[key] = value
            continue
        cells = line.rstrip("\n").split("\t")
        if cells[0] == "corrected":
            if cells[1] != "name":
                corrected.append(cells)
            continue
        if header is None or cells[0] == "group":
            header = cells
            continue
        row = dict(zip(header, cells))
        rows.setdefault(row["name"], {})[row["metric"]] = {k: float(v) if re.fullmatch(r"-?[\d.e+-]+", v) else v for k, v in row.items()}
    counts, worst = {"n": 0, "ok": 0, "fl": 0, "bad": 0}, (0, "")
    body, last = [], None
    for name, setting in known.items():
        if name not in rows:
            continue
        lift, ratio = rows[name]["lift"], rows[name].get("ratio")
        if setting["group"] != last:
            last = setting["group"]
            body.append("| **" + words["groups"][last] + "** |" + " |" * (len(words["head"]) - 1))
        both = [lift["coverage"]] + ([ratio["coverage"]] if ratio else [])
        good = all(0.93 <= c <= 0.97 for c in both) and (lift["amp"] > 0 or lift["rejected"] <= 0.055)
        flagged = max(lift["flagged"], ratio["flagged"] if ratio else 0) >= 0.5
        verdict = words["out"] if not setting["target"] else words["yes"] if good else words["flag"] if flagged else words["no"]
        if setting["target"]:
            counts["n"] += 1
            counts["ok" if good else "fl" if flagged else "bad"] += 1
            if lift["amp"] == 0 and (good or not flagged) and lift["rejected"] > worst[0]:
                worst = (lift["rejected"], setting[lang])
        body.append("| " + " | ".join([
            setting[lang],
            number(100 * lift["truth"], 2, lang), str(int(lift["studies"])), number(100 * lift["bias"], 2, lang),
            number(lift["coverage"], 1, lang, True) + (f" ({words['hate']}{number(lift['hate_coverage'], 1, lang, True)})" if setting["group"] == "D" else
                                                       f" ({words['worst']}{number(lift['worst_coverage'], 1, lang, True)})" if setting["group"] == "M" else ""),
            number(ratio["coverage"], 1, lang, True) if ratio else "=",
            number(lift["rejected"], 1, lang, True),
            number(ratio["no_interval"] if ratio else lift["no_interval"], 1, lang, True),
            number(max(lift["flagged"], ratio["flagged"] if ratio else 0), 0, lang, True),
            number(100 * lift["width"], 2, lang), verdict]) + " |")
    table = ["| " + " | ".join(words["head"]) + " |", "|---" * len(words["head"]) + "|"] + body
    second = ["| " + " | ".join(words["corrected"]) + " |", "|---" * len(words["corrected"]) + "|"]
    for _, _, en, fr, studies, truth, bias, coverage, none, width in corrected:
        second.append("| " + " | ".join([en if lang == "en" else fr, studies, number(100 * float(truth), 2, lang), number(100 * float(bias), 3, lang),
                                         number(float(coverage), 1, lang, True), number(float(none), 1, lang, True), number(100 * float(width), 2, lang)]) + " |")
    if corrected:
        table += ["", words["corrected_intro"], ""] + second
    intro = words["intro"].format(g=10, b=14, t1=number(worst[0], 1, lang, True), t1n=worst[1], **counts)
    foot = "; ".join(f"{words.get(k, k)}: {v}" for k, v in notes.items()) if lang == "en" else "\u202f; ".join(f"{words.get(k, k)}\u00a0: {v}" for k, v in notes.items())
    if lang == "fr":
        table = [line if line.startswith("|") else line.replace(" :", "\u00a0:").replace(" ?", "\u202f?") for line in table]
        intro = intro.replace(" :", "\u00a0:").replace(" ;", "\u202f;")
        table[0] = table[0].replace(" :", "\u00a0:")
    text = open(doc, encoding="utf-8").read()
    new = "<!-- simulation:table -->\n" + intro + "\n\n" + "\n".join(table) + "\n\n" + foot + "\n<!-- simulation:table-end -->"
    text, n = re.subn(r"<!-- simulation:table -->.*?<!-- simulation:table-end -->", lambda _: new, text, flags=re.S)
    if n != 1:
        sys.exit(f"{doc}: no markers")
    open(doc, "w", encoding="utf-8").write(text)
    print(intro)


main()

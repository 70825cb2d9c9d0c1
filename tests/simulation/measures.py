#!/usr/bin/env python3
"""measures.py RESULTS DOC LANG: writes what `simulate` printed of the further measures as the table between their markers of DOC. LANG: en or fr.

Studies of all seeds are pooled, and the rule is the strict one: nothing is added for Monte-Carlo error. A setting that was not run is counted and named.
"""
import re
import sys

import table

POINTS, AS_IS = 100, 1
MEASURES = {  # how it is printed: scale, digits, English, French
    "displacement": (POINTS, 2, "displacement, points", "déplacement, points"),
    "rank_shift": (AS_IS, 2, "rank shift, places", "décalage de rang, places"),
    "ranking_bias": (POINTS, 2, "ranking bias, points", "biais de classement, points"),
    "rank_weighted_lift": (POINTS, 2, "rank-weighted lift, points", "écart pondéré par le rang, points"),
    "glass_delta": (AS_IS, 2, "Glass’s delta, SD", "delta de Glass, écarts-types"),
    "huszar_ratio": (AS_IS, 3, "Huszár ratio", "rapport de Huszár"),
    "recurrence_lift": (POINTS, 2, "lift of the return, points", "écart de retour, points"),
    "repeat_lift": (POINTS, 2, "lift of the repeats, points", "écart de répétition, points"),
    "walk_share": (POINTS, 2, "share of walks, %", "part des parcours, %"),
    "walk_followed_share": (POINTS, 2, "share of what walks followed, %", "part de ce que les parcours ont suivi, %"),
    "walk_dose": (AS_IS, 2, "dose of a walk, entries", "dose d’un parcours, publications"),
    "walk_time_to_first": (AS_IS, 1, "lists until the first, median", "listes jusqu’à la première, médiane"),
    "walk_mean_to_first": (AS_IS, 2, "lists until the first, restricted mean", "listes jusqu’à la première, moyenne restreinte"),
    "walk_drift": (POINTS, 3, "drift along walks, points a list", "dérive le long des parcours, points par liste"),
    "walk_share_lift": (POINTS, 2, "lift of the share along walks, points", "écart de part le long des parcours, points"),
    "walk_dose_lift": (AS_IS, 2, "lift of the dose of a walk, entries", "écart de dose d’un parcours, publications"),
    "walk_hazard": (AS_IS, 3, "hazard of the first, logarithm", "risque de rencontre, logarithme"),
}
WORDS = {
    "en": {
        "head": ["planted", "measure", "truth", "studies", "bias", "covers", "seed by seed", "rejects", "no interval", "flagged", "width", "held"],
        "O": "Lists in two orders (one pool; what is planted is a push of 0.5 standard deviations of the score)",
        "H": "Visits that met one (the same lists)", "A": "What comes again (both chances half as high again on the ranked feed; 20 days unless said)",
        "K": "Walks of 8 lists (on the ranked feed half as much again, and half as much again on the last list as on the first)",
        "yes": "yes", "flag": "flagged", "short": "**no**: too short", "wide": "conservative", "tests": "**no**: rejects too often", "none": "–", "effect": " (effect)",
        "intro": "Measures in settings: {n}. Coverage of the 95 % interval within [93, 97] % and, where nothing is planted, at most 5.5 % rejections, all seeds pooled and nothing "
                 "added for chance: {yes}. Not so, and flagged by the report in at least half of the studies: {flag}. Conservative, which is above 97 %: {wide}. Not so, and no reservation says it: {short} too short, {tests} that "
                 "only reject too often. Where nothing is planted a test rejects in at most {t1} of the studies outside \"flagged\" ({t1n}); with {few} studies a setting "
                 "one Monte-Carlo error is {mc} points, so that this largest one says less than the figures together: {pooled} over {all} studies.",
        "left": "Settings of `settings.def` that this run did not reach: ", "mean": "studies", "colon": ": ", "semi": "; ",
        "keys": {"date": "date", "commit": "commit", "command": "remade by", "program": "program", "seed": "seeds", "truth": "truth", "walks": "walks"},
    },
    "fr": {
        "head": ["planté", "mesure", "vérité", "études", "biais", "couvre", "graine par graine", "rejette", "sans intervalle", "signalé", "largeur", "tenu"],
        "O": "Listes dans deux ordres (un seul fonds ; ce qui est planté est une poussée de 0,5 écart-type du score)",
        "H": "Visites qui en ont rencontré une (mêmes listes)", "A": "Ce qui revient (les deux chances moitié plus fortes sur le flux classé ; 20 jours sauf mention)",
        "K": "Parcours de 8 listes (moitié plus sur le flux classé, et moitié plus sur la dernière liste que sur la première)",
        "yes": "oui", "flag": "signalé", "short": "**non** : trop court", "wide": "prudent", "tests": "**non** : rejette trop souvent", "none": "–", "effect": " (effet)",
        "intro": "Mesures dans des situations : {n}. Couverture de l’intervalle à 95 % dans [93 ; 97] % et, où rien n’est planté, 5,5 % de rejets au plus, toutes graines confondues et sans "
                 "rien ajouter pour le hasard : {yes}. Sinon, et signalées par le rapport dans au moins la moitié des études : {flag}. Prudents, c’est-à-dire au-dessus de 97 % : {wide}. Sinon, sans réserve qui le dise : {short} trop courts, "
                 "{tests} qui rejettent seulement trop souvent. Où rien n’est planté, un test rejette dans {t1} des études au plus, hors situations signalées ({t1n}) ; avec {few} études "
                 "par situation, une erreur de Monte-Carlo vaut {mc} point, si bien que ce maximum dit moins que l’ensemble : {pooled} sur {all} études.",
        "left": "Situations de `settings.def` que ce calcul n’a pas atteintes : ", "mean": "études", "colon": "\u00a0: ", "semi": "\u202f; ",
        "keys": {"date": "date", "commit": "commit", "command": "refait par", "program": "programme", "seed": "graines", "truth": "vérité", "walks": "parcours"},
    },
}


def read(path):
    """Notes, and of each setting and measure the rows of all seeds."""
    notes, rows, header = {}, {}, None
    for line in open(path, encoding="utf-8"):
        if line.startswith("# "):
            key, _, value = line[2:].strip().partition(": ")
            notes[key] = notes[key] + ", " + value if key in notes else value
            continue
        cells = line.rstrip("\n").split("\t")
        if cells[0] == "group":
            header = cells
            continue
        row = dict(zip(header, cells))
        rows.setdefault(row["name"], {}).setdefault(row["metric"], []).append(
            {k: float(v) if re.fullmatch(r"-?[\d.]+(e[+-]?\d+)?", v) else v for k, v in row.items()})
    return notes, rows


def pool(of):
    """The studies of all seeds as one."""
    n = {k: sum(r[k] for r in of) for k in ("studies", "intervals", "covered", "tests", "rejections")}
    n.update({k: sum(r[k] * r["studies"] for r in of) / n["studies"] for k in ("bias", "flagged", "width", "no_interval")})
    n["coverage"] = n["covered"] / n["intervals"] if n["intervals"] else 0
    n["rejected"] = n["rejections"] / n["studies"] if n["tests"] else None
    return n


def verdict(n, null):
    if 0.93 <= n["coverage"] <= 0.97:
        good = not null or n["rejected"] is None or n["rejected"] <= 0.055
        return "yes" if good else "flag" if n["flagged"] >= 0.5 else "tests"
    if n["coverage"] > 0.97:  # longer than it says, and no opponent breaks it
        return "wide"
    return "flag" if n["flagged"] >= 0.5 else "short"


def main():
    path, doc, lang = sys.argv[1:4]
    words, (notes, rows), body, counts = WORDS[lang], read(path), [], {}
    count = lambda n: f"{int(n):,}".replace(",", "\u202f" if lang == "fr" else ",")
    num = lambda v, digits, percent=False: table.number(v, digits, lang, percent)
    last, worst, nulls, left, most = None, (0, ""), [0, 0], [], 0
    for name, setting in table.settings().items():
        if setting["group"] not in "OHAK":
            continue
        if name not in rows:
            left.append(name)
            continue
        if setting["group"] != last:
            last = setting["group"]
            body.append("| **" + words[last] + "** |" + " |" * (len(words["head"]) - 1))
        for metric, of in rows[name].items():
            scale, digits, *names = MEASURES[metric]
            n, null, title = pool(of), of[0]["null"] > 0, names[lang == "fr"]
            held = verdict(n, null)
            counts[held] = counts.get(held, 0) + 1
            most = max(most, n["studies"])
            if null and n["tests"] and held != "flag":
                worst = max(worst, (n["rejected"], f"{setting[lang]}, {title}"))
                nulls = [nulls[0] + n["rejections"], nulls[1] + n["studies"]]
            error = of[0]["truth_error"]
            body.append("| " + " | ".join([
                setting[lang], title,
                num(scale * of[0]["truth"], digits) + (f" ± {num(scale * error, digits)}" if error and num(scale * error, digits).strip("0.,") else ""),
                str(int(n["studies"])), num(scale * n["bias"], digits), num(n["coverage"], 1, True),
                " / ".join(num(r["coverage"], 1, True) for r in of),
                words["none"] if n["rejected"] is None else num(n["rejected"], 1, True) + ("" if null else words["effect"]),
                num(n["no_interval"], 1, True), num(n["flagged"], 0, True), num(scale * n["width"], digits), words[held]]) + " |")
    get = lambda k: str(counts.get(k, 0))
    intro = words["intro"].format(n=sum(counts.values()), **{k: get(k) for k in ("yes", "flag", "short", "wide", "tests")}, t1=num(worst[0], 1, True), t1n=worst[1],
                                  few=count(most), mc=num(100 * (0.05 * 0.95 / most) ** 0.5, 1), pooled=num(nulls[0] / max(1, nulls[1]), 1, True), all=count(nulls[1]))
    foot = words["semi"].join(words["keys"].get(k, k) + words["colon"] + v for k, v in notes.items())
    lines = [intro, "", "| " + " | ".join(words["head"]) + " |", "|---" * len(words["head"]) + "|", *body, ""]
    if left:
        lines += [words["left"] + ", ".join(f"`{name}`" for name in left) + ".", ""]
    text = "\n".join(lines)
    if lang == "fr":
        text = text.replace(" :", "\u00a0:").replace(" ;", "\u202f;").replace(" %", "\u00a0%")
    table.put(doc, "measures", text + "\n" + foot)
    print(intro)


if __name__ == "__main__":
    main()

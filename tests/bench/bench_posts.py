#!/usr/bin/env python3
"""bench_posts.py N: N posts of about 200 bytes on standard output, one a line, two French ones to an English one; the same bytes everywhere (a
generator of its own, since random's sequence is nobody's promise). Words are drawn as in speech, the first of a list most often; one in seven
is invented (names, typing errors), which is what costs a detector most; a few name a group, none says anything of it."""
import sys

FRENCH = """de la et le les des en un une du que est pour dans qui pas sur au ce il plus ne on avec sont par je se nous vous mais ou cette si tout
leur elle comme fait être bien même aussi sa ses deux ont encore après sans très faire ça entre temps jour avant contre rien autre depuis
parce où quand alors toujours chez moins monde peut dit hier soir demain matin semaine année ville rue école père mère enfants maison travail
bus train vélo marché café repas pain soupe jardin pluie soleil hiver été match équipe club stade musique concert film livre photo bibliothèque
journal question réponse mairie quartier voisins réunion budget projet élèves médecin hôpital téléphone voiture trottoir fenêtre lumière forêt
rivière montagne plage vacances dimanche mercredi vendredi bientôt vraiment plutôt franchement merci bonjour salut quelqu'un aujourd'hui
n'est j'ai c'est d'une l'autre qu'on s'est j'aime l'école d'accord""".split()
ENGLISH = """the to and of a in is it you that for on was with be this have are not but they at my we so what all just like one your out up can from
about there when if get more has now no me time day good people think know really some how see then too over back after only new because love
today week year tonight tomorrow morning street school work house garden kitchen bread soup rain summer winter match team game music film book
photo library question answer council neighbours meeting budget bike train bus station coffee friend thanks hello maybe something doesn't I'm
it's can't won't that's""".split()
GROUPS = "femmes musulmans juifs roms migrants gays lesbiennes women Muslims Jews migrants arabes".split()
SYLLABLES = "ba cre dou fle gra jo ki lan mé no pra ri sou tel vi za bor chu den fis gol".split()
ENDS = (".", ".", ".", "!", " ?", "…", ",", ",", ";", " :")
SIZE = 200
state = 2026


def below(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
    return (state >> 33) % n


def common(words):
    return words[below(below(len(words)) + 1)]


def invented():
    return "".join(SYLLABLES[below(len(SYLLABLES))] for _ in range(2 + below(3)))


def word(words):
    kind = below(200)
    if kind < 28:
        return invented()
    if kind < 31:
        return GROUPS[below(len(GROUPS))]
    if kind < 33:
        return "@" + invented()
    if kind < 35:
        return "#" + invented()
    if kind < 36:
        return "https://example.org/%d" % below(10**6)
    if kind < 38:
        return str(below(2100))
    if kind < 40:
        return "🙂❤😂🔥👏"[below(5)]
    return common(words)


def post(words):
    out, start = "", True
    while len(out.encode()) < SIZE - 4:
        one = word(words)
        out += (" " if out else "") + (one[0].upper() + one[1:] if start and not one.startswith("http") else one)
        start = below(9) == 0
        if start:
            out += ENDS[below(len(ENDS))]
    return out


for i in range(int(sys.argv[1])):
    print(post(ENGLISH if i % 3 == 2 else FRENCH))

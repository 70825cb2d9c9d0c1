/* source_keys.c: the table of a source file. What is here is all that one can say: rows, as the compiled platforms have them. */
#include "persona/key_rows.h"

#define CONVERTERS "text|id|html|url|count|integer|count_text|time_iso|time_rfc822|time_any|time_epoch|time_relative|langs|label"

static const struct amp_key_row status_rows[] = {
	{"fr", ONE(TEXT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"public, sans compte\"", "Ce qui se lit, en français.",
         "What can be read, in French."},
	{"en", ONE(TEXT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"public, no login\"", "Ce qui se lit, en anglais.",
         "What can be read, in English."},
	{"date", ONE(DATE), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"2026-11-22\"", "Quand cela a été vérifié pour la dernière fois.",
         "When that was last checked."},
	END,
};
static const struct amp_object_spec status_spec = {"status", status_rows};

static const struct amp_key_row param_rows[] = {
	{"in", ONE(CHOICE), OPTIONAL, 0, 0, 0, 0, "query|path", NULL, "\"query\"",
         "query : derrière le « ? » (par défaut) ; path : à la place de {nom} dans le chemin.",
         "query: behind the \"?\" (the default); path: in the place of {name} in the path."},
	{"required", ONE(BOOL), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "true", "true : l'étude doit lui donner une valeur.",
         "true: the study must give it a value."},
	{"values", LIST(TEXT), OPTIONAL, 0, 0, 1, 64, NULL, NULL, "[\"daily\", \"weekly\"]", "Les seules valeurs permises.",
         "The only values it may have."},
	{"fixed", ONE(TEXT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"top\"",
         "Toujours envoyé avec cette valeur ; l'étude n'y touche pas.", "Always sent with this value; not the study's to change."},
	{"help", ONE(BOTH), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "{\"fr\": \"période\", \"en\": \"period\"}", "À quoi il sert.",
         "What it is for."},
	END,
};
static const struct amp_object_spec param_spec = {"param", param_rows};

static const struct amp_key_row paging_rows[] = {
	{"rule", ONE(CHOICE), REQUIRED, 0, 0, 0, 0, "none|cursor|link|offset|page", NULL, "\"page\"",
         "none : une seule page ; cursor : la page dit une valeur à renvoyer ; link : elle dit l'adresse de la suivante (« next », sinon l'en-tête Link) ; offset : nombre d'éléments déjà lus ; page : numéro de page.",
         "none: one page only; cursor: the page says a value to send back; link: it says the address of the next one (\"next\", else the Link header); offset: how many entries were read; page: the page's number."},
	{"param", ONE(NAME), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"page\"",
         "Le paramètre qui porte la valeur (cursor, offset, page).",
         "The parameter that carries the value (cursor, offset, page)."},
	{"next", ONE(SELECT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"meta.cursor\"",
         "Où se trouve, dans la page, la valeur (cursor) ou l'adresse (link) de la suivante.",
         "Where in the page the value (cursor) or the address (link) of the next one stands."},
	{"more", ONE(SELECT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"pagination.next.active\"",
         "Où la page dit qu'il y en a une autre (JSON : true ou un nombre autre que 0 ; XPath : un nœud). Sans cette clé, on lit jusqu'à une page vide.",
         "Where the page says that there is another (JSON: true or a number other than 0; XPath: a node). Without it, pages are read until one is empty."},
	{"first", ONE(INT), OPTIONAL, 0, 1, 0, 0, NULL, NULL, "1", "Numéro de la première page (page) ; 1 par défaut.",
         "Number of the first page (page); 1 by default."},
	{"limit_param", ONE(NAME), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"per_page\"",
         "Le paramètre qui dit combien d'éléments par page.", "The parameter that says how many entries a page has."},
	{"limit", ONE(INT), OPTIONAL, 1, 1000, 0, 0, NULL, NULL, "20", "Éléments par page quand on ne demande rien.",
         "Entries a page when nothing is asked."},
	{"limit_max", ONE(INT), OPTIONAL, 1, 1000, 0, 0, NULL, NULL, "100", "Le plus que la source accepte par page.",
         "The most that the source takes a page."},
	END,
};
static const struct amp_object_spec paging_spec = {"paging", paging_rows};

static const struct amp_key_row field_rows[] = {
	{"path", ONE(SELECT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"user.username\"",
         "Où se trouve la valeur, à partir de l'élément : chemin JSON (noms séparés par des points) ou XPath.",
         "Where the value stands, from the entry on: a JSON path (names separated by dots) or XPath."},
	{"fallback", ONE(SELECT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"user.name\"", "Où chercher quand il n'y a rien à « path ».",
         "Where to look when there is nothing at \"path\"."},
	{"as", ONE(CHOICE), OPTIONAL, 0, 0, 0, 0, CONVERTERS, NULL, "\"html\"",
         "Comment la lire ; par défaut selon le champ (texte, nombre, date ISO).",
         "How to read it; by default as the field has it (text, count, ISO date)."},
	{"required", ONE(BOOL), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "true",
         "true : si plus de la moitié des éléments ne l'ont pas, la page est déclarée changée (drift).",
         "true: where more than half of the entries lack it, the page is told to have changed (drift)."},
	{"prefix", ONE(TEXT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"/topic/\"",
         "Texte mis tel quel devant la valeur (champs de texte).", "A text put in front of the value as it is (text fields)."},
	{"each", ONE(SELECT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"name\"",
         "JSON, listes d'objets (labels, langs) : où se trouve le texte dans chacun.",
         "JSON, lists of objects (labels, langs): where the text stands in each."},
	END,
};
static const struct amp_object_spec field_spec = {"field", field_rows};

static const struct amp_key_row media_rows[] = {
	{"path", ONE(SELECT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"files\"", "Où se trouvent les médias de l'élément.",
         "Where the entry's media stand."},
	{"url", ONE(SELECT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"src\"", "L'adresse, à partir de chaque média.",
         "The address, from each of them on."},
	{"alt", ONE(SELECT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"description\"", "Le texte de remplacement.",
         "The alternative text."},
	{"kind", ONE(CHOICE), OPTIONAL, 0, 0, 0, 0, "image|video|audio|link|unknown", NULL, "\"image\"", "image par défaut.",
         "image by default."},
	END,
};
static const struct amp_object_spec media_spec = {"media", media_rows};

static const struct amp_key_row link_rows[] = {
	{"path", ONE(SELECT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\".//a[@rel='nofollow']\"",
         "Où se trouvent les liens de l'élément.", "Where the entry's links stand."},
	{"url", ONE(SELECT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"@href\"", "L'adresse, à partir de chaque lien.",
         "The address, from each of them on."},
	{"title", ONE(SELECT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\".\"", "Le titre.", "The title."},
	{"description", ONE(SELECT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"summary\"", "La description.", "The description."},
	END,
};
static const struct amp_object_spec link_spec = {"link", link_rows};

#define FLAG(name, fr, en)                                                                  \
	{                                                                                   \
		name, ONE(SELECT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"" name "\"", fr, en \
	}
static const struct amp_key_row flag_rows[] = {
	FLAG("is_pinned", "L'élément est épinglé : il garde son rang, hors des mesures.",
             "The entry is pinned: it keeps its rank, outside the measures."),
	FLAG("is_ad", "L'élément est une publicité.", "The entry is an advertisement."),
	FLAG("is_service", "L'élément vient du service lui-même.", "The entry comes from the service itself."),
	FLAG("is_reply", "L'élément répond à un autre.", "The entry answers another."),
	FLAG("is_repost", "L'élément en repartage un autre.", "The entry shares another again."),
	FLAG("is_quote", "L'élément en cite un autre.", "The entry quotes another."),
	END,
};
static const struct amp_object_spec flags_spec = {"flags", flag_rows};

static const struct amp_key_row endpoint_rows[] = {
	{"ranking", ONE(CHOICE), REQUIRED, 0, 0, 0, 0, "algorithmic|chronological|unranked", NULL, "\"algorithmic\"",
         "Comment la liste est ordonnée.", "How the list is ordered."},
	{"auth", ONE(CHOICE), OPTIONAL, 0, 0, 0, 0, "none|optional|required", NULL, "\"none\"",
         "Faut-il un jeton (Authorization: Bearer) ; none par défaut.",
         "Whether it takes a token (Authorization: Bearer); none by default."},
	{"path", ONE(TARGET), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"/api/popular/{period}\"",
         "Le chemin de la requête ; {nom} est un paramètre « in: path », {+nom} peut contenir des « / ».",
         "The path of the request; {name} is a parameter with \"in\": \"path\", {+name} may hold \"/\"."},
	{"params", NAMED(OBJECT), OPTIONAL, 0, 0, 0, 60, NULL, &param_spec, NULL, "Les paramètres, par nom.",
         "The parameters, by name."},
	{"language_header", ONE(BOOL), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "false",
         "true : la source tient compte d'Accept-Language.", "true: the source heeds Accept-Language."},
	{"kind", ONE(CHOICE), OPTIONAL, 0, 0, 0, 0, "post|comment|video|article|link|tag|feed|account", NULL, "\"post\"",
         "Ce que sont les éléments ; post par défaut.", "What the entries are; post by default."},
	{"list", ONE(SELECT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"data.posts\"",
         "Où se trouvent les éléments, dans l'ordre de lecture : chemin d'une liste JSON (« $ » : le document lui-même) ou XPath.",
         "Where the entries stand, in reading order: the path of a JSON list (\"$\": the document itself) or XPath."},
	{"empty", ONE(SELECT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"//ul[@id='topics'][not(*)]\"",
         "XPath : ce que montre une page quand elle n'a aucun élément ; sans lui, une telle page n'est pas « vide » mais « changée » (drift).",
         "XPath: what a page shows when it has no entry; without it such a page is not \"empty\" but told to have changed (drift)."},
	{"paging", ONE(OBJECT), OPTIONAL, 0, 0, 0, 0, NULL, &paging_spec, NULL,
         "Comment demander la page suivante ; sans cette clé, une seule page.",
         "How to ask for the next page; without it, one page only."},
	{"fields", MAP(OBJECT), REQUIRED, 0, 0, 1, 40, NULL, &field_spec, NULL,
         "Les champs d'un élément, par leur nom (item_id est obligatoire).",
         "The fields of an entry, by their names (item_id is required)."},
	{"media", ONE(OBJECT), OPTIONAL, 0, 0, 0, 0, NULL, &media_spec, NULL, "Images, vidéos, sons.", "Images, videos, sounds."},
	{"links", ONE(OBJECT), OPTIONAL, 0, 0, 0, 0, NULL, &link_spec, NULL, "Liens vers d'autres pages.", "Links to other pages."},
	{"flags", ONE(OBJECT), OPTIONAL, 0, 0, 0, 0, NULL, &flags_spec, NULL,
         "Où l'élément dit ce qu'il est (JSON : true ou un nombre autre que 0 ; XPath : un nœud).",
         "Where the entry says what it is (JSON: true or a number other than 0; XPath: a node)."},
	END,
};
static const struct amp_object_spec endpoint_spec = {"endpoint", endpoint_rows};

static const struct amp_key_row pair_rows[] = {
	{"ranked", ONE(SLUG), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"popular\"", "Le point d'accès classé.", "The ranked endpoint."},
	{"chronological", ONE(SLUG), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"recent\"", "Le point d'accès chronologique.",
         "The chronological endpoint."},
	{"pool", ONE(CHOICE), REQUIRED, 0, 0, 0, 0, "identical|alternative|different", NULL, "\"alternative\"",
         "Ce que les deux listes ont en commun ; une étude peut dire moins, jamais plus.",
         "What the two lists have in common; a study may claim less, never more."},
	{"reason", ONE(BOTH), REQUIRED, 0, 0, 0, 0, NULL, NULL, "{\"fr\": \"Pourquoi\", \"en\": \"Why\"}", "Pourquoi.", "Why."},
	{"date", ONE(DATE), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"2026-11-22\"", "Quand cela a été établi.",
         "When that was established."},
	END,
};
static const struct amp_object_spec pair_spec = {"source_pair", pair_rows};

static const struct amp_key_row source_rows[] = {
	{"$schema", ONE(SCHEMA), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"../source.schema.json\"",
         "Chemin du schéma, pour que l'éditeur aide à la saisie.", "Path of the schema, so that an editor helps while typing."},
	{"source", ONE(SLUG), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"forum-example\"",
         "Nom court : c'est le « platform » des études. Aucune plateforme du programme ne porte ce nom.",
         "Short name: the \"platform\" of studies. No platform of the program has it."},
	{"title", ONE(BOTH), REQUIRED, 0, 0, 0, 0, NULL, NULL, "{\"fr\": \"Le forum\", \"en\": \"The forum\"}",
         "Titre pour les lecteurs.", "Title for readers."},
	{"host", ONE(HOST), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"https://forum.example\"",
         "Le serveur ; absent quand chaque étude nomme le sien.", "The server; absent where each study names its own."},
	{"document", ONE(CHOICE), REQUIRED, 0, 0, 0, 0, "json|xml|html", NULL, "\"json\"",
         "Ce que répond la source : json (chemins JSON), xml ou html (XPath 1.0).",
         "What the source answers: json (JSON paths), xml or html (XPath 1.0)."},
	{"namespaces", NAMED(TEXT), OPTIONAL, 0, 0, 0, 20, NULL, NULL, "{\"atom\": \"http://www.w3.org/2005/Atom\"}",
         "XML : les préfixes employés dans les XPath, et l'adresse de chacun.",
         "XML: the prefixes used in XPath, and the address of each."},
	{"status", ONE(OBJECT), REQUIRED, 0, 0, 0, 0, NULL, &status_spec, NULL, "Ce qui se lit, et depuis quand on le sait.",
         "What can be read, and as of when that is known."},
	{"document_of", ONE(TEXT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"docs.nodebb.org\"",
         "La documentation d'où viennent ces lignes.", "The documentation that these rows come from."},
	{"endpoints", MAP(OBJECT), REQUIRED, 0, 0, 1, 40, NULL, &endpoint_spec, NULL, "Les listes qui se lisent, par nom.",
         "The lists that can be read, by name."},
	{"pairs", LIST(OBJECT), OPTIONAL, 0, 0, 0, 40, NULL, &pair_spec, NULL, "Ce que deux de ces listes ont en commun.",
         "What two of these lists have in common."},
	END,
};
const struct amp_object_spec amp_spec_source = {"source", source_rows};

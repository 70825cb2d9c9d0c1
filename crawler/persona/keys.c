/* keys.c: the tables. A key that is not here does not exist: the checker refuses it and the schema says "additionalProperties": false. */
#include "persona/key_rows.h"
#include "persona/study.h"

#include <string.h>

#define DAY 86400

/* ---- persona ---- */
static const struct amp_key_row interest_rows[] = {
	{"topic", ONE(TEXT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"football féminin\"",
         "Le centre d'intérêt, en mots simples, pour les lecteurs.", "The interest in plain words, for readers."},
	{"queries", LIST(TEXT), REQUIRED, 0, 0, 1, 20, NULL, NULL, "[\"football féminin\", \"D1 Arkema\"]",
         "Les recherches que fait le persona : un flux « interests » en envoie une par passage, à tour de rôle.",
         "The searches it makes: an \"interests\" feed sends one a round, in turn."},
	END,
};
static const struct amp_object_spec interest_spec = {"interest", interest_rows};

static const struct amp_key_row follow_rows[] = {
	{"platform", ONE(TEXT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"bluesky\"", "La plateforme (amplimeter platforms list).",
         "The platform (amplimeter platforms list)."},
	{"account", ONE(TEXT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"lemonde.fr\"",
         "Le compte suivi, comme la plateforme l'attend : identifiant Bluesky (nom.domaine ou did:…), numéro de compte Mastodon.",
         "The followed account as the platform's requests take it: Bluesky handle or did:…, Mastodon account number."},
	END,
};
static const struct amp_object_spec follow_spec = {"follow", follow_rows};

static const struct amp_key_row session_rows[] = {
	{"platform", ONE(TEXT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"bluesky\"", "La plateforme où le persona est connecté.",
         "The platform on which the persona is logged in."},
	{"host", ONE(HOST), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"https://bsky.social\"", "Le serveur de la session.",
         "The server of the session."},
	{"identifier_env", ONE(ENV), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"LEA_BLUESKY_ID\"",
         "Nom de la variable d'environnement qui contient l'identifiant (avec password_env). Le jumeau lit NOM_TWIN.",
         "Name of the environment variable that holds the identifier (with password_env). The twin reads NAME_TWIN."},
	{"password_env", ONE(ENV), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"LEA_BLUESKY_PASSWORD\"",
         "Nom de la variable d'environnement qui contient le mot de passe d'application : jamais le mot de passe lui-même.",
         "Name of the environment variable that holds the app password: never the password itself."},
	{"token_env", ONE(ENV), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"LEA_MASTODON_TOKEN\"",
         "Nom de la variable d'environnement qui contient un jeton d'accès ou une clé (à la place des deux autres).",
         "Name of the environment variable that holds an access token or key (instead of the two others)."},
	END,
};
static const struct amp_object_spec session_spec = {"session", session_rows};

static const struct amp_key_row persona_rows[] = {
	{"$schema", ONE(SCHEMA), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"../persona.schema.json\"",
         "Chemin du schéma, pour que l'éditeur aide à la saisie.", "Path of the schema, so that an editor helps while typing."},
	{"persona", ONE(SLUG), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"lyceenne-lyon\"", "Nom court du persona, unique dans l'étude.",
         "Short name of the persona, unique in the study."},
	{"title", ONE(BOTH), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "{\"fr\": \"Lycéenne à Lyon\", \"en\": \"Schoolgirl in Lyon\"}",
         "Titre pour les lecteurs.", "Title for readers."},
	{"rationale", ONE(BOTH), OPTIONAL, 0, 0, 0, 0, NULL, NULL,
         "{\"fr\": \"Pourquoi ce persona\", \"en\": \"Why this persona\"}",
         "Pourquoi ce persona existe : ce qu'il représente, sur quelles données publiques il s'appuie, ce qu'il ne prouve pas.",
         "Why this persona exists: what it stands for, which public data it rests on, what it does not prove."},
	{"age", ONE(TEXT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"17\"",
         "Âge ou tranche d'âge. Décrit seulement : inerte tant qu'aucune requête ne le transmet.",
         "Age or age range. Described only: inert as long as no request carries it."},
	{"sex", ONE(TEXT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"femme\"",
         "Sexe ou genre. Décrit seulement : inerte tant qu'aucune requête ne le transmet.",
         "Sex or gender. Described only: inert as long as no request carries it."},
	{"place", ONE(TEXT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"Lyon\"",
         "Lieu de vie. Décrit seulement : c'est « vantage » qui change l'adresse vue par la plateforme.",
         "Where the persona lives. Described only: \"vantage\" is what changes the address a platform sees."},
	{"belongs_to", LIST(TEXT), OPTIONAL, 0, 0, 1, 16, NULL, NULL, "[\"muslim\", \"women\"]",
         "Groupes visés auxquels le persona appartient (noms des cibles). Décrit seulement, jamais transmis : l'analyse compare ces personas aux autres.",
         "Groups aimed at to which the persona belongs (names of targets). Described only, never sent: the analysis compares these personas with the others."},
	{"languages", LIST(LANGUAGE), OPTIONAL, 0, 0, 1, 8, NULL, NULL, "[\"fr-FR\", \"ar\"]",
         "Langues par ordre de préférence (BCP 47) : l'en-tête Accept-Language.",
         "Languages in order of preference (BCP 47): the Accept-Language header."},
	{"region", ONE(COUNTRY), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"FR\"",
         "Pays (ISO 3166-1, deux lettres) : envoyé aux points d'accès qui ont un paramètre de région.",
         "Country (ISO 3166-1, two letters): sent to endpoints that have a region parameter."},
	{"time_zone", ONE(ZONE), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"Europe/Paris\"",
         "Fuseau horaire IANA. Décrit seulement : l'horaire est celui de l'étude.",
         "IANA time zone. Described only: the timetable is the study's."},
	{"vantage", ONE(PROXY), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"env:PROXY_LYON\"",
         "Mandataire (proxy) par lequel sortent les requêtes : socks5h://, http:// ou « env:NOM ». Jamais de mot de passe ici.",
         "Proxy through which requests leave: socks5h://, http:// or \"env:NAME\". Never a password here."},
	{"interests", LIST(OBJECT), OPTIONAL, 0, 0, 0, 50, NULL, &interest_spec, NULL,
         "Centres d'intérêt : ils deviennent des recherches dans les flux « for: interests ».",
         "Interests: they become searches in feeds with \"for\": \"interests\"."},
	{"follows", LIST(OBJECT), OPTIONAL, 0, 0, 0, 200, NULL, &follow_spec, NULL,
         "Comptes suivis : lus l'un après l'autre et fusionnés par date dans les flux « for: follows ».",
         "Followed accounts: read one after another and merged by time in feeds with \"for\": \"follows\"."},
	{"sessions", LIST(OBJECT), OPTIONAL, 0, 0, 0, 20, NULL, &session_spec, NULL,
         "Connexions du persona, par plateforme et par serveur ; les secrets viennent de l'environnement.",
         "The persona's logins, by platform and server; secrets come from the environment."},
	{"twin", ONE(BOOL), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "true",
         "true : crée NOM-twin, une réplique identique, qui mesure le bruit de fond.",
         "true: makes NAME-twin, an identical replica, which measures the noise floor."},
	{"twins", ONE(INT), OPTIONAL, 0, 9, 0, 0, NULL, NULL, "1", "Nombre de répliques identiques, quand une ne suffit pas.",
         "Number of identical replicas, when one is not enough."},
	{"twin_of", ONE(SLUG), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"lyceenne-lyon\"",
         "Ce persona est une réplique de celui-ci : il reprend tout, sauf le nom, le titre et les sessions.",
         "This persona is a replica of that one: it takes over everything but name, title and sessions."},
	END,
};
const struct amp_object_spec amp_spec_persona = {"persona", persona_rows};

/* ---- study ---- */
static const struct amp_key_row walk_rows[] = {
	{"param", ONE(TEXT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"v\"",
         "Le paramètre du point d'accès qui reçoit la publication dont on demande la liste.",
         "The endpoint's parameter that takes the item whose list is asked for."},
	{"seeds", LIST(TEXT), REQUIRED, 0, 0, 1, AMP_WALK_SEEDS_MAX, NULL, NULL, "[\"dQw4w9WgXcQ\"]",
         "Les publications de départ, telles que ce paramètre les attend : un parcours par graine, à chaque passage.",
         "The items that walks start from, as that parameter takes them: one walk a seed, in each round."},
	{"steps", ONE(INT), REQUIRED, 1, AMP_WALK_STEPS_MAX, 0, 0, NULL, NULL, "10",
         "Nombre de listes demandées par parcours, celle de la graine comprise.",
         "Lists asked for in a walk, that of the seed included."},
	{"policy", ONE(CHOICE), OPTIONAL, 0, 0, 0, 0, "first|random", NULL, "\"first\"",
         "first (par défaut) : suivre la première entrée qui peut l'être ; random : l'une d'elles, tirée au sort avec la graine de l'étude. Jamais une publicité, une entrée épinglée ou de service, ni une publication déjà suivie ; jamais selon le contenu.",
         "first (the default): follow the first entry that can be followed; random: one of them, drawn with the study's seed. Never an ad, a pinned or a service entry, nor an item followed already; never by content."},
	END,
};
static const struct amp_object_spec walk_spec = {"walk", walk_rows};

static const struct amp_key_row feed_rows[] = {
	{"platform", ONE(TEXT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"bluesky\"", "La plateforme (amplimeter platforms list).",
         "The platform (amplimeter platforms list)."},
	{"endpoint", ONE(TEXT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"getFeed\"", "Le point d'accès de la plateforme.",
         "The platform's endpoint."},
	{"host", ONE(HOST), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"https://public.api.bsky.app\"",
         "Le serveur interrogé ; par défaut celui de la plateforme.", "The server asked; the platform's own by default."},
	{"params", ONE(VALUES), OPTIONAL, 0, 0, 0, 0, NULL, NULL,
         "{\"feed\": \"at://did:plc:…/app.bsky.feed.generator/whats-hot\"}",
         "Paramètres du point d'accès (amplimeter platforms show NOM).",
         "Parameters of the endpoint (amplimeter platforms show NAME)."},
	{"depth", ONE(INT), REQUIRED, 1, 1000, 0, 0, NULL, NULL, "50", "Nombre d'éléments à lire, sur autant de pages qu'il faut.",
         "How many items to read, over as many pages as it takes."},
	{"title", ONE(BOTH), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "{\"fr\": \"Découvrir\", \"en\": \"Discover\"}",
         "Titre pour les lecteurs.", "Title for readers."},
	{"ranking", ONE(CHOICE), OPTIONAL, 0, 0, 0, 0, "algorithmic|chronological", NULL, "\"chronological\"",
         "Classement du flux quand il n'est pas celui du point d'accès (flux RSS, générateur sans classement).",
         "How the feed is ordered where it differs from the endpoint's (RSS feeds, generators that do not rank)."},
	{"session", ONE(BOOL), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "true",
         "true : chaque persona doit être connecté ; false : jamais de connexion ; absent : la session du persona s'il en a une pour ce serveur.",
         "true: every persona must be logged in; false: never log in; absent: the persona's session if it has one for this server."},
	{"through_session", ONE(BOOL), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "true",
         "true : un persona connecté s'adresse au serveur de sa session, qui transmet (Bluesky : le serveur du compte) ; les autres s'adressent à « host », et ne lisent pas un flux qui exige une connexion.",
         "true: a logged-in persona asks the server of its session, which passes the request on (Bluesky: the account's server); the others ask \"host\", and do not read a feed that needs a login."},
	{"for", ONE(CHOICE), OPTIONAL, 0, 0, 0, 0, "interests|follows", NULL, "\"interests\"",
         "interests : une recherche du persona par passage, à tour de rôle ; follows : une requête par compte suivi, fusionnées par date.",
         "interests: one search of the persona a round, in turn; follows: one request a followed account, merged by time."},
	{"param", ONE(TEXT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"q\"",
         "Avec « for » : le paramètre que remplit la recherche ou le compte.",
         "With \"for\": the parameter that the search or the account fills."},
	{"walk", ONE(OBJECT), OPTIONAL, 0, 0, 0, 0, NULL, &walk_spec, NULL,
         "Ce flux est un parcours : demander ce que la plateforme montre à côté d'une publication, en suivre une entrée, demander ce qu'elle montre à côté de celle-là, et ainsi de suite.",
         "This feed is walked: ask what the platform shows beside an item, follow one entry, ask what it shows beside that one, and so on."},
	END,
};
static const struct amp_object_spec feed_spec = {"feed", feed_rows};

static const struct amp_key_row pair_rows[] = {
	{"ranked", ONE(SLUG), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"decouvrir\"", "Nom du flux classé par l'algorithme.",
         "Name of the feed that the algorithm ranks."},
	{"chronological", ONE(SLUG), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"abonnements\"", "Nom du flux chronologique.",
         "Name of the chronological feed."},
	{"pool", ONE(CHOICE), REQUIRED, 0, 0, 0, 0, "identical|alternative|different", NULL, "\"alternative\"",
         "identical : mêmes contenus, seul l'ordre change ; alternative : l'option sans classement de la même plateforme ; different : comparaison côte à côte, jamais d'« amplification ».",
         "identical: same contents, only the order differs; alternative: the same platform's own unranked option; different: side by side, never called amplification."},
	{"reason", ONE(BOTH), REQUIRED, 0, 0, 0, 0, NULL, NULL,
         "{\"fr\": \"Pourquoi ces deux flux\", \"en\": \"Why these two feeds\"}",
         "Pourquoi ces deux flux se comparent, et ce que la comparaison ne montre pas.",
         "Why these two feeds compare, and what the comparison does not show."},
	{"window", ONE(CHOICE), OPTIONAL, 0, 0, 0, 0, "count|back_to_oldest_ranked", NULL, "\"count\"",
         "count : autant d'éléments des deux côtés ; back_to_oldest_ranked : le chronologique remonte jusqu'au plus ancien élément classé.",
         "count: as many items on both sides; back_to_oldest_ranked: the chronological side goes back to the oldest ranked item."},
	END,
};
static const struct amp_object_spec pair_spec = {"pair", pair_rows};

static const struct amp_key_row schedule_rows[] = {
	{"every", ONE(DURATION), OPTIONAL, 60, 366 * DAY, 0, 0, NULL, NULL, "\"6h\"",
         "Intervalle entre deux passages (ou « cron »).", "Interval between two rounds (or \"cron\")."},
	{"cron", ONE(CRON), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"0 8,20 * * *\"",
         "Expression cron à 5 champs : minute, heure, jour du mois, mois, jour de la semaine (ou « every »).",
         "Cron expression of 5 fields: minute, hour, day of the month, month, day of the week (or \"every\")."},
	{"time_zone", ONE(ZONE), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"Europe/Paris\"",
         "Fuseau horaire IANA de l'horaire ; UTC par défaut.", "IANA time zone of the timetable; UTC by default."},
	{"window", ONE(DURATION), OPTIONAL, 60, 31 * DAY, 0, 0, NULL, NULL, "\"1h\"",
         "Durée pendant laquelle un passage peut commencer ; après, il est noté manqué. Une heure par défaut, ou l'intervalle s'il est plus court.",
         "How long a round may start; afterwards it is recorded as missed. One hour by default, or the interval where that is shorter."},
	{"jitter", ONE(DURATION), OPTIONAL, 1, 31 * DAY, 0, 0, NULL, NULL, "\"10m\"",
         "Retard tiré au sort (graine de l'étude), pour ne pas frapper toujours à la même minute.",
         "Delay drawn from the study's seed, so as not to knock at the same minute always."},
	{"max_skew", ONE(DURATION), OPTIONAL, 1, DAY, 0, 0, NULL, NULL, "\"2m\"",
         "Écart de temps permis entre les deux flux d'une paire. Cinq minutes par défaut.",
         "Time allowed between the two feeds of a pair. Five minutes by default."},
	{"block", ONE(DURATION), OPTIONAL, 60, 366 * DAY, 0, 0, NULL, NULL, "\"1d\"",
         "Bloc de temps, unité de rééchantillonnage quand un flux n'est pas personnalisé. Un jour par défaut.",
         "Time block, the unit of resampling where a feed is not personalised. One day by default."},
	END,
};
static const struct amp_object_spec schedule_spec = {"schedule", schedule_rows};

static const struct amp_key_row primary_rows[] = {
	{"metric", ONE(TEXT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"additive_lift\"",
         "La mesure principale, choisie avant de voir les données.", "The primary metric, chosen before seeing the data."},
	{"pair", ONE(SLUG), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"decouvrir\"", "La paire principale.", "The primary pair."},
	{"target", ONE(TEXT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"any\"", "Le groupe visé, ou any (tous).", "The target, or any."},
	{"detector", ONE(SLUG), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"lexicon\"", "Le détecteur de la mesure principale.",
         "The detector of the primary metric."},
	END,
};
static const struct amp_object_spec primary_spec = {"primary", primary_rows};

static const struct amp_key_row grid_rows[] = {
	{"depth", LIST(INT), OPTIONAL, 1, 1000, 1, 8, NULL, NULL, "[50, 10]",
         "Profondeurs de lecture ; la première est la principale. Par défaut la plus petite profondeur des flux.",
         "Reading depths; the first is primary. By default the smallest depth of the feeds."},
	{"threshold", LIST(THRESHOLD), OPTIONAL, 0, 0, 1, 8, NULL, NULL, "[\"default\", \"0.8\"]",
         "Seuils de score à partir desquels un contenu est présumé haineux ; le premier est le principal. \"default\" : le seuil propre à chaque détecteur.",
         "Scores from which content is presumed hateful; the first is primary. \"default\": each detector's own threshold."},
	{"rbp_p", LIST(DECIMAL), OPTIONAL, 0, 0, 1, 8, NULL, NULL, "[\"0.9\"]",
         "Persistance p de la lecture (rank-biased precision) ; la première est la principale. \"0.9\" par défaut.",
         "Persistence p of reading (rank-biased precision); the first is primary. \"0.9\" by default."},
	{"text_view", LIST(CHOICE), OPTIONAL, 0, 0, 1, 2, "v1|text", NULL, "[\"v1\"]",
         "Ce que lisent les détecteurs : v1 (titre, texte, citation, avertissement, lien, description d'image) ou text (le texte seul).",
         "What detectors read: v1 (title, text, quotation, warning, link, image description) or text (the text alone)."},
	END,
};
static const struct amp_object_spec grid_spec = {"grid", grid_rows};

static const struct amp_key_row decision_rows[] = {
	{"type", ONE(CHOICE), REQUIRED, 0, 0, 0, 0, "robots_override|private_address|user_agent|consent", NULL,
         "\"private_address\"", "Ce qui est décidé, contre la règle par défaut.", "What is decided against the default rule."},
	{"subject", ONE(TEXT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"127.0.0.1:8710\"",
         "Le serveur (nom:port), ou l'agent utilisateur.", "The server (name:port), or the user agent."},
	{"reason", ONE(TEXT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"atelier, service d'essai sur cette machine\"",
         "Pourquoi : consigné au registre des preuves.", "Why: recorded in the evidence ledger."},
	END,
};
static const struct amp_object_spec decision_spec = {"decision", decision_rows};

static const struct amp_key_row service_use_rows[] = {
	{"file", ONE(TEXT), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"../services/moderation.json\"",
         "Le fichier du service (chemin relatif à celui-ci). Son contenu est verrouillé avec l'étude.",
         "The service's file (path relative to this one). Its content is locked with the study."},
	{"send_texts_to", ONE(TEXT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"api.example.org\"",
         "Le serveur à qui les textes des publications peuvent être envoyés, en toutes lettres ; « command » pour un programme de cette machine. Sans cette clé, rien n'est envoyé.",
         "The server to which the texts of posts may be sent, in full; \"command\" for a program on this machine. Without this key nothing is sent."},
	{"after", ONE(SLUG), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"linear\"",
         "En cascade : le détecteur de l'étude qui lit tout et choisit ce qui est soumis au service. Absent : tout lui est soumis.",
         "In a cascade: the study's detector that reads everything and chooses what the service is asked about. Absent: everything."},
	{"top", ONE(DECIMAL), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"0.1\"",
         "En cascade : la part des textes les mieux notés qui est toujours soumise.",
         "In a cascade: the share of texts with the highest scores that is always asked about."},
	{"random", ONE(DECIMAL), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"0.02\"",
         "En cascade : la part des autres textes, tirée au sort ; sa probabilité est enregistrée pour pondérer.",
         "In a cascade: the share of the other texts, drawn by lot; its probability is stored, to weigh by."},
	END,
};
static const struct amp_object_spec service_use_spec = {"service_use", service_use_rows};

static const struct amp_key_row study_rows[] = {
	{"$schema", ONE(SCHEMA), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"../study.schema.json\"",
         "Chemin du schéma, pour que l'éditeur aide à la saisie.", "Path of the schema, so that an editor helps while typing."},
	{"study", ONE(SLUG), REQUIRED, 0, 0, 0, 0, NULL, NULL, "\"bluesky-fr\"", "Nom court de l'étude.",
         "Short name of the study."},
	{"title", ONE(BOTH), REQUIRED, 0, 0, 0, 0, NULL, NULL, "{\"fr\": \"Bluesky en français\", \"en\": \"Bluesky in French\"}",
         "Titre de l'étude.", "Title of the study."},
	{"question", ONE(BOTH), REQUIRED, 0, 0, 0, 0, NULL, NULL,
         "{\"fr\": \"Le flux classé montre-t-il plus de haine ?\", \"en\": \"Does the ranked feed show more hate?\"}",
         "La question posée, à laquelle « non » est aussi une réponse.", "The question asked, to which \"no\" is an answer too."},
	{"contact", ONE(CONTACT), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"etudes@association.example\"",
         "Adresse électronique ou page https:// envoyée aux serveurs dans l'agent utilisateur. Obligatoire hors de cette machine.",
         "Mail address or https:// page sent to servers in the user agent. Required for servers beyond this machine."},
	{"personas", LIST(PERSONA), REQUIRED, 0, 0, 1, 200, NULL, NULL, "[\"../examples/lyceenne-lyon.json\"]",
         "Les personas : chemins de fichiers (relatifs à celui-ci) ou personas écrits ici.",
         "The personas: paths of files (relative to this one), or personas written here."},
	{"sources", LIST(TEXT), OPTIONAL, 0, 0, 0, 20, NULL, NULL, "[\"../sources/nodebb.json\"]",
         "Les fichiers des sources à soi (chemins relatifs à celui-ci) ; leurs noms s'emploient ensuite comme ceux des plateformes.",
         "The files of sources of one's own (paths relative to this one); their names are then used as those of platforms are."},
	{"feeds", MAP(OBJECT), REQUIRED, 0, 0, 1, 100, NULL, &feed_spec, NULL, "Les flux lus à chaque passage, par nom.",
         "The feeds read in each round, by name."},
	{"pairs", MAP(OBJECT), OPTIONAL, 0, 0, 0, 100, NULL, &pair_spec, NULL, "Les paires de flux comparées, par nom.",
         "The pairs of feeds that are compared, by name."},
	{"schedule", ONE(OBJECT), REQUIRED, 0, 0, 0, 0, NULL, &schedule_spec, NULL, "L'horaire des passages.",
         "The timetable of the rounds."},
	{"detectors", LIST(SLUG), REQUIRED, 0, 0, 1, 16, NULL, NULL, "[\"lexicon\"]", "Les détecteurs qui notent les contenus.",
         "The detectors that score the contents."},
	{"services", LIST(OBJECT), OPTIONAL, 0, 0, 0, 8, NULL, &service_use_spec, NULL,
         "Les détecteurs extérieurs (services de modération, programmes à soi), interrogés par « amplimeter detect ».",
         "Detectors from outside (moderation services, programs of one's own), asked by \"amplimeter detect\"."},
	{"primary", ONE(OBJECT), OPTIONAL, 0, 0, 0, 0, NULL, &primary_spec, NULL,
         "La mesure principale ; tout le reste est exploratoire.", "The primary metric; all else is exploratory."},
	{"alpha", ONE(DECIMAL), OPTIONAL, 0, 0, 0, 0, NULL, NULL, "\"0.05\"",
         "Niveau du test, en texte décimal. \"0.05\" par défaut.", "Level of the test, as a decimal text. \"0.05\" by default."},
	{"seed", ONE(INT), OPTIONAL, 0, INT64_C(9007199254740991), 0, 0, NULL, NULL, "20261122",
         "Graine des tirages (ordre des personas, retards). 1 par défaut.",
         "Seed of the draws (order of personas, jitter). 1 by default."},
	{"grid", ONE(OBJECT), OPTIONAL, 0, 0, 0, 0, NULL, &grid_spec, NULL,
         "Grille de sensibilité : toutes les combinaisons sont calculées. Sans elle : la mesure principale, la moitié de la profondeur, le seuil \"0.5\", "
         "p = \"0.8\".",
         "Sensitivity grid: every combination is computed. Without it: the primary measure, half the depth, the threshold \"0.5\", p = \"0.8\"."},
	{"decisions", LIST(OBJECT), OPTIONAL, 0, 0, 0, 50, NULL, &decision_spec, NULL,
         "Les décisions contraires à la règle par défaut, chacune avec sa raison.",
         "Decisions against the default rule, each with its reason."},
	END,
};
const struct amp_object_spec amp_spec_study = {"study", study_rows};

const struct amp_key_row *amp_key_find(const struct amp_object_spec *spec, const char *name)
{
	for (const struct amp_key_row *r = spec->rows; r->name != NULL; r++) {
		if (strcmp(r->name, name) == 0) return r;
	}
	return NULL;
}

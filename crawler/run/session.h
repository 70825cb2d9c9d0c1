/* session.h: who a persona is to a platform: bearer tokens and cookies. Credentials come from the environment; what a platform gave in
 * return is kept in a file of mode 0600 beside the database (DB.session), and never reaches archive, database, log or report.
 * Bluesky: createSession with handle and app password, refreshSession while the refresh token lasts
 * (com.atproto.server, seen 2025-05; 30 createSession calls in 5 minutes, 300 a day: hence the file).
 */
#ifndef AMP_RUN_SESSION_H
#define AMP_RUN_SESSION_H
#include "base/err.h"
#include "fetch/fetch.h"
#include "persona/study.h"

struct amp_sessions;
struct amp_login; /* one session of one persona */

/* Reads the file when there is one: AMP_EPOLICY when others may read it. Checks that every credential the study names is set. */
int amp_sessions_open(struct amp_sessions **out, const char *db_path, const struct amp_study *s, struct amp_err *err) AMP_CHECK;
void amp_sessions_free(struct amp_sessions *s); /* NULL-safe */
/* The cookies that a persona had at the end of the last round go into its jar. */
int amp_sessions_load_cookies(struct amp_sessions *s, const char *persona, struct amp_visitor *v, struct amp_err *err) AMP_CHECK;
int amp_sessions_keep_cookies(struct amp_sessions *s, const char *persona, struct amp_visitor *v, struct amp_err *err) AMP_CHECK;
/* Submits what must be asked before the persona's feeds: purpose "session", user the amp_login. */
int amp_sessions_submit(struct amp_sessions *s, size_t persona, struct amp_fetch *f, struct amp_visitor *v,
                        struct amp_err *err) AMP_CHECK;
/* The answer to such a request. */
int amp_sessions_answer(struct amp_sessions *s, struct amp_exchange *x, struct amp_err *err) AMP_CHECK;
/* "Bearer …" for requests of this feed; NULL when the persona has no session there. Lives until the next answer. */
const char *amp_sessions_authorization(const struct amp_sessions *s, size_t persona, const struct amp_study_feed *f);
/* The same token bare, for endpoints that take it as a parameter. */
const char *amp_sessions_token(const struct amp_sessions *s, size_t persona, const struct amp_study_feed *f);
/* False when the persona reads this feed with a session and has none now: it is not asked for. */
bool amp_sessions_ready(const struct amp_sessions *s, size_t persona, const struct amp_study_feed *f);
/* Does the persona have a session declared for this feed? */
bool amp_sessions_declared(const struct amp_persona *p, const struct amp_study_feed *f);
int amp_sessions_save(struct amp_sessions *s, struct amp_err *err) AMP_CHECK;

#endif

/* erase.h: lawful erasure of a person's posts, or of one post: texts and names blanked in the database, the captures that hold them erased in the archive.
 * Order: (1) one transaction blanks the database and writes down what is erased (migration erasure); (2) an entry of type erasure in each archive concerned;
 * (3) the archive's records. Each step may be repeated: what a crash left is finished by the next call.
 */
#ifndef AMP_RUN_ERASE_H
#define AMP_RUN_ERASE_H
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"
#include "store/store.h"

struct amp_erase_options {
	const char *archive_dir;
	const char *author,
		*item; /* one of them: key, identifier of the platform, handle, address. Both NULL: only finish what was begun */
	const char *basis;        /* on what ground; goes into the ledger for good, so it must name nobody */
	bool dry_run;             /* say what would go, change nothing */
	const char *command_line; /* recorded; must not hold the author or item */
};
struct amp_erased {
	int64_t versions; /* item versions blanked, quoting ones included */
	int64_t items, authors;
	int64_t references; /* replies that lose the address of what they reply to */
	int64_t captures;   /* captures erased */
	int64_t others;     /* other item versions on their pages: what was read of them stays */
	int64_t archives;   /* with an entry each */
	int64_t elsewhere;  /* archives of other crawlers, which are not here: to be erased there */
	int64_t finished;   /* erasures begun earlier, finished now */
};
/* AMP_EUSAGE: nothing or several things are called so (the message lists their keys), or the database is an excerpt; AMP_EBUSY: a crawl holds the archive;
 * AMP_ECORRUPT: the archive is not the database's. Until step (1) is committed nothing has changed; after it a failure leaves the rest to
 * the next call. */
int amp_erase(struct amp_store *store, const struct amp_erase_options *o, struct amp_erased *out, struct amp_err *err) AMP_CHECK;

#endif

/* shown.h: what coders are shown of a unit. */
#ifndef AMP_ANNOTATE_SHOWN_H
#define AMP_ANNOTATE_SHOWN_H
#include "annotate/sheet.h"
#include "store/store.h"

struct amp_shown_unit {
	int64_t id, version;
	struct amp_key key;
	char name[AMP_SHEET_DIGITS + 2]; /* "u0123…", as sheets have it */
	bool has_nonce;
	uint8_t nonce[AMP_KEY];
};
/* Units of a sample in the order of drawing, in the arena. */
int amp_shown_units(struct amp_shown_unit **out, size_t *n, struct amp_arena *arena, struct amp_store *store, int64_t sample,
                    struct amp_err *err) AMP_CHECK;
/* The cells of a unit as written into a sheet, in the arena; what the coder fills is empty. *gone: erased since. */
int amp_shown_cells(struct amp_str cells[AMP_SHEET_COLUMNS], bool *gone, struct amp_arena *arena, struct amp_store *store,
                    const struct amp_shown_unit *u, struct amp_err *err) AMP_CHECK;

#endif

/* mastodon_status.h: entities of the Mastodon API, between mastodon.c and mastodon_status.c only. */
#ifndef AMP_PLATFORMS_MASTODON_STATUS_H
#define AMP_PLATFORMS_MASTODON_STATUS_H
#include "parse/engine.h"

extern const struct amp_row amp_mastodon_status_rows[], amp_mastodon_link_rows[], amp_mastodon_tag_rows[],
	amp_mastodon_account_rows[], amp_mastodon_instance_rows[];

/* Each begins and ends one entry of the page in hand. */
void amp_mastodon_status(struct amp_engine *e, const struct amp_json *entry);
void amp_mastodon_link(struct amp_engine *e, const struct amp_json *card);
void amp_mastodon_tag(struct amp_engine *e, const struct amp_json *tag);
void amp_mastodon_account(struct amp_engine *e, const struct amp_json *account);
void amp_mastodon_instance(struct amp_engine *e, const struct amp_json *instance);

#endif

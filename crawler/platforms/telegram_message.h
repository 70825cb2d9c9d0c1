/* telegram_message.h: one message of a t.me page into an item. */
#ifndef AMP_PLATFORMS_TELEGRAM_MESSAGE_H
#define AMP_PLATFORMS_TELEGRAM_MESSAGE_H
#include "parse/engine.h"

/* entry: the message, or the box around it; offset: where it stands in the page's body. */
void amp_telegram_message(struct amp_engine *e, const struct amp_markup_doc *doc, const struct amp_markup *entry, size_t offset);

/* telegram_media.c: what is shown of photos, videos, sounds, documents, places, stickers, polls; label "unsupported".
 * offset: of the entry in the page's body. False: there is nothing of that kind. */
bool amp_telegram_media(struct amp_engine *e, const struct amp_markup_doc *doc, const struct amp_markup *message, size_t offset);

#endif

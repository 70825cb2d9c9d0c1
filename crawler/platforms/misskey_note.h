/* misskey_note.h: Misskey's packed notes and hashtags into items. */
#ifndef AMP_PLATFORMS_MISSKEY_NOTE_H
#define AMP_PLATFORMS_MISSKEY_NOTE_H
#include "parse/engine.h"

extern const struct amp_row amp_misskey_note_rows[], amp_misskey_tag_rows[];

bool amp_misskey_is_note(const struct amp_json *entry);
void amp_misskey_note(struct amp_engine *e, const struct amp_json *entry);
void amp_misskey_tag(struct amp_engine *e, const struct amp_json *entry);

#endif

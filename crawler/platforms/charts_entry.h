/* charts_entry.h: the entries of best-seller lists; between charts.c, charts_apple.c and charts_amazon.c only. */
#ifndef AMP_PLATFORMS_CHARTS_ENTRY_H
#define AMP_PLATFORMS_CHARTS_ENTRY_H
#include "parse/engine.h"

/* charts_apple.c: both of Apple's JSON forms, as e->endpoint says. */
extern const struct amp_row amp_charts_apple_rows[], amp_charts_itunes_rows[];
void amp_charts_apple(struct amp_engine *e);

/* charts_amazon.c: a saved page. address: where it says that it lives; absent when it does not, or the verdict is given. */
void amp_charts_amazon(struct amp_engine *e);
struct amp_str amp_charts_amazon_address(struct amp_engine *e);

/* charts_apple.c */
void amp_charts_picture(struct amp_engine *e, struct amp_str url, struct amp_str alt, int64_t width, int64_t height);

#endif

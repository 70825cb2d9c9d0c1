/* news_item.h: what the items of Google News, Bing News and Google Trends mean; between news.c and news_item.c only. */
#ifndef AMP_PLATFORMS_NEWS_ITEM_H
#define AMP_PLATFORMS_NEWS_ITEM_H
#include "platforms/feeds_entry.h"

/* For the endpoint of that name. */
const struct amp_feeds_hooks *amp_news_hooks(const char *endpoint);

#endif

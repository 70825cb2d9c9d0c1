#include "recordings.h"
#include <string.h>

const struct recordings recordings[] = {{"bluesky", "bluesky"},
                                        {"mastodon", "mastodon"},
                                        {"pixelfed", "mastodon"},
                                        {"misskey", "misskey"},
                                        {"lemmy", "lemmy"},
                                        {"peertube", "peertube"},
                                        {"youtube", "youtube"},
                                        {"youtube-dom", "youtube"},
                                        {"invidious", "youtube"},
                                        {"reddit", "reddit"},
                                        {"x", "x"},
                                        {"tiktok", "tiktok"},
                                        {"telegram", "telegram"},
                                        {"feeds", "feeds"},
                                        {"feeds-micro", "feeds"},
                                        {"news", "news"},
                                        {"hackernews", "hackernews"},
                                        {NULL, NULL}};

bool is_recorded_body(const char *name)
{
	return name[0] != '.' && !strstr(name, ".headers.") && !strstr(name, ".expected.") && strcmp(name, "SOURCES.md") != 0;
}

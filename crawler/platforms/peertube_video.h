/* peertube_video.h: videos and comments of PeerTube, between peertube.c and peertube_video.c only. */
#ifndef AMP_PLATFORMS_PEERTUBE_VIDEO_H
#define AMP_PLATFORMS_PEERTUBE_VIDEO_H
#include "parse/engine.h"

extern const struct amp_row amp_peertube_video_rows[], amp_peertube_comment_rows[];

/* Each begins and ends one entry of the page in hand. section: where in an overview it stands; absent elsewhere. */
void amp_peertube_video(struct amp_engine *e, const struct amp_json *video, struct amp_str section);
void amp_peertube_comment(struct amp_engine *e, const struct amp_json *comment);

#endif

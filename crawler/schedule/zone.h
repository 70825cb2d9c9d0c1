/* zone.h: IANA time zones, read from TZif files (RFC 8536) by a bounded parser. Never setenv("TZ"): that is process-wide, and a
 * crawl has personas in several zones.
 */
#ifndef AMP_SCHEDULE_ZONE_H
#define AMP_SCHEDULE_ZONE_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

#define AMP_TZIF_MAX_BYTES (256 * 1024) /* the largest shipped zone is under 4 KiB */

struct amp_zone; /* opaque */

/* Parses the bytes of a TZif file of version 1 to 4; AMP_EFORMAT with the place when they are not one. */
int amp_zone_parse(struct amp_zone **out, const void *bytes, size_t n, struct amp_err *err) AMP_CHECK;
/* Reads "Europe/Paris" from the system's zone files. "UTC" needs no file. AMP_EUSAGE when unknown. */
int amp_zone_load(struct amp_zone **out, const char *name, struct amp_err *err) AMP_CHECK;
void amp_zone_free(struct amp_zone *z);

/* Seconds to add to UTC to get local time at this instant (seconds since 1970). */
int32_t amp_zone_offset(const struct amp_zone *z, int64_t utc);
/* The instants whose local time is `local` (seconds since 1970 as if it were UTC): 1 normally, 2 where clocks went back (earlier
 * first), 0 where they were put forward: then utc[0] is the instant of the jump, the first after the missing hour. */
int amp_zone_instants(const struct amp_zone *z, int64_t local, int64_t utc[2]);

#endif

/* idcache.h: key -> local row id, bounded: 4 ways a set, the oldest way of a full set gives place. So an item that was seen lately
 * costs no SQL, and memory does not grow with the crawl. Keys are domain-separated digests: one table serves every kind of row.
 */
#ifndef AMP_RUN_IDCACHE_H
#define AMP_RUN_IDCACHE_H
#include <stdint.h>
#include "base/hash.h"

struct amp_idcache;
struct amp_idcache *amp_idcache_new(void); /* NULL when memory is out */
void amp_idcache_free(struct amp_idcache *c);
void amp_idcache_clear(struct amp_idcache *c); /* after a rollback: ids given in it do not exist */
int64_t amp_idcache_get(const struct amp_idcache *c, const struct amp_key *key); /* 0: not here */
void amp_idcache_put(struct amp_idcache *c, const struct amp_key *key, int64_t id);

#endif

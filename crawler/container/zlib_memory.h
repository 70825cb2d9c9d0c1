/* zlib_memory.h: zlib's allocations through core/base/mem.h, for `z_stream z = {AMP_ZLIB_MEMORY}`. Between the files of this folder only. */
#ifndef AMP_CONTAINER_ZLIB_MEMORY_H
#define AMP_CONTAINER_ZLIB_MEMORY_H
#include "base/mem.h"

static inline void *amp_zlib_alloc(void *opaque, unsigned n, unsigned size)
{
	(void)opaque;
	return amp_calloc(n, size);
}

static inline void amp_zlib_free(void *opaque, void *p)
{
	(void)opaque;
	amp_free(p);
}

#define AMP_ZLIB_MEMORY .zalloc = amp_zlib_alloc, .zfree = amp_zlib_free

#endif

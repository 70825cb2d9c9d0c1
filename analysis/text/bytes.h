/* bytes.h: sixteen bytes of a text at once, and one bit for each of 64 that pass a test. GCC's vector types, which clang has too: on every processor.
 */
#ifndef AMP_TEXT_BYTES_H
#define AMP_TEXT_BYTES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#define AMP_WIDE __attribute__((target("avx2,bmi,bmi2"))) /* of a function: for processors that have them, see amp_has_wide */
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif
#define AMP_INLINE static inline __attribute__((always_inline))

#define AMP_BLOCK 64
typedef uint8_t amp_sixteen __attribute__((vector_size(16))); /* comparisons give 255 where they hold, else 0 */

static inline amp_sixteen amp_sixteen_at(const char *p)
{
	amp_sixteen v;
	memcpy(&v, p, sizeof v);
	return v;
}

/* May functions that are AMP_WIDE be called? They give what the others give, in fewer steps. */
bool amp_has_wide(void);
/* From now on none may, as on another processor: for tests. */
void amp_narrow(bool narrow);

/* Up to eight bytes as a number, the first one lowest; there are eight to read. */
static inline uint64_t amp_eight_at(const void *at)
{
	const unsigned char *p = at;
	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 |
	       (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

/* Bit n: the highest bit of byte n, by numbers alone. */
static inline uint64_t amp_sixteen_bits_by_number(amp_sixteen v)
{
	/* the lowest bits of bytes are gathered in the highest byte of a product */
	uint8_t b[16];
	memcpy(b, &v, sizeof b);
	uint64_t low = amp_eight_at(b) >> 7 & UINT64_C(0x0101010101010101),
		 high = amp_eight_at(b + 8) >> 7 & UINT64_C(0x0101010101010101);
	return low * UINT64_C(0x0102040810204080) >> 56 | (high * UINT64_C(0x0102040810204080) >> 56) << 8;
}

/* Bit n: the highest bit of byte n; of a comparison, whether it holds. */
static inline uint64_t amp_sixteen_bits(amp_sixteen v)
{
#if defined(__SSE2__)
	return (uint64_t)(unsigned)_mm_movemask_epi8((__m128i)v);
#else
	return amp_sixteen_bits_by_number(v);
#endif
}

/* Where a block's bytes are: there, or with zeros behind them in `copy` when there are fewer than 64. */
static inline const char *amp_block_at(const char *p, size_t n, char copy[AMP_BLOCK])
{
	if (n >= AMP_BLOCK) return p;
	memset(copy, 0, AMP_BLOCK);
	memcpy(copy, p, n);
	return copy;
}

/* The lowest bit that is set; there is one. */
static inline unsigned amp_lowest_bit(uint64_t bits)
{
	return (unsigned)__builtin_ctzll(bits);
}

#endif

/* arena_fixture.h: an arena for each test, or for all tests of a group: `set_up` and `tear_down`. */
#ifndef AMP_TEST_ARENA_FIXTURE_H
#define AMP_TEST_ARENA_FIXTURE_H
#include "base_test.h"
#include "base/arena.h"

static struct amp_arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = amp_arena_new((size_t)1 << 30);
	return arena ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	amp_arena_free(arena);
	return 0;
}

#endif

/* key_rows.h: the words in which the tables of keys.c and source_keys.c are written. Included by these two only. */
#ifndef AMP_PERSONA_KEY_ROWS_H
#define AMP_PERSONA_KEY_ROWS_H
#include <stddef.h>
#include "persona/keys.h"

#define END                                                                                      \
	{                                                                                        \
		NULL, AMP_KEY_TEXT, AMP_KEY_ONE, false, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL \
	}
#define ONE(type) AMP_KEY_##type, AMP_KEY_ONE
#define LIST(type) AMP_KEY_##type, AMP_KEY_LIST
#define MAP(type) AMP_KEY_##type, AMP_KEY_MAP
#define NAMED(type) AMP_KEY_##type, AMP_KEY_NAMED
#define REQUIRED true
#define OPTIONAL false

#endif

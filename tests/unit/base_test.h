/* base_test.h: the includes every cmocka program needs, in the order it needs them. */
#ifndef AMP_TEST_BASE_H
#define AMP_TEST_BASE_H
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#endif

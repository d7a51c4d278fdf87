#pragma once
/* The flow harness in a plain program: what fails while setting up ends it, with the place. */
#include <stdio.h>
#include <stdlib.h>

/* Criterion's macros may be used without a text; as a system header it is not asked about that. */
#ifdef __clang__
#pragma clang diagnostic ignored "-Wgnu-zero-variadic-macro-arguments"
#endif

#define PLAIN(ok, what, ...)                                                                       \
	do {                                                                                       \
		if (!(ok)) {                                                                       \
			fprintf(stderr, "FAIL %s:%d: %s\n", __FILE__, __LINE__, what);             \
			fprintf(stderr, " " __VA_ARGS__);                                          \
			exit(1);                                                                   \
		}                                                                                  \
	} while (0)
#define cr_assert(c, ...) PLAIN(c, #c, __VA_ARGS__)
#define cr_assert_eq(a, b, ...) PLAIN((a) == (b), #a " == " #b, __VA_ARGS__)
#define cr_assert_not_null(a, ...) PLAIN((a) != NULL, #a, __VA_ARGS__)
#define cr_assert_fail(...) PLAIN(false, "", __VA_ARGS__)
#define cr_expect_eq cr_assert_eq

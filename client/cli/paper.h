#pragma once
/* What the module paper offers page.c, which loads it when a PDF is asked for. */
#include "page.h"

/* A4, tagged. NULL, or what went wrong, in the library's words. */
__attribute__((visibility("default"))) const char *paper_write(const struct page *,
							       const char *path);
typedef const char *(*paper_fn)(const struct page *, const char *path);

#pragma once
/* Attachments: sealed pieces that hang on an item, for who sees all of it. */
#include "serve.h"

/* For due.c: what is not whole by now is dropped. */
enum err attach_stale(struct request *, uint64_t id, int64_t at);

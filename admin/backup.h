#pragma once
/* What making a backup and putting one back share. */
#include "err.h"

#include <stdbool.h>
#include <stdint.h>

/* What goes with the keys, below the state folder; NULL ends. Never the master key. */
extern const char *const backup_files[];
/* When a copy of the keys was made, by its name; false: it is none. */
bool backup_keys_made(const char *name, int64_t *ms);
struct run;
/* Says that the file or folder cannot be read or made, and errno's why; ERR_INTERNAL. */
enum err backup_failed(struct run *, const char *where);

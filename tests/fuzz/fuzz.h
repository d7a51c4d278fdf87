#pragma once
/*
 * Fuzz: one harness for each parser of bytes that a peer sends or a file holds. A harness is
 * LLVMFuzzerTestOneInput and nothing else, so that libFuzzer and AFL++ drive it (./run) and
 * replay.c reads the corpus through it in the ordinary tests.
 *
 * Beside not crashing, each says what must hold of what it parsed; must() ends the process when it
 * does not.
 */
#include "bytes.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

void must(bool holds, const char *what);
/* A folder in memory for this process, made at the first call and removed when it ends. */
const char *fuzz_dir(void);
/* The path of a file in it; static until the next call but three. */
const char *fuzz_path(const char *name);
/* Writes it anew. */
void fuzz_write(const char *path, struct slice bytes);
/* Takes from the front: so many bytes, or what is left; a number. */
struct slice fuzz_take(struct slice *s, size_t n);
uint64_t fuzz_number(struct slice *s, size_t bytes);
/* Up to the next line's end, which is passed. */
struct slice fuzz_line(struct slice *s);

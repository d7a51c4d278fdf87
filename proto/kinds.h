#pragma once
/* The table of kinds; read it through vocab.h. */
#include "vocab.h"

extern const struct kind brug_kinds[];

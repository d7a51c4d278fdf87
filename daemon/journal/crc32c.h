#pragma once
/* CRC-32C (Castagnoli, RFC 3720 appendix B.4). crc: 0 to begin, or what came before, to go on. */
#include <stddef.h>
#include <stdint.h>

uint32_t crc32c(uint32_t crc, const void *p, size_t n);
uint32_t crc32c_table(uint32_t crc, const void *p,
		      size_t n); /* without the processor's instruction */

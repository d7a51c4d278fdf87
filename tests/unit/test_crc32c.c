#include "crc32c.h"

#include <criterion/criterion.h>

#include <string.h>

Test(crc32c, known_vectors_of_rfc_3720_come_out)
{
	uint8_t zero[32] = {0}, ones[32], up[32];

	memset(ones, 0xff, sizeof(ones));
	for (int i = 0; i < 32; i++)
		up[i] = (uint8_t)i;
	cr_expect_eq(crc32c(0, "123456789", 9), 0xe3069283u);
	cr_expect_eq(crc32c(0, zero, 32), 0x8a9136aau);
	cr_expect_eq(crc32c(0, ones, 32), 0x62a8ab43u);
	cr_expect_eq(crc32c(0, up, 32), 0x46dd794eu);
}

Test(crc32c, the_instruction_and_the_table_agree_and_pieces_add_up)
{
	uint8_t p[1000];

	for (int i = 0; i < 1000; i++)
		p[i] = (uint8_t)(i * 37 + i / 7);
	for (size_t n = 0; n < 1000; n += 13) {
		cr_expect_eq(crc32c(0, p, n), crc32c_table(0, p, n));
		cr_expect_eq(crc32c(crc32c(0, p, n / 3), p + n / 3, n - n / 3), crc32c(0, p, n));
	}
}

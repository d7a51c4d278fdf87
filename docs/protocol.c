/* Prints the protocol's manual page, whole, from the tables the programs run on. */
#include "describe.h"

#include <stdio.h>

int main(void)
{
	CLEANUP(buf_free) struct buf page = {0};

	describe_protocol(&brug_vocab, &page);
	return fwrite(page.p, 1, page.n, stdout) == page.n && fflush(stdout) == 0 ? 0 : 1;
}

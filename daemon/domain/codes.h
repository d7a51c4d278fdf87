#pragma once
/*
 * Codes: the short names people say. A case is "J-0417", an item in it "7QK2". Both are drawn at
 * random, so that neither tells how many others there are. The alphabet leaves out what is misread:
 * 0, 1, I and O.
 */
#include "bytes.h"

enum { ITEM_CODE = 4, CASE_CODE = 10 /* "ZV-1234567" */ };

/* The number of a case code ("J-0417", "ZV-0001", "J-1234567"), or 0 when it is not one. */
uint64_t case_number(struct slice code);
/* A case code of 4 to 7 digits from random bits. */
void case_code(uint64_t random, unsigned digits, char out[CASE_CODE + 1]);
/* The same of a table: "TP-0417" of procesregie, "TL-0417" of learning. */
void table_code(uint64_t random, struct slice sort, unsigned digits, char out[CASE_CODE + 1]);
/* An item code from random bits; out holds ITEM_CODE + 1 bytes. */
void item_code(uint64_t random, char out[ITEM_CODE + 1]);
/* The code in capitals, without a case before it ("j-0417/7qk2" -> "7QK2"); n is 0 when it cannot
 * be one. */
struct slice item_code_clean(struct slice given, char out[16]);
/* The case in "J-0417/7QK2", or empty. */
struct slice item_code_case(struct slice given);

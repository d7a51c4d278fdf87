#include "clock.h"

#include <criterion/criterion.h>

static void same_day(const char *date)
{
	char out[12];

	cr_expect_str_eq(clock_date(clock_parse(date, 0), out), date);
	cr_expect_str_eq(clock_date(clock_parse(date, 1), out), date);
	cr_expect_gt(clock_parse(date, 1), clock_parse(date, 0));
}

Test(clock, a_date_begins_and_ends_in_amsterdam)
{
	char out[24];

	cr_expect_str_eq(clock_format(clock_parse("2026-12-01", 0), out), "2026-11-30T23:00:00Z");
	cr_expect_str_eq(clock_format(clock_parse("2026-12-01", 1), out), "2026-12-01T22:59:59Z");
	cr_expect_str_eq(clock_format(clock_parse("2026-07-01", 0), out), "2026-06-30T22:00:00Z");
}

Test(clock, the_days_on_which_the_hour_changes_are_23_and_25_hours)
{
	int64_t spring = clock_parse("2026-03-29", 1) - clock_parse("2026-03-29", 0) + 1;
	int64_t autumn = clock_parse("2026-10-25", 1) - clock_parse("2026-10-25", 0) + 1;

	cr_expect_eq(spring, 23 * 3600000LL);
	cr_expect_eq(autumn, 25 * 3600000LL);
}

Test(clock, every_day_of_four_years_is_itself_again)
{
	char out[12];

	for (int64_t ms = clock_parse("2026-01-01", 0); ms < clock_parse("2030-01-01", 0);
	     ms += 20 * 3600000LL)
		same_day(clock_date(ms, out));
	same_day("2038-01-19");
	same_day("2000-02-29");
}

Test(clock, an_instant_is_read_and_written_the_same)
{
	char out[24];

	cr_expect_str_eq(clock_format(clock_parse("2026-11-14T23:40:00Z", 0), out),
			 "2026-11-14T23:40:00Z");
	cr_expect_eq(clock_parse("1970-01-01T00:00:00Z", 0), 0);
	cr_expect_str_eq(clock_format(clock_parse("2026-12-31T22:59:59Z", 0), out),
			 "2026-12-31T22:59:59Z", "to the second");
}

static const char *months_later(const char *date, int months)
{
	static char out[12];

	return clock_date(clock_months(clock_parse(date, 0), months), out);
}

Test(clock, months_are_those_of_the_calendar)
{
	cr_expect_str_eq(months_later("2026-11-24", 60), "2031-11-24", "five years");
	cr_expect_str_eq(months_later("2026-11-24", 1), "2026-12-24");
	cr_expect_str_eq(months_later("2026-12-31", 2), "2027-02-28", "the month's last day");
	cr_expect_str_eq(months_later("2027-03-01", 1), "2027-04-01",
			 "over the change of the hour");
	cr_expect_str_eq(months_later("2027-10-30", 1), "2027-11-30");
}

Test(clock, what_is_not_a_date_is_refused)
{
	static const char *const not [] = {"",
					   "2026",
					   "2026-13-01",
					   "2026-02-29",
					   "2026-1-1",
					   "01-12-2026",
					   "2026-12-01x",
					   "2026-12-01T25:00:00Z",
					   "2026-12-01T13:00:00"};

	for (unsigned i = 0; i < sizeof(not ) / sizeof(*not ); i++)
		cr_expect_eq(clock_parse(not [i], 0), -1, "%s", not [i]);
}

Test(clock, the_time_of_day_is_amsterdams_in_winter_and_in_summer)
{
	char out[8];

	cr_expect_str_eq(clock_time(clock_parse("2026-11-24T13:05:00Z", 0), out), "14:05");
	cr_expect_str_eq(clock_time(clock_parse("2026-07-01T22:30:00Z", 0), out), "00:30");
	cr_expect_str_eq(clock_time(0, out), "01:00");
}

Test(clock, a_test_can_make_time_stand_still)
{
	clock_set_ms(1234);
	cr_expect_eq(clock_now_ms(), 1234);
	clock_set_ms(0);
	cr_expect_gt(clock_now_ms(), 1700000000000LL);
}

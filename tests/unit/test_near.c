/* SPDX-License-Identifier: MIT */
/* Names for "did you mean". */
#include "image/near.h"
#include "image_fixture.h"

static void near_names_are_offered(void **state)
{
	static const struct {
		const char *wanted, *nearest;
	} cases[] = {
	    {"mallco", "malloc"},
	    {"Malloc", "malloc"},
	    {"__malloc", "malloc"},
	    {"getadrinfo", "getaddrinfo"},
	    {"pthread_creat", "pthread_create"},
	    {"prinft", "printf"},
	    {"setsocko", "setsockopt"},
	    {"strlenn", "strlen"},
	};
	struct ct_image *image = open_image(LIBC);
	struct ct_near near;
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_null(
		    ct_image_near_names(image, cases[i].wanted, 3, &near));
		assert_in_range(near.count, 1, 3);
		size_t k = 0;
		while (k < near.count &&
		       strcmp(near.names[k], cases[i].nearest) != 0)
			k++;
		if (k == near.count)
			fail_msg("%s: %s", cases[i].wanted, near.names[0]);
	}
	assert_null(ct_image_near_names(image, "zzqqxxyyzzqqxx", 3, &near));
	assert_int_equal(near.count, 0);
	/* An object is no function. */
	assert_null(ct_image_near_names(image, "environn", 8, &near));
	for (size_t i = 0; i < near.count; i++)
		assert_string_not_equal(near.names[i], "environ");
	ct_image_close(image);
}

static void near_names_come_nearest_first(void **state)
{
	static const char *const names[] = {
	    "libmm.so",  "libm.so.6", "libx.so.6",  "LIBM.so.6",
	    "libm.so.6", "zebra",     "libmm.so.6",
	};
	struct ct_near near;
	(void)state;
	ct_near_init(&near, "libM.so.6", 3);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		ct_near_offer(&near, names[i]);
	assert_int_equal(near.count, 3);
	assert_string_equal(near.names[0], "LIBM.so.6");
	assert_string_equal(near.names[1], "libm.so.6");
	assert_string_equal(near.names[2], "libmm.so.6");

	ct_near_init(&near, "Foo_bar", 3);
	ct_near_offer(&near, "_Foo_bar");
	ct_near_offer(&near, "foo_bar");
	assert_string_equal(near.names[0], "foo_bar");
	assert_string_equal(near.names[1], "_Foo_bar");
	/* One edit is allowed in four letters: a swap is one. */
	ct_near_init(&near, "abcd", 3);
	ct_near_offer(&near, "abdc");
	ct_near_offer(&near, "dbca");
	assert_int_equal(near.count, 1);
	ct_near_init(&near, "sqlite3_op", 3);
	ct_near_offer(&near, "sqlite3_open_something");
	assert_int_equal(near.count, 1);

	ct_near_init(&near, "x", 3);
	ct_near_offer(&near, "y");
	ct_near_offer(&near, "");
	assert_int_equal(near.count, 0);
	ct_near_init(&near, "", 3);
	ct_near_offer(&near, "abc");
	assert_int_equal(near.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(near_names_are_offered),
	    cmocka_unit_test(near_names_come_nearest_first),
	};
	return cmocka_run_group_tests_name("near", tests, image_setup,
					   scratch_teardown);
}

/* SPDX-License-Identifier: MIT */
/* What decoding follows and where it stops: memory, limits, damaged types.
 * Seen through the JSON encoder, which tells every part. */
#include "value_fixture.h"

static struct ct_decoder decoder;

static int setup(void **state)
{
	decoder = area_decoder();
	return area_setup(state);
}

static const char *json_of(struct ct_type *type, const void *bytes, size_t size)
{
	struct ct_value value = {.type = type, .bytes = bytes, .size = size};
	return without_addresses(
	    encoded(ct_value_encode_json, &decoder, &value));
}

static const char *json_at(struct ct_type *type, const void *pointer)
{
	return json_of(type, &pointer, sizeof(pointer));
}

static const char *json_extent(struct ct_type *type, const void *pointer,
			       enum ct_extent_kind kind, uint64_t extent)
{
	struct ct_value value = {
	    .type = type,
	    .bytes = &pointer,
	    .size = sizeof(pointer),
	    .extent_kind = kind,
	    .extent = extent,
	};
	return without_addresses(
	    encoded(ct_value_encode_json, &decoder, &value));
}

static void a_string_at_the_end_of_memory_is_whole(void **state)
{
	(void)state;
	assert_string_equal(json_at(&type_string, at_end("hello", 6)),
			    "\"hello\"");
	assert_string_equal(json_at(&type_string, at_end("", 1)), "\"\"");
}

static void a_string_without_an_end_is_cut_where_memory_ends(void **state)
{
	(void)state;
	assert_string_equal(
	    json_at(&type_string, at_end("abc", 3)),
	    "{\"address\":\"@\",\"value\":\"abc\",\"truncated\":true}");
	assert_string_equal(json_at(&type_string, area.end),
			    "{\"address\":\"@\",\"error\":\"unreadable\"}");
}

static void the_string_limit_is_the_most_that_is_shown(void **state)
{
	(void)state;
	decoder.limits.string = 3;
	assert_string_equal(json_at(&type_string, at_end("abc", 4)), "\"abc\"");
	assert_string_equal(
	    json_at(&type_string, at_end("abcd", 5)),
	    "{\"address\":\"@\",\"value\":\"abc\",\"truncated\":true}");
	decoder.limits.string = 0;
	assert_string_equal(json_at(&type_string, at_end("", 1)), "\"\"");
	assert_string_equal(
	    json_at(&type_string, at_end("a", 2)),
	    "{\"address\":\"@\",\"value\":\"\",\"truncated\":true}");
}

static void bytes_that_are_no_utf8_come_as_surrogates(void **state)
{
	(void)state;
	static const struct {
		const char *bytes, *json;
	} rows[] = {
	    {"\xc3\xa9", "\"\xc3\xa9\""},
	    {"\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\""},
	    {"\x80", "\"\\udc80\""},
	    {"\xc3", "\"\\udcc3\""},
	    {"\xc3(", "\"\\udcc3(\""},
	    {"\xc0\x80", "\"\\udcc0\\udc80\""},            /* overlong */
	    {"\xe0\x80\x80", "\"\\udce0\\udc80\\udc80\""}, /* overlong */
	    {"\xed\xa0\x80", "\"\\udced\\udca0\\udc80\""}, /* surrogate */
	    {"\xf4\x90\x80\x80", "\"\\udcf4\\udc90\\udc80\\udc80\""},
	    {"\xe2\x82", "\"\\udce2\\udc82\""},
	    {"\t\x01\x7f/", "\"\\t\\u0001\x7f/\""},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *bytes = rows[i].bytes;
		assert_string_equal(
		    json_at(&type_string, at_end(bytes, strlen(bytes) + 1)),
		    rows[i].json);
	}
}

static void a_cut_never_breaks_a_character(void **state)
{
	(void)state;
	const char *json =
	    "{\"address\":\"@\",\"value\":\"ab\",\"truncated\":true}";
	decoder.limits.string = 3;
	assert_string_equal(json_at(&type_string, at_end("ab\xc3\xa9z", 6)),
			    json);
	assert_string_equal(json_at(&type_string, at_end("ab\xe2\x82\xac", 6)),
			    json);
	/* The end of memory is a cut too. */
	assert_string_equal(json_at(&type_string, at_end("ab\xe2\x82", 4)),
			    json);
	/* A bad byte at the cut is not of the cut's making. */
	assert_string_equal(
	    json_at(&type_string, at_end("ab\xc3(z", 6)),
	    "{\"address\":\"@\",\"value\":\"ab\\udcc3\",\"truncated\":true}");
}

static void wide_text_becomes_utf8(void **state)
{
	(void)state;
	const uint32_t wide[] = {'a', 0x20ac, 0x1f600, 0xd800, 0x110000, 0};
	assert_string_equal(json_at(&type_wide, at_end(wide, sizeof(wide))),
			    "\"a\xe2\x82\xac\xf0\x9f\x98\x80"
			    "\xef\xbf\xbd\xef\xbf\xbd\"");
	const uint16_t utf16[] = {'a',    0x20ac, 0xd83d, 0xde00,
				  0xde00, 0xd83d, 'b',    0};
	assert_string_equal(json_at(&type_utf16, at_end(utf16, sizeof(utf16))),
			    "\"a\xe2\x82\xac\xf0\x9f\x98\x80"
			    "\xef\xbf\xbd\xef\xbf\xbd"
			    "b\"");
	decoder.limits.string = 3;
	assert_string_equal(json_at(&type_utf16, at_end(utf16, sizeof(utf16))),
			    "{\"address\":\"@\",\"value\":\"a\xe2\x82\xac\","
			    "\"truncated\":true}");
	static struct ct_type type = ARRAY(&type_wchar, 6, 24);
	decoder.limits.string = 2;
	assert_string_equal(json_of(&type, wide, sizeof(wide)),
			    "{\"value\":\"a\xe2\x82\xac\",\"truncated\":true}");
}

static void pointers_are_followed_to_the_depth_limit(void **state)
{
	(void)state;
	int *number = at_end(&(int){42}, 4);
	int **pointer = memcpy(area.begin, &number, 8);
	struct ct_type *type = &type_int_pointer_pointer;
	assert_string_equal(json_at(type, pointer),
			    "{\"address\":\"@\",\"value\":"
			    "{\"address\":\"@\",\"value\":42}}");
	decoder.limits.depth = 1;
	assert_string_equal(
	    json_at(type, pointer),
	    "{\"address\":\"@\",\"value\":{\"address\":\"@\"}}");
	decoder.limits.depth = 0;
	assert_string_equal(json_at(type, pointer), "{\"address\":\"@\"}");
	assert_string_equal(json_at(&type_string, at_end("a", 2)),
			    "{\"address\":\"@\"}");
}

static void what_cannot_be_followed_has_only_an_address(void **state)
{
	(void)state;
	const char *only = "{\"address\":\"@\"}";
	assert_string_equal(json_at(&type_void_pointer, area.begin), only);
	assert_string_equal(json_at(&type_incomplete_pointer, area.begin),
			    only);
	assert_string_equal(json_at(&type_code_pointer, area.begin), only);
	assert_string_equal(json_at(&type_code_pointer, (void *)0x401156),
			    "{\"address\":\"@\",\"symbol\":\"handler\"}");
	assert_string_equal(json_at(&type_void_pointer, NULL), "null");
}

static void an_object_that_is_partly_unmapped_is_unreadable(void **state)
{
	(void)state;
	assert_string_equal(json_at(&type_int_pointer, area.end - 3),
			    "{\"address\":\"@\",\"error\":\"unreadable\"}");
}

static struct ct_type type_link;
static const struct ct_member node_members[] = {
    {"n", &type_long, 0, 0},
    {"next", &type_link, 64, 0},
};
static struct ct_type type_node = STRUCT(16, node_members);
static struct ct_type type_link = POINTER(&type_node);

static void a_cycle_is_told_once_it_closes(void **state)
{
	(void)state;
	struct node {
		long n;
		void *next;
	} *nodes = (void *)area.begin;
	nodes[0] = (struct node){1, &nodes[1]};
	nodes[1] = (struct node){2, &nodes[0]};
	assert_string_equal(json_at(&type_link, &nodes[0]),
			    "{\"address\":\"@\",\"value\":{\"n\":1,\"next\":"
			    "{\"address\":\"@\",\"value\":{\"n\":2,\"next\":"
			    "{\"address\":\"@\",\"cycle\":true}}}}}");
	/* Also when the path starts at the object itself. */
	struct ct_value value = {.type = &type_node,
				 .bytes = &nodes[0],
				 .size = sizeof(nodes[0]),
				 .addr = (uintptr_t)&nodes[0]};
	assert_string_equal(
	    without_addresses(encoded(ct_value_encode_json, &decoder, &value)),
	    "{\"n\":1,\"next\":{\"address\":\"@\",\"value\":{\"n\":2,\"next\":"
	    "{\"address\":\"@\",\"cycle\":true}}}}");
}

static void a_long_list_ends_before_the_stack_does(void **state)
{
	(void)state;
	enum {
		NODES = 1000
	};
	struct node {
		long n;
		void *next;
	} *nodes = (void *)area.begin;
	for (int i = 0; i < NODES; i++)
		nodes[i] = (struct node){i, &nodes[i + 1]};
	decoder.limits.depth = UINT32_MAX;
	const char *json = json_at(&type_link, nodes);
	assert_non_null(strstr(json, "{\"n\":20,\"next\":"
				     "{\"address\":\"@\",\"value\":"));
	assert_non_null(strstr(json, "\"next\":{\"address\":\"@\"}}"));
}

static void extent_in_bytes_is_text_with_any_byte(void **state)
{
	(void)state;
	struct ct_type *type = &type_void_pointer;
	assert_string_equal(
	    json_extent(type, at_end("a\0b", 3), CT_EXTENT_BYTES, 3),
	    "\"a\\u0000b\"");
	assert_string_equal(json_extent(type, area.end, CT_EXTENT_BYTES, 0),
			    "\"\"");
	assert_string_equal(json_extent(type, area.end, CT_EXTENT_BYTES, 1),
			    "{\"address\":\"@\",\"error\":\"unreadable\"}");
	assert_string_equal(
	    json_extent(type, at_end("ab", 2), CT_EXTENT_BYTES, 1ull << 60),
	    "{\"address\":\"@\",\"value\":\"ab\",\"truncated\":true}");
	decoder.limits.string = 2;
	assert_string_equal(
	    json_extent(type, at_end("abc", 3), CT_EXTENT_BYTES, 3),
	    "{\"address\":\"@\",\"value\":\"ab\",\"truncated\":true}");
}

static void extent_in_elements_is_an_array(void **state)
{
	(void)state;
	int *numbers = at_end((int[]){1, 2, 3}, 12);
	struct ct_type *type = &type_int_pointer;
	assert_string_equal(json_extent(type, numbers, CT_EXTENT_COUNT, 3),
			    "{\"address\":\"@\",\"value\":[1,2,3]}");
	assert_string_equal(json_extent(type, numbers, CT_EXTENT_COUNT, 0),
			    "{\"address\":\"@\",\"value\":[]}");
	const char *cut = "{\"address\":\"@\",\"value\":[1,2,3],"
			  "\"truncated\":true}";
	assert_string_equal(
	    json_extent(type, numbers, CT_EXTENT_COUNT, UINT64_MAX), cut);
	numbers = at_end((int[]){1, 2, 3, 4}, 16);
	decoder.limits.array = 3;
	assert_string_equal(json_extent(type, numbers, CT_EXTENT_COUNT, 4),
			    cut);
}

static void extent_to_null_is_an_array_of_pointers(void **state)
{
	(void)state;
	char *strings = strcpy((char *)area.begin, "a");
	const char *argv[] = {strings, strings, NULL};
	const void *pointer = at_end(argv, sizeof(argv));
	struct ct_type *type = &type_strings;
	assert_string_equal(json_extent(type, pointer, CT_EXTENT_TERMINATED, 0),
			    "{\"address\":\"@\",\"value\":[\"a\",\"a\"]}");
	decoder.limits.array = 2;
	assert_string_equal(json_extent(type, pointer, CT_EXTENT_TERMINATED, 0),
			    "{\"address\":\"@\",\"value\":[\"a\",\"a\"]}");
	decoder.limits.array = 1;
	assert_string_equal(
	    json_extent(type, pointer, CT_EXTENT_TERMINATED, 0),
	    "{\"address\":\"@\",\"value\":[\"a\"],\"truncated\":true}");
}

static void a_pointer_to_a_huge_array_shows_its_beginning(void **state)
{
	(void)state;
	static struct ct_type huge =
	    ARRAY(&type_int, UINT64_C(1) << 58, UINT64_C(1) << 60);
	static struct ct_type pointer = POINTER(&huge);
	decoder.limits.array = 2;
	decoder.limits.string = 2;
	assert_string_equal(
	    json_at(&pointer, area.begin),
	    "{\"address\":\"@\",\"value\":[0,0],\"truncated\":true}");
	assert_string_equal(json_of(&huge, area.begin, 64),
			    "{\"error\":\"unreadable\"}");
}

/* 200 structs of 200 structs of ... would be 200^4 numbers. */
static void work_has_a_budget(void **state)
{
	(void)state;
	static struct ct_type arrays[4];
	struct ct_type *element = &type_uchar;
	size_t size = 1;
	for (int i = 0; i < 4; i++) {
		size *= 8;
		arrays[i] = (struct ct_type)ARRAY(element, 8, size);
		element = &arrays[i];
	}
	static struct ct_type pointer = POINTER(&arrays[3]);
	static struct ct_type many = ARRAY(&pointer, 100, 800);
	void *pointers[100];
	for (int i = 0; i < 100; i++)
		pointers[i] = area.begin;
	const char *json = json_of(&many, pointers, sizeof(pointers));
	size_t length = strlen(json);
	assert_in_range(length, 10000, 200000);
	assert_string_equal(json + length - 18, ",\"truncated\":true}");
	assert_memory_equal(json, "{\"value\":[{\"address\":\"@\",\"value\":[[",
			    35);
}

static void a_type_inside_itself_is_an_error(void **state)
{
	(void)state;
	static struct ct_type self;
	static const struct ct_member members[] = {{"self", &self, 0, 0}};
	static const struct ct_member unnamed[] = {{NULL, &self, 0, 0}};
	struct ct_buffer out;
	ct_buffer_init(&out);
	ct_buffer_puts(&out, "kept");
	struct ct_value value = {.type = &self, .bytes = "1234567", .size = 8};
	for (int i = 0; i < 2; i++) {
		self = (struct ct_type)STRUCT(8, members);
		if (i)
			self = (struct ct_type)STRUCT(8, unnamed);
		struct ct_error *err =
		    ct_value_encode_json(&decoder, &value, &out);
		assert_non_null(err);
		assert_int_equal(ct_error_code(err), CT_ERROR_BAD_DATA);
		ct_error_destroy(err);
	}
	assert_int_equal(out.size, 4);
	ct_buffer_deinit(&out);
}

static void a_struct_with_endless_members_is_cut(void **state)
{
	(void)state;
	enum {
		COUNT = 100000
	};
	static struct ct_member members[COUNT];
	for (int i = 0; i < COUNT; i++)
		members[i] = (struct ct_member){"m", &type_int, 0, 0};
	static struct ct_type type = STRUCT(4, members);
	int zero = 0;
	const char *json = json_of(&type, &zero, 4);
	assert_memory_equal(json, "{\"value\":{\"m\":0,", 16);
	assert_string_equal(json + strlen(json) - 19, "}"
						      ",\"truncated\":true}");
}

static void vectors_and_empty_types_are_composites(void **state)
{
	(void)state;
	static struct ct_type vector = ARRAY(&type_int, 2, 8);
	vector.vector = true;
	assert_string_equal(json_of(&vector, (int[]){1, 2}, 8), "[1,2]");
	static struct ct_type empty = {.kind = CT_TYPE_STRUCT};
	static struct ct_type pointer = POINTER(&empty);
	assert_string_equal(json_of(&empty, NULL, 0), "{}");
	assert_string_equal(json_at(&pointer, (void *)1),
			    "{\"address\":\"@\",\"value\":{}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, setup)
	    T(a_string_at_the_end_of_memory_is_whole),
	    T(a_string_without_an_end_is_cut_where_memory_ends),
	    T(the_string_limit_is_the_most_that_is_shown),
	    T(bytes_that_are_no_utf8_come_as_surrogates),
	    T(a_cut_never_breaks_a_character),
	    T(wide_text_becomes_utf8),
	    T(pointers_are_followed_to_the_depth_limit),
	    T(what_cannot_be_followed_has_only_an_address),
	    T(an_object_that_is_partly_unmapped_is_unreadable),
	    T(a_cycle_is_told_once_it_closes),
	    T(a_long_list_ends_before_the_stack_does),
	    T(extent_in_bytes_is_text_with_any_byte),
	    T(extent_in_elements_is_an_array),
	    T(extent_to_null_is_an_array_of_pointers),
	    T(a_pointer_to_a_huge_array_shows_its_beginning),
	    T(work_has_a_budget),
	    T(a_type_inside_itself_is_an_error),
	    T(a_struct_with_endless_members_is_cut),
	    T(vectors_and_empty_types_are_composites),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

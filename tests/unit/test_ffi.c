/* SPDX-License-Identifier: MIT */
/* What libffi itself has prepared, read back; and damage. */
#include <ffi.h>

#include "base/cleanup.h"
#include "program/ffi.h"
#include "value_fixture.h"

static struct ct_arena arena;

/* This process's memory, but for the first page and what is behind the
 * area's end. */
static size_t read_self(void *arg, uint64_t addr, void *buf, size_t size)
{
	uint64_t end = (uintptr_t)area.end;
	(void)arg;
	if (addr < 4096 || (addr >= end && addr < end + 4096))
		return 0;
	if (addr < end && size > end - addr)
		size = (size_t)(end - addr);
	memcpy(buf, (const void *)(uintptr_t)addr, size);
	return size;
}

static const struct ct_memory self = {read_self, NULL};

static int setup(void **state)
{
	ct_arena_init(&arena);
	return area_setup(state);
}

static int teardown(void **state)
{
	(void)state;
	ct_arena_deinit(&arena);
	return 0;
}

static struct ct_type *read_cif(const ffi_cif *cif)
{
	struct ct_type *type = NULL;
	struct ct_error *err =
	    ct_ffi_read_cif(&self, (uintptr_t)cif, &arena, &type);
	if (err)
		fail_msg("%s", ct_error_message(err));
	return type;
}

static struct ct_type *prepared(ffi_cif *cif, ffi_type *result, unsigned count,
				ffi_type **arguments)
{
	assert_int_equal(
	    ffi_prep_cif(cif, FFI_DEFAULT_ABI, count, result, arguments),
	    FFI_OK);
	return read_cif(cif);
}

static void assert_spelled(struct ct_type *type, const char *expected)
{
	struct ct_buffer out;
	ct_buffer_init(&out);
	assert_null(ct_type_spell(type, &out));
	char *text = ct_buffer_take_string(&out);
	assert_string_equal(text, expected);
	free(text);
}

static void assert_refused(const ffi_cif *cif, enum ct_error_code code,
			   const char *why)
{
	struct ct_type *type = NULL;
	struct ct_error *err =
	    ct_ffi_read_cif(&self, (uintptr_t)cif, &arena, &type);
	assert_non_null(err);
	if (ct_error_code(err) != code || !strstr(ct_error_message(err), why))
		fail_msg("code %d: %s", ct_error_code(err),
			 ct_error_message(err));
	ct_error_destroy(err);
	assert_null(type);
}

static void every_simple_type_has_its_name_in_c(void **state)
{
	ffi_type *all[] = {
	    &ffi_type_uint8,
	    &ffi_type_sint8,
	    &ffi_type_uint16,
	    &ffi_type_sint16,
	    &ffi_type_uint32,
	    &ffi_type_sint32,
	    &ffi_type_uint64,
	    &ffi_type_sint64,
	    &ffi_type_float,
	    &ffi_type_double,
	    &ffi_type_longdouble,
	    &ffi_type_pointer,
	    &ffi_type_complex_float,
	    &ffi_type_complex_double,
	    &ffi_type_complex_longdouble,
	};
	ffi_cif cif;
	(void)state;
	assert_spelled(prepared(&cif, &ffi_type_void, 15, all),
		       "void (unsigned char, signed char, unsigned short, "
		       "short, unsigned int, int, unsigned long, long, float, "
		       "double, long double, void *, complex float, complex "
		       "double, complex long double)");
	assert_spelled(prepared(&cif, &ffi_type_double, 0, NULL),
		       "double (void)");
}

static void variadic_calls_have_all_their_arguments(void **state)
{
	ffi_type *arguments[] = {&ffi_type_pointer, &ffi_type_sint32,
				 &ffi_type_double};
	ffi_cif cif;
	(void)state;
	assert_int_equal(ffi_prep_cif_var(&cif, FFI_DEFAULT_ABI, 1, 3,
					  &ffi_type_sint32, arguments),
			 FFI_OK);
	assert_spelled(read_cif(&cif), "int (void *, int, double)");
}

struct inner {
	char c;
	double d;
};
struct outer {
	short s;
	struct inner inner;
	float f;
};

static void structs_are_laid_out_as_the_compiler_does(void **state)
{
	ffi_type *inner_parts[] = {&ffi_type_sint8, &ffi_type_double, NULL};
	ffi_type inner = {0, 0, FFI_TYPE_STRUCT, inner_parts};
	ffi_type *outer_parts[] = {&ffi_type_sint16, &inner, &ffi_type_float,
				   NULL};
	ffi_type outer = {0, 0, FFI_TYPE_STRUCT, outer_parts};
	ffi_type *arguments[] = {&outer, &inner};
	ffi_cif cif;
	size_t count;
	const struct ct_parameter *parameters;
	const struct ct_member *members;
	(void)state;
	struct ct_type *type = prepared(&cif, &inner, 2, arguments);
	assert_null(ct_type_parameters(type, &count, &parameters));
	assert_int_equal(ct_type_size(parameters[0].type),
			 sizeof(struct outer));
	assert_null(ct_type_members(parameters[0].type, &count, &members));
	assert_int_equal(count, 3);
	assert_string_equal(members[2].name, "_2");
	assert_int_equal(members[1].bit_offset,
			 8 * offsetof(struct outer, inner));
	assert_int_equal(members[2].bit_offset, 8 * offsetof(struct outer, f));
	assert_ptr_equal(members[1].type, parameters[1].type);
	assert_null(ct_type_members(parameters[1].type, &count, &members));
	assert_int_equal(members[1].bit_offset, 8 * offsetof(struct inner, d));
}

/* As ctypes makes them: it sets the size, and libffi leaves it. */
static void packed_and_unclear_structs_keep_their_size(void **state)
{
	ffi_type *parts[] = {&ffi_type_sint8, &ffi_type_sint32, NULL};
	ffi_type *array[] = {&ffi_type_pointer, &ffi_type_sint32, NULL};
	ffi_type packed = {5, 1, FFI_TYPE_STRUCT, parts};
	ffi_type large = {36, 4, FFI_TYPE_STRUCT, array};
	ffi_type small = {12, 4, FFI_TYPE_STRUCT, parts};
	ffi_type *arguments[] = {&packed, &large, &small};
	ffi_cif cif;
	size_t count;
	const struct ct_parameter *parameters;
	const struct ct_member *members;
	(void)state;
	struct ct_type *type = prepared(&cif, &ffi_type_void, 3, arguments);
	assert_null(ct_type_parameters(type, &count, &parameters));
	assert_null(ct_type_members(parameters[0].type, &count, &members));
	assert_int_equal(members[1].bit_offset, 8);
	assert_int_equal(ct_type_size(parameters[1].type), 36);
	assert_null(ct_type_members(parameters[1].type, &count, &members));
	assert_int_equal(count, 1);
	assert_int_equal(ct_type_size(members[0].type), 36);
	assert_int_equal(ct_type_kind(parameters[2].type), CT_TYPE_OPAQUE);
	assert_int_equal(ct_type_size(parameters[2].type), 12);
}

static void damage_is_refused(void **state)
{
	ffi_type *loop_parts[] = {NULL, NULL};
	ffi_type loop = {8, 8, FFI_TYPE_STRUCT, loop_parts};
	ffi_type odd = {3, 1, FFI_TYPE_SINT32, NULL};
	ffi_type strange = {8, 8, 99, NULL};
	ffi_type *arguments[] = {&loop};
	ffi_cif cif = {FFI_UNIX64, 1, arguments, &ffi_type_void, 0, 0};
	(void)state;
	assert_refused(&cif, CT_ERROR_BAD_DATA, "has no members");
	loop_parts[0] = &loop;
	assert_refused(&cif, CT_ERROR_BAD_DATA, "made of itself");
	arguments[0] = &odd;
	assert_refused(&cif, CT_ERROR_BAD_DATA, "is none");
	arguments[0] = &strange;
	assert_refused(&cif, CT_ERROR_BAD_DATA, "is none");
	arguments[0] = &ffi_type_void;
	assert_refused(&cif, CT_ERROR_BAD_DATA, "is void");
	arguments[0] = NULL;
	assert_refused(&cif, CT_ERROR_FAULT, "0x0");
	cif.nargs = UINT32_MAX;
	assert_refused(&cif, CT_ERROR_BAD_DATA, "4294967295 arguments");
	cif.abi = FFI_WIN64;
	assert_refused(&cif, CT_ERROR_UNSUPPORTED, "ABI 3");
}

static void nesting_without_end_is_refused(void **state)
{
	enum {
		LEVELS = 200
	};
	static ffi_type levels[LEVELS];
	static ffi_type *parts[LEVELS][3];
	(void)state;
	for (size_t i = 0; i < LEVELS; i++) {
		levels[i] = (ffi_type){0, 0, FFI_TYPE_STRUCT, parts[i]};
		parts[i][0] = parts[i][1] =
		    i + 1 < LEVELS ? &levels[i + 1] : &ffi_type_sint32;
	}
	ffi_type *arguments[] = {&levels[0]};
	ffi_cif cif = {FFI_UNIX64, 1, arguments, &ffi_type_void, 0, 0};
	assert_refused(&cif, CT_ERROR_BAD_DATA, "too many others");
	/* 2^30 ints in 30 types. */
	arguments[0] = &levels[LEVELS - 30];
	assert_refused(&cif, CT_ERROR_BAD_DATA, "too large");
}

static void memory_that_ends_is_a_fault(void **state)
{
	ffi_type *arguments[] = {&ffi_type_sint32, &ffi_type_double};
	ffi_cif cif;
	(void)state;
	prepared(&cif, &ffi_type_sint32, 2, arguments);
	assert_spelled(read_cif(at_end(&cif, sizeof(cif))),
		       "int (int, double)");
	for (size_t size = 0; size < sizeof(cif); size += 8)
		assert_refused(at_end(&cif, size), CT_ERROR_FAULT, "0x");
	cif.arg_types = at_end(arguments, sizeof(arguments));
	assert_spelled(read_cif(&cif), "int (int, double)");
	cif.arg_types = at_end(arguments, 8);
	assert_refused(&cif, CT_ERROR_FAULT, "0x");
}

/* One parameter and a result against a prototype of the same form. */
static void assert_compared(ffi_type *result, ffi_type *argument,
			    struct ct_type *returns, struct ct_type *wants,
			    const char *expected)
{
	const struct ct_parameter parameter = {NULL, wants};
	struct ct_type prototype = {
	    .kind = CT_TYPE_FUNCTION,
	    .target = returns,
	    .parameters = &parameter,
	    .part_count = 1,
	};
	ffi_cif cif;
	CT_AUTO_FREE char *sentence = NULL;
	assert_null(ct_ffi_disagrees(prepared(&cif, result, 1, &argument),
				     &prototype, "f", &sentence));
	if (expected)
		assert_string_equal(sentence, expected);
	else if (sentence)
		fail_msg("%s", sentence);
}

static void size_and_class_decide_about_agreement(void **state)
{
	ffi_type *one[] = {&ffi_type_double, NULL};
	ffi_type alone = {0, 0, FFI_TYPE_STRUCT, one};
	ffi_type *i = &ffi_type_sint32, *d = &ffi_type_double,
		 *l = &ffi_type_sint64, *p = &ffi_type_pointer;
	(void)state;
	assert_compared(d, d, &type_double, &type_double, NULL);
	assert_compared(i, p, &type_int, &type_string, NULL);
	assert_compared(i, l, &type_uint, &type_string, NULL);
	assert_compared(i, i, &type_int, &type_short, NULL);
	assert_compared(i, i, &type_int, &type_bool, NULL);
	assert_compared(i, &alone, &type_int, &type_double, NULL);
	assert_compared(i, i, &ct_type_void, &type_uint, NULL);
	assert_compared(&ffi_type_void, i, &type_double, &type_int, NULL);
	assert_compared(i, i, &type_int, &type_incomplete, NULL);
	assert_compared(d, i, &type_double, &type_double,
			"the caller passes int as argument 1 where the "
			"prototype of f wants double");
	assert_compared(i, i, &type_int, &type_ulong,
			"the caller passes int as argument 1 where the "
			"prototype of f wants unsigned long");
	assert_compared(i, d, &type_int, &type_float,
			"the caller passes double as argument 1 where the "
			"prototype of f wants float");
	assert_compared(i, d, &type_double, &type_double,
			"the caller takes int as the result where the "
			"prototype of f returns double");
	assert_compared(i, p, &type_bool, &type_string,
			"the caller takes int as the result where the "
			"prototype of f returns _Bool");
}

static void counts_are_compared(void **state)
{
	const struct ct_parameter parameters[] = {{NULL, &type_string},
						  {NULL, &type_int}};
	struct ct_type prototype = {
	    .kind = CT_TYPE_FUNCTION,
	    .target = &type_int,
	    .parameters = parameters,
	    .part_count = 1,
	};
	ffi_type *arguments[] = {&ffi_type_pointer, &ffi_type_sint32};
	ffi_cif cif;
	char *sentence = NULL;
	(void)state;
	struct ct_type *two = prepared(&cif, &ffi_type_sint32, 2, arguments);
	assert_null(ct_ffi_disagrees(two, &prototype, "f", &sentence));
	assert_string_equal(sentence, "the caller passes 2 arguments where the "
				      "prototype of f wants 1");
	free(sentence);
	prototype.variadic = true;
	assert_null(ct_ffi_disagrees(two, &prototype, "f", &sentence));
	assert_null(sentence);
	prototype.part_count = 2;
	struct ct_type *one = prepared(&cif, &ffi_type_sint32, 1, arguments);
	assert_null(ct_ffi_disagrees(one, &prototype, "f", &sentence));
	assert_string_equal(sentence, "the caller passes 1 argument where the "
				      "prototype of f wants at least 2");
	free(sentence);
}

/* The key of a call's types; 0 bytes when it is refused with that code. */
static size_t key_of(const ffi_cif *cif, uint8_t *key, size_t capacity,
		     enum ct_error_code code)
{
	size_t size = 0;
	struct ct_error *err =
	    ct_ffi_read_key(&self, (uintptr_t)cif, key, capacity, &size);
	if (!err)
		return size;
	if (ct_error_code(err) != code)
		fail_msg("%s", ct_error_message(err));
	ct_error_destroy(err);
	return 0;
}

static void a_key_is_of_the_types_and_not_of_their_place(void **state)
{
	ffi_type *members[] = {&ffi_type_sint32, &ffi_type_double, NULL};
	ffi_type *fewer[] = {&ffi_type_sint32, NULL};
	ffi_type pair = {0, 0, FFI_TYPE_STRUCT, members}, same = pair;
	ffi_type alone = {0, 0, FFI_TYPE_STRUCT, fewer};
	ffi_type other_int = ffi_type_sint32;
	/* The third and the fourth have the same leaves. */
	ffi_type *rows[][2] = {{&pair, &ffi_type_sint32},
			       {&same, &other_int},
			       {&alone, &ffi_type_double},
			       {&ffi_type_sint32, &ffi_type_double},
			       {&pair, &ffi_type_uint32}};
	uint8_t keys[5][256];
	size_t sizes[5];
	ffi_cif cifs[5];
	(void)state;
	for (size_t i = 0; i < 5; i++) {
		prepared(&cifs[i], &ffi_type_sint32, 2, rows[i]);
		sizes[i] = key_of(&cifs[i], keys[i], sizeof(keys[i]), 0);
		assert_true(sizes[i] > 0);
	}
	for (size_t i = 0; i < 5; i++) {
		for (size_t j = 0; j < i; j++) {
			bool is_same = sizes[i] == sizes[j] &&
				       !memcmp(keys[i], keys[j], sizes[i]);
			assert_int_equal(is_same, i == 1 && j == 0);
		}
	}
	ffi_cif result = cifs[0];
	result.rtype = &ffi_type_void;
	assert_int_equal(key_of(&result, keys[1], 256, 0), sizes[0]);
	assert_memory_not_equal(keys[0], keys[1], sizes[0]);
}

static void a_key_of_damage_ends(void **state)
{
	ffi_type *members[] = {&ffi_type_sint32, NULL, NULL};
	ffi_type loop = {8, 8, FFI_TYPE_STRUCT, members};
	ffi_type *arguments[] = {&loop};
	ffi_cif cif = {FFI_UNIX64, 1, arguments, &ffi_type_void, 0, 0};
	uint8_t key[CT_FFI_KEY_MAX];
	(void)state;
	size_t size = key_of(&cif, key, sizeof(key), 0);
	uint8_t *edge = at_end(key, size);
	assert_int_equal(key_of(&cif, edge, size, 0), size);
	for (size_t less = 0; less < size; less++)
		assert_int_equal(key_of(&cif, edge, less, CT_ERROR_UNSUPPORTED),
				 0);
	members[1] = &loop;
	assert_int_equal(key_of(&cif, key, sizeof(key), CT_ERROR_BAD_DATA), 0);
	members[0] = &loop;
	assert_int_equal(key_of(&cif, key, sizeof(key), CT_ERROR_BAD_DATA), 0);
	loop.elements = (ffi_type **)(void *)area.end;
	assert_int_equal(key_of(&cif, key, sizeof(key), CT_ERROR_FAULT), 0);
	cif.nargs = 1u << 30;
	assert_int_equal(key_of(&cif, key, sizeof(key), CT_ERROR_BAD_DATA), 0);
	cif.abi = FFI_WIN64;
	assert_int_equal(key_of(&cif, key, sizeof(key), CT_ERROR_UNSUPPORTED),
			 0);
}

/* int f(short s, const char *text, ...), as a caller of these types sees it. */
static struct ct_type *merged(enum ct_ffi_trust trust, ffi_type *result,
			      unsigned count, ffi_type **arguments,
			      struct ct_type *prototype)
{
	static const struct ct_parameter parameters[] = {
	    {"s", &type_short}, {"text", &type_string}};
	struct ct_type *type = NULL;
	ffi_cif cif;
	*prototype = (struct ct_type){
	    .kind = CT_TYPE_FUNCTION,
	    .target = &type_int,
	    .parameters = parameters,
	    .part_count = 2,
	    .variadic = true,
	};
	assert_null(ct_ffi_merge(prepared(&cif, result, count, arguments),
				 prototype, trust, &arena, &type));
	return type;
}

static void callers_count_where_they_contradict(void **state)
{
	ffi_type *i = &ffi_type_sint32, *d = &ffi_type_double,
		 *p = &ffi_type_pointer;
	ffi_type *good[] = {i, p, p, d}, *bad[] = {d, i, p};
	struct ct_type function;
	(void)state;
	assert_ptr_equal(merged(CT_FFI_KNOWN, i, 2, good, &function),
			 &function);
	assert_ptr_equal(merged(CT_FFI_TAIL, i, 4, good, &function), &function);
	struct ct_type *type = merged(CT_FFI_KNOWN, i, 4, good, &function);
	assert_spelled(type, "int (short, const char *, void *, double)");
	assert_string_equal(type->parameters[1].name, "text");
	assert_null(type->parameters[2].name);
	type = merged(CT_FFI_KNOWN, d, 3, bad, &function);
	assert_spelled(type, "int (double, int, void *)");
	assert_string_equal(type->parameters[0].name, "s");
	assert_spelled(merged(CT_FFI_TAIL, i, 3, bad, &function),
		       "int (double, int, ...)");
	assert_spelled(merged(CT_FFI_KNOWN, i, 1, good, &function),
		       "int (short)");
	assert_spelled(merged(CT_FFI_GUESSED, d, 3, bad, &function),
		       "double (double, int, void *)");
}

static void the_result_is_the_prototypes_unless_it_lies_with_the_callers(
    void **state)
{
	ffi_type *parts[] = {&ffi_type_sint64, &ffi_type_sint64,
			     &ffi_type_sint64, NULL};
	ffi_type large = {0, 0, FFI_TYPE_STRUCT, parts};
	ffi_type *const results[] = {&ffi_type_void,   &ffi_type_double,
				     &ffi_type_sint64, &ffi_type_longdouble,
				     &ffi_type_float,  &large};
	static const char *const spelled[] = {"double", "double", "double",
					      "double", "float",  "struct"};
	struct ct_type prototype = {.kind = CT_TYPE_FUNCTION,
				    .target = &type_double};
	(void)state;
	for (size_t i = 0; i < sizeof(results) / sizeof(*results); i++) {
		ffi_cif cif;
		struct ct_type *type = NULL;
		struct ct_buffer out = {0};
		assert_null(ct_ffi_merge(prepared(&cif, results[i], 0, NULL),
					 &prototype, CT_FFI_KNOWN, &arena,
					 &type));
		assert_null(ct_type_spell(type->target, &out));
		char *text = ct_buffer_take_string(&out);
		assert_memory_equal(text, spelled[i], strlen(spelled[i]));
		free(text);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(every_simple_type_has_its_name_in_c),
	    TEST(variadic_calls_have_all_their_arguments),
	    TEST(structs_are_laid_out_as_the_compiler_does),
	    TEST(packed_and_unclear_structs_keep_their_size),
	    TEST(damage_is_refused),
	    TEST(nesting_without_end_is_refused),
	    TEST(memory_that_ends_is_a_fault),
	    TEST(size_and_class_decide_about_agreement),
	    TEST(counts_are_compared),
	    TEST(a_key_is_of_the_types_and_not_of_their_place),
	    TEST(a_key_of_damage_ends),
	    TEST(callers_count_where_they_contradict),
	    TEST(the_result_is_the_prototypes_unless_it_lies_with_the_callers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

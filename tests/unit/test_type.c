/* SPDX-License-Identifier: MIT */
/*
 * Types out of DWARF, against what the compiler says of the same source
 * (sizes, offsets, the bits of bitfields) and what GDB 13 prints (spelling).
 */
#include "type_fixture.h"

#include "../programs/type_shapes.h"
#include "type/model.h"

static const char *const fixtures[] = {
    "type_shapes-gcc-2-O0",    "type_shapes-gcc-3-O0",
    "type_shapes-gcc-4-O0",    "type_shapes-gcc-4-O2",
    "type_shapes-gcc-5-O0",    "type_shapes-gcc-5-O2",
    "type_shapes-clang-4-O0",  "type_shapes-clang-4-O2",
    "type_shapes-clang-5-O0",  "type_shapes-clang-5-O2",
    "type_shapes-gcc-4-types", "type_shapes-gcc-5-types",
    "type_shapes-gcc-4-split", "type_shapes-gcc-5-split",
    "type_shapes-gcc-4-dwz",   "type_shapes-gcc-5-dwz",
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void for_each_fixture(void (*check)(const struct fixture *fixture))
{
	for (size_t i = 0; i < COUNT(fixtures); i++) {
		struct fixture fixture;
		fixture_open(&fixture, fixtures[i]);
		check(&fixture);
		fixture_close(&fixture);
	}
}

static bool by_clang(const struct fixture *fixture)
{
	return strstr(fixture->name, "clang") != NULL;
}

/* version: the number in the name of the fixture. */
static bool has_dwarf(const struct fixture *fixture, char version)
{
	return strchr(fixture->name, '-') &&
	       strchr(fixture->name, version) != NULL;
}

/* GDB's whatis of every variable. */
static const struct {
	const char *variable, *spelling;
} spellings[] = {
    {"v_colour", "enum colour"},
    {"v_nameless_enum", "enum {...}"},
    {"v_shape_plain", "struct shape_plain"},
    {"v_shape_union", "union shape_union"},
    {"v_nowhere", "struct nowhere *"},
    {"v_hidden", "struct hidden *"},
    {"v_hidden_union", "const union hidden_union *"},
    {"v_hidden_typedef", "hidden_t *"},
    {"v_char", "char"},
    {"v_signed_char", "signed char"},
    {"v_unsigned_char", "unsigned char"},
    {"v_unsigned_short", "unsigned short"},
    {"v_unsigned_long_long", "unsigned long long"},
    {"v_int128", "__int128"},
    {"v_bool", "_Bool"},
    {"v_long_double", "long double"},
    {"v_char16", "char16_t"},
    {"v_const_int", "const int"},
    {"v_const_volatile", "const volatile int"},
    {"v_string", "const char *"},
    {"v_const_string", "const char * const"},
    {"v_void_pointer", "void *"},
    {"v_const_void_pointer", "const void *"},
    {"v_number_again", "number_again"},
    {"v_const_number", "const number"},
    {"v_anonymous", "anonymous_t"},
    {"v_struct", "struct {...}"},
    {"v_struct_pointer", "struct {...} *"},
    {"v_struct_array", "struct {...} [2]"},
    {"v_union", "union {...}"},
    {"v_matrix", "int [5][3]"},
    {"v_const_array", "const int [3]"},
    {"v_const_matrix", "const int [2][3]"},
    {"v_array_pointer", "int (*)[4]"},
    {"v_pointer_array", "int *[4]"},
    {"v_triple", "triple"},
    {"v_triple_pointer", "triple *"},
    {"v_no_elements", "int [0]"},
    {"v_vector", "vector"},
    {"v_raw_vector", "float __attribute__ ((vector_size(4)))"},
    {"v_vector_pointer", "float (*) __attribute__ ((vector_size(4)))"},
    {"v_function", "int (*)(int)"},
    {"v_function_void", "int (*)(void)"},
    {"v_function_open", "int (*)()"},
    {"v_function_variadic", "int (*)(const char *, ...)"},
    {"v_function_array_pointer", "int (*(*)(void))[3]"},
    {"v_function_function", "int (*(*)(int))(char)"},
    {"v_signal", "void (*)(int, void (*)(int))"},
    {"v_functions", "int (*[3])(struct shape_plain, struct shape_list *)"},
    {"v_callback", "callback"},
    {"v_callbacks", "callback [2]"},
    {"v_function_type", "function_type *"},
    {"v_static", "int"},
    {"v_late", "int [7]"},
};

static void check_spellings(const struct fixture *fixture)
{
	for (size_t i = 0; i < COUNT(spellings); i++)
		assert_spelling(fixture->name,
				variable_type(fixture, spellings[i].variable),
				spellings[i].spelling);
	if (has_dwarf(fixture, '2'))
		return; /* it has no restrict */
	assert_spelling(fixture->name, variable_type(fixture, "v_restrict"),
			"char * restrict");
	assert_spelling(fixture->name,
			variable_type(fixture, "v_all_qualifiers"),
			"const char * const * volatile restrict");
	if (has_dwarf(fixture, '5'))
		assert_spelling(fixture->name,
				variable_type(fixture, "v_atomic"),
				"_Atomic int");
}

static void types_are_spelled_as_gdb_does(void **state)
{
	(void)state;
	for_each_fixture(check_spellings);
}

struct base_case {
	const char *variable;
	enum ct_encoding encoding;
	uint64_t size;
};

static const struct base_case bases[] = {
    {"v_char", CT_ENCODING_CHAR, 1},
    {"v_signed_char", CT_ENCODING_SIGNED, 1},
    {"v_unsigned_char", CT_ENCODING_UNSIGNED, 1},
    {"v_unsigned_short", CT_ENCODING_UNSIGNED, sizeof(short)},
    {"v_unsigned_long_long", CT_ENCODING_UNSIGNED, sizeof(long long)},
    {"v_int128", CT_ENCODING_SIGNED, 16},
    {"v_uint128", CT_ENCODING_UNSIGNED, 16},
    {"v_bool", CT_ENCODING_BOOL, sizeof(bool)},
    {"v_long_double", CT_ENCODING_FLOAT, sizeof(long double)},
    {"v_complex_float", CT_ENCODING_COMPLEX, sizeof(float _Complex)},
    {"v_complex_double", CT_ENCODING_COMPLEX, sizeof(double _Complex)},
    {"v_const_volatile", CT_ENCODING_SIGNED, sizeof(int)},
    {"v_number_again", CT_ENCODING_SIGNED, sizeof(int)},
};

static void check_bases(const struct fixture *fixture)
{
	for (size_t i = 0; i < COUNT(bases); i++) {
		struct ct_type *type =
		    variable_type(fixture, bases[i].variable);
		assert_int_equal(ct_type_size(type), bases[i].size);
		type = stripped(type);
		assert_int_equal(ct_type_kind(type), CT_TYPE_BASE);
		assert_int_equal(ct_type_encoding(type), bases[i].encoding);
	}
}

static void base_types_have_encoding_and_size(void **state)
{
	(void)state;
	for_each_fixture(check_bases);
}

/* An enumerator by name, and whether the enum's type is signed. */
static int64_t enumerator(struct ct_type *type, const char *name)
{
	size_t count;
	const struct ct_enumerator *enumerators;
	assert_success(ct_type_enumerators(type, &count, &enumerators));
	for (size_t i = 0; i < count; i++) {
		if (strcmp(enumerators[i].name, name) == 0)
			return enumerators[i].value;
	}
	fail_msg("no enumerator %s", name);
	return 0;
}

static bool is_flag(struct ct_type *type)
{
	bool flag;
	assert_success(ct_type_is_flag_enum(type, &flag));
	return flag;
}

static enum ct_encoding enum_encoding(struct ct_type *type)
{
	return ct_type_encoding(stripped(target_of(type)));
}

static void check_enums(const struct fixture *fixture)
{
	struct ct_type *type = variable_type(fixture, "v_colour");
	size_t count;
	const struct ct_enumerator *enumerators;
	assert_success(ct_type_enumerators(type, &count, &enumerators));
	assert_int_equal(count, 3);
	assert_string_equal(enumerators[0].name, "RED");
	assert_int_equal(enumerators[1].value, GREEN);
	assert_int_equal(enumerators[2].value, BLUE);
	assert_false(is_flag(type)); /* GREEN is 5, which has two bits */

	type = variable_type(fixture, "v_below");
	assert_int_equal(enumerator(type, "BELOW"), -3);
	assert_int_equal(enum_encoding(type), CT_ENCODING_SIGNED);
	assert_false(is_flag(type));

	/* One bit, but a negative one. */
	type = variable_type(fixture, "v_lowest");
	assert_int_equal(enumerator(type, "LOWEST"), LOWEST);
	assert_false(is_flag(type));

	type = variable_type(fixture, "v_wide");
	assert_int_equal((uint32_t)enumerator(type, "WIDE_TOP"), 0x80000000u);
	assert_int_equal(enum_encoding(type), CT_ENCODING_UNSIGNED);
	assert_true(is_flag(type));

	type = variable_type(fixture, "v_huge");
	assert_int_equal(ct_type_size(type), sizeof(enum huge));
	assert_true((uint64_t)enumerator(type, "HUGE_TOP") == HUGE_TOP);

	type = variable_type(fixture, "v_tiny");
	assert_int_equal(ct_type_size(type), 1);
	assert_int_equal((uint8_t)enumerator(type, "TINY_HIGH"), 200);

	assert_true(is_flag(variable_type(fixture, "v_flags")));
	assert_false(is_flag(variable_type(fixture, "v_several")));
}

static void enumerators_have_their_values_and_sign(void **state)
{
	(void)state;
	for_each_fixture(check_enums);
}

static const struct ct_member *find_member(struct ct_type *type,
					   const char *name)
{
	size_t count;
	const struct ct_member *members;
	assert_success(ct_type_members(stripped(type), &count, &members));
	for (size_t i = 0; i < count; i++) {
		if (members[i].name && strcmp(members[i].name, name) == 0)
			return &members[i];
	}
	fail_msg("no member %s", name);
	return NULL;
}

struct member_case {
	const char *variable, *member;
	uint64_t offset, size, whole;
};

#define MEMBER(type, variable_, member_)                                     \
	{                                                                    \
		.variable = #variable_, .member = #member_,                  \
		.offset = offsetof(type, member_),                           \
		.size = sizeof(((type *)0)->member_), .whole = sizeof(type), \
	}
#define PLAIN(member)  MEMBER(struct shape_plain, v_shape_plain, member)
#define PACKED(member) MEMBER(struct shape_packed, v_shape_packed, member)

static const struct member_case members[] = {
    PLAIN(c),
    PLAIN(s),
    PLAIN(i),
    PLAIN(l),
    PLAIN(f),
    PLAIN(d),
    PLAIN(ld),
    PLAIN(b),
    PLAIN(name),
    PLAIN(colour),
    PLAIN(bytes),
    PACKED(c),
    PACKED(i),
    PACKED(d),
    MEMBER(struct shape_aligned, v_shape_aligned, i),
    MEMBER(struct shape_none, v_shape_none, items),
    MEMBER(struct shape_list, v_shape_list, step),
    MEMBER(struct shape_list, v_shape_list, hidden),
    MEMBER(struct shape_matrix, v_shape_matrix, cells),
    MEMBER(struct shape_matrix, v_shape_matrix, names),
    MEMBER(union shape_union, v_shape_union, bytes),
    MEMBER(union shape_union, v_shape_union, plain),
    MEMBER(struct shape_nested, v_shape_nested, named),
    MEMBER(struct shape_bits, v_shape_bits, tail),
    MEMBER(struct shape_packed_bits, v_shape_packed_bits, d),
};

static void check_members(const struct fixture *fixture)
{
	for (size_t i = 0; i < COUNT(members); i++) {
		const struct member_case *expected = &members[i];
		struct ct_type *type =
		    variable_type(fixture, expected->variable);
		assert_int_equal(ct_type_size(type), expected->whole);
		const struct ct_member *member =
		    find_member(type, expected->member);
		assert_int_equal(member->bit_offset, expected->offset * 8);
		assert_int_equal(member->bit_size, 0);
		assert_int_equal(ct_type_size(member->type), expected->size);
	}
}

static void members_lie_where_the_compiler_puts_them(void **state)
{
	(void)state;
	for_each_fixture(check_members);
}

/* The bits that writing all ones to a member changes. */
struct bits_case {
	const char *variable, *member;
	size_t size;
	unsigned char bytes[32];
};

#define BITS(type_, variable_, member_)                              \
	({                                                           \
		static struct bits_case bits = {                     \
		    #variable_, #member_, sizeof(type_), {0}};       \
		type_ object;                                        \
		memset(&object, 0, sizeof(object));                  \
		object.member_ = (__typeof__(object.member_ + 0))-1; \
		memcpy(bits.bytes, &object, sizeof(object));         \
		&bits;                                               \
	})

static void check_bits(const struct fixture *fixture,
		       const struct bits_case *expected)
{
	const struct ct_member *member = find_member(
	    variable_type(fixture, expected->variable), expected->member);
	for (uint64_t bit = 0; bit < expected->size * 8; bit++) {
		bool is_set = expected->bytes[bit / 8] >> bit % 8 & 1;
		bool is_ours = bit >= member->bit_offset &&
			       bit < member->bit_offset + member->bit_size;
		if (is_set != is_ours)
			print_error("%s: %s.%s: bit %zu\n", fixture->name,
				    expected->variable, expected->member,
				    (size_t)bit);
		assert_int_equal(is_set, is_ours);
	}
}

/* All bits are set by cutting a -1, which Clang would warn of. */
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wbitfield-constant-conversion"
#endif
static void check_bitfields(const struct fixture *fixture)
{
#define OPEN(member) BITS(struct shape_bits, v_shape_bits, member)
#define TIGHT(member) \
	BITS(struct shape_packed_bits, v_shape_packed_bits, member)
	check_bits(fixture, OPEN(a));
	check_bits(fixture, OPEN(b));
	check_bits(fixture, OPEN(c));
	check_bits(fixture, OPEN(d));
	check_bits(fixture, OPEN(e));
	check_bits(fixture, OPEN(f));
	check_bits(fixture, OPEN(g));
	check_bits(fixture, TIGHT(a));
	check_bits(fixture, TIGHT(b));
	check_bits(fixture, TIGHT(c));
	check_bits(fixture, TIGHT(e));
}
#ifdef __clang__
#pragma clang diagnostic pop
#endif

static void bitfields_are_the_bits_that_the_compiler_writes(void **state)
{
	(void)state;
	for_each_fixture(check_bitfields);
}

static void check_anonymous(const struct fixture *fixture)
{
	size_t count;
	const struct ct_member *parts;
	struct ct_type *type =
	    stripped(variable_type(fixture, "v_shape_nested"));
	assert_success(ct_type_members(type, &count, &parts));
	assert_int_equal(count, 3);
	assert_null(parts[1].name);
	assert_int_equal(ct_type_kind(parts[1].type), CT_TYPE_UNION);
	assert_int_equal(parts[1].bit_offset,
			 offsetof(struct shape_nested, number) * 8);
	assert_success(ct_type_members(parts[1].type, &count, &parts));
	assert_int_equal(count, 3);
	assert_null(parts[2].name);
	const struct ct_member *high = find_member(parts[2].type, "high");
	assert_int_equal(high->bit_offset, 16);
}

static void anonymous_members_have_no_name(void **state)
{
	(void)state;
	for_each_fixture(check_anonymous);
}

static void check_arrays(const struct fixture *fixture)
{
	bool known;
	struct ct_type *matrix = variable_type(fixture, "v_matrix");
	assert_int_equal(ct_type_count(matrix, &known), 5);
	assert_true(known);
	assert_int_equal(ct_type_size(matrix), sizeof(int[5][3]));
	struct ct_type *row = target_of(matrix);
	assert_int_equal(ct_type_kind(row), CT_TYPE_ARRAY);
	assert_int_equal(ct_type_count(row, &known), 3);
	assert_int_equal(ct_type_size(row), sizeof(int[3]));

	const struct ct_member *items =
	    find_member(variable_type(fixture, "v_shape_flexible"), "items");
	ct_type_count(items->type, &known);
	assert_false(known);
	assert_int_equal(items->bit_offset,
			 offsetof(struct shape_flexible, items) * 8);
	assert_int_equal(ct_type_size(items->type), 0);

	struct ct_type *none = variable_type(fixture, "v_no_elements");
	assert_int_equal(ct_type_count(none, &known), 0);
	assert_true(known);

	struct ct_type *vector = stripped(variable_type(fixture, "v_vector"));
	assert_true(ct_type_is_vector(vector));
	assert_int_equal(ct_type_size(vector), 16);
	assert_false(ct_type_is_vector(matrix));
}

static void arrays_nest_and_know_their_counts(void **state)
{
	(void)state;
	for_each_fixture(check_arrays);
}

static void check_alignment(const struct fixture *fixture)
{
	struct ct_type *type = variable_type(fixture, "v_shape_aligned");
	assert_int_equal(ct_type_size(type), sizeof(struct shape_aligned));
	/* DW_AT_alignment is DWARF 5's, and GCC alone writes it of structs. */
	if (has_dwarf(fixture, '5') && !by_clang(fixture))
		assert_int_equal(ct_type_declared_align(type),
				 _Alignof(struct shape_aligned));
	assert_int_equal(
	    ct_type_declared_align(variable_type(fixture, "v_shape_plain")), 0);
}

static void a_declared_alignment_is_told(void **state)
{
	(void)state;
	for_each_fixture(check_alignment);
}

static void check_hidden(const struct fixture *fixture)
{
	struct ct_type *hidden = target_of(variable_type(fixture, "v_hidden"));
	if (ct_type_is_incomplete(hidden))
		assert_int_equal(ct_type_size(hidden), 0);
	assert_success(ct_type_complete(hidden));
	assert_false(ct_type_is_incomplete(hidden));
	assert_int_equal(ct_type_size(hidden), sizeof(struct hidden));
	assert_int_equal(find_member(hidden, "text")->bit_offset,
			 offsetof(struct hidden, text) * 8);

	struct ct_type *alias =
	    target_of(variable_type(fixture, "v_hidden_typedef"));
	assert_success(ct_type_complete(alias));
	assert_int_equal(ct_type_size(alias), sizeof(struct hidden));

	struct ct_type *hidden_union =
	    stripped(target_of(variable_type(fixture, "v_hidden_union")));
	assert_int_equal(ct_type_size(hidden_union),
			 sizeof(union hidden_union));

	size_t count;
	const struct ct_member *parts;
	struct ct_type *nowhere =
	    target_of(variable_type(fixture, "v_nowhere"));
	assert_success(ct_type_members(nowhere, &count, &parts));
	assert_int_equal(count, 0);
	assert_true(ct_type_is_incomplete(nowhere));
}

static void a_struct_is_completed_from_another_unit(void **state)
{
	(void)state;
	for_each_fixture(check_hidden);
}

static void check_recursion(const struct fixture *fixture)
{
	struct ct_type *list = stripped(variable_type(fixture, "v_shape_list"));
	struct ct_type *next = target_of(find_member(list, "next")->type);
	assert_ptr_equal(stripped(next), list);

	struct ct_type *step = target_of(find_member(list, "step")->type);
	size_t count;
	const struct ct_parameter *parameters;
	assert_success(ct_type_parameters(step, &count, &parameters));
	assert_int_equal(count, 2);
	assert_ptr_equal(target_of(parameters[0].type), list);
	assert_ptr_equal(target_of(target_of(step)), list);
}

static void a_list_points_to_its_own_type(void **state)
{
	(void)state;
	for_each_fixture(check_recursion);
}

static void check_names(const struct fixture *fixture)
{
	struct ct_type *type;
	assert_success(
	    ct_types_find(fixture->types, "struct", "shape_bits", &type));
	assert_non_null(type);
	assert_int_equal(ct_type_size(type), sizeof(struct shape_bits));
	assert_success(ct_types_find(fixture->types, "enum", "colour", &type));
	assert_non_null(type);
	assert_success(ct_types_find(fixture->types, NULL, "callback", &type));
	assert_spelling(fixture->name, stripped(type),
			"int (*)(const char *, void *)");
	assert_success(
	    ct_types_find(fixture->types, NULL, "short unsigned int", &type));
	assert_spelling(fixture->name, type, "unsigned short");
	assert_success(
	    ct_types_find(fixture->types, "struct", "nowhere", &type));
	assert_null(type);
	struct ct_error *err =
	    ct_types_find(fixture->types, "class", "nowhere", &type);
	assert_non_null(err);
	assert_int_equal(ct_error_code(err), CT_ERROR_BAD_ARGUMENT);
	ct_error_destroy(err);
}

static void types_are_found_by_tag_and_name(void **state)
{
	(void)state;
	for_each_fixture(check_names);
}

static void check_addresses(const struct fixture *fixture)
{
	static const char *const names[] = {"v_shape_plain", "v_late",
					    "hidden_union"};
	for (size_t i = 0; i < COUNT(names); i++) {
		size_t count;
		const struct ct_symbol *const *symbols;
		assert_success(ct_image_symbols_named(fixture->image, names[i],
						      &count, &symbols));
		assert_int_not_equal(count, 0);
		struct ct_type *type;
		uint64_t addr;
		assert_success(
		    ct_types_variable(fixture->types, names[i], &type, &addr));
		assert_non_null(type);
		assert_int_equal(addr, symbols[0]->addr);
	}
	struct ct_type *type;
	uint64_t addr = 1;
	assert_success(
	    ct_types_variable(fixture->types, "v_thread", &type, &addr));
	assert_non_null(type);
	assert_int_equal(addr, 0);
	assert_success(
	    ct_types_variable(fixture->types, "no_such", &type, &addr));
	assert_null(type);
}

static void variables_are_where_their_symbols_are(void **state)
{
	(void)state;
	for_each_fixture(check_addresses);
}

/* C11 6.7.3p9, and GDB's add_array_cv_type() */
static void qualifiers_of_an_array_are_its_elements(void **state)
{
	(void)state;
	struct ct_type number = {
	    .kind = CT_TYPE_BASE, .name = "int", .size = 4};
	struct ct_type row = {.kind = CT_TYPE_ARRAY,
			      .target = &number,
			      .count = 3,
			      .count_known = true};
	struct ct_type matrix = {.kind = CT_TYPE_ARRAY,
				 .target = &row,
				 .count = 2,
				 .count_known = true};
	struct ct_type constant = {.kind = CT_TYPE_QUALIFIED,
				   .qualifier = CT_QUALIFIER_CONST,
				   .target = &matrix};
	assert_spelling("const int [2][3]", &constant, "const int [2][3]");

	struct ct_type pointers = {.kind = CT_TYPE_POINTER, .target = &number};
	row.target = &pointers;
	assert_spelling("int * const", &constant, "int * const[2][3]");
}

/* Types that no compiler writes: a damaged file's. */

static void a_typedef_of_itself_ends_with_an_error(void **state)
{
	(void)state;
	struct ct_type loop = {.kind = CT_TYPE_TYPEDEF, .name = "loop"};
	loop.target = &loop;
	struct ct_type *plain;
	struct ct_error *err = ct_type_strip(&loop, &plain);
	assert_non_null(err);
	assert_int_equal(ct_error_code(err), CT_ERROR_BAD_DATA);
	ct_error_destroy(err);
	assert_int_equal(ct_type_size(&loop), 0);
}

static void a_pointer_to_itself_cannot_be_spelled(void **state)
{
	(void)state;
	struct ct_type loop = {.kind = CT_TYPE_POINTER};
	loop.target = &loop;
	struct ct_buffer buffer;
	ct_buffer_init(&buffer);
	struct ct_error *err = ct_type_spell(&loop, &buffer);
	assert_non_null(err);
	assert_int_equal(ct_error_code(err), CT_ERROR_BAD_DATA);
	ct_error_destroy(err);
	ct_buffer_deinit(&buffer);
}

/* Each level would double what is written. */
static void a_function_of_itself_twice_cannot_be_spelled(void **state)
{
	(void)state;
	struct ct_type pointer = {.kind = CT_TYPE_POINTER};
	const struct ct_parameter parameters[] = {{NULL, &pointer},
						  {NULL, &pointer}};
	struct ct_type function = {.kind = CT_TYPE_FUNCTION,
				   .part_count = 2,
				   .parameters = parameters};
	pointer.target = &function;
	struct ct_buffer buffer;
	ct_buffer_init(&buffer);
	struct ct_error *err = ct_type_spell(&function, &buffer);
	assert_non_null(err);
	ct_error_destroy(err);
	assert_in_range(buffer.size, 0, 1 << 16);
	ct_buffer_deinit(&buffer);
}

static size_t fill_calls;

static struct ct_error *fill_badly(struct ct_type_source *source,
				   struct ct_type *type)
{
	(void)source, (void)type;
	fill_calls++;
	return ct_error_format(CT_ERROR_BAD_DATA, "the third abbreviation");
}

static void a_failed_fill_is_remembered(void **state)
{
	(void)state;
	struct ct_arena arena;
	ct_arena_init(&arena);
	struct ct_type_source source = {.arena = &arena, .fill = fill_badly};
	struct ct_type type = {
	    .kind = CT_TYPE_STRUCT, .state = CT_TYPE_LAZY, .source = &source};
	for (int i = 0; i < 2; i++) {
		size_t count;
		const struct ct_member *parts;
		struct ct_error *err = ct_type_members(&type, &count, &parts);
		assert_non_null(err);
		assert_string_equal(ct_error_message(err),
				    "the third abbreviation");
		assert_int_equal(ct_error_code(err), CT_ERROR_BAD_DATA);
		ct_error_destroy(err);
	}
	assert_int_equal(fill_calls, 1);
	ct_arena_deinit(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(types_are_spelled_as_gdb_does),
	    cmocka_unit_test(base_types_have_encoding_and_size),
	    cmocka_unit_test(enumerators_have_their_values_and_sign),
	    cmocka_unit_test(members_lie_where_the_compiler_puts_them),
	    cmocka_unit_test(bitfields_are_the_bits_that_the_compiler_writes),
	    cmocka_unit_test(anonymous_members_have_no_name),
	    cmocka_unit_test(arrays_nest_and_know_their_counts),
	    cmocka_unit_test(a_declared_alignment_is_told),
	    cmocka_unit_test(a_struct_is_completed_from_another_unit),
	    cmocka_unit_test(a_list_points_to_its_own_type),
	    cmocka_unit_test(types_are_found_by_tag_and_name),
	    cmocka_unit_test(variables_are_where_their_symbols_are),
	    cmocka_unit_test(qualifiers_of_an_array_are_its_elements),
	    cmocka_unit_test(a_typedef_of_itself_ends_with_an_error),
	    cmocka_unit_test(a_pointer_to_itself_cannot_be_spelled),
	    cmocka_unit_test(a_function_of_itself_twice_cannot_be_spelled),
	    cmocka_unit_test(a_failed_fill_is_remembered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

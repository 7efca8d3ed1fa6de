/* SPDX-License-Identifier: MIT */
/*
 * Functions out of DWARF.  What is expected of clones is read in the
 * disassembly of the fixtures: which register the code takes an argument from.
 */
#include "type_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* DWARF register numbers, System V ABI AMD64 3.6.2 */
enum {
	RDX = 1,
	RSI = 4,
	RDI = 5
};

static const char *const fixtures[] = {
    "type_functions-gcc-4-O0",         "type_functions-gcc-4-O2",
    "type_functions-gcc-5-O0",         "type_functions-gcc-5-O2",
    "type_functions-clang-4-O0",       "type_functions-clang-4-O2",
    "type_functions-clang-5-O0",       "type_functions-clang-5-O2",
    "type_functions-gcc-4-O2-split",   "type_functions-gcc-5-O2-split",
    "type_functions-clang-5-O2-split",
};

static void for_each_fixture(void (*check)(const struct fixture *fixture))
{
	for (size_t i = 0; i < COUNT(fixtures); i++) {
		struct fixture fixture;
		fixture_open(&fixture, fixtures[i]);
		check(&fixture);
		fixture_close(&fixture);
	}
}

static bool is_optimized(const struct fixture *fixture)
{
	return strstr(fixture->name, "-O2") != NULL;
}

static bool by_clang(const struct fixture *fixture)
{
	return strstr(fixture->name, "clang") != NULL;
}

/* The address of the symbol that is name, or name and a clone's suffix. */
static uint64_t address_of(const struct fixture *fixture, const char *name)
{
	size_t count, length = strlen(name);
	const struct ct_symbol *const *symbols;
	assert_success(ct_image_symbols(fixture->image, &count, &symbols));
	for (size_t i = 0; i < count; i++) {
		const char *symbol = symbols[i]->name;
		if (symbols[i]->is_defined &&
		    strncmp(symbol, name, length) == 0 &&
		    (symbol[length] == '\0' || symbol[length] == '.'))
			return symbols[i]->addr;
	}
	fail_msg("%s: no symbol %s", fixture->name, name);
	return 0;
}

static const struct ct_function *function_named(const struct fixture *fixture,
						const char *name)
{
	const struct ct_function *function;
	assert_success(ct_types_function_at(
	    fixture->types, address_of(fixture, name), &function));
	if (!function)
		print_error("%s: no function %s\n", fixture->name, name);
	assert_non_null(function);
	assert_string_equal(function->name, name);
	return function;
}

static const struct ct_formal *formal_of(const struct ct_function *function,
					 const char *name)
{
	for (size_t i = 0; i < function->formal_count; i++) {
		if (strcmp(function->formals[i].name, name) == 0)
			return &function->formals[i];
	}
	fail_msg("no parameter %s", name);
	return NULL;
}

static const struct {
	const char *name, *spelling;
	bool is_external;
} prototypes[] = {
    {"small_struct", "long (struct small, double)", true},
    {"in_memory", "long (struct big, double, long double)", true},
    {"many", "long (int, int, int, int, int, int, int, struct two)", true},
    {"also_inlined", "int (int)", true},
    {"old_style", "int (int, char)", true},
    {"variadic", "int (const char *, ...)", true},
    {"same_everywhere", "int (const char *, int)", false},
    {"leave", "void (int)", true},
    {"main", "int (int, char **)", true},
    {"constant", "int (int, int, int)", false},
    {"scalar", "int (struct two *, int)", false},
    {"two_registers", "long (struct two, int)", false},
};

static void check_prototypes(const struct fixture *fixture)
{
	for (size_t i = 0; i < COUNT(prototypes); i++) {
		const struct ct_function *function =
		    function_named(fixture, prototypes[i].name);
		assert_spelling(fixture->name, function->type,
				prototypes[i].spelling);
		assert_int_equal(function->is_external,
				 prototypes[i].is_external);
		assert_true(function->has_code);
		assert_int_equal(function->entry,
				 address_of(fixture, prototypes[i].name));
		assert_non_null(strstr(function->unit, "type_functions.c"));
		assert_int_not_equal(function->decl_line, 0);
	}
	assert_true(function_named(fixture, "leave")->is_noreturn);
	assert_false(function_named(fixture, "main")->is_noreturn);
	assert_true(
	    ct_type_is_variadic(function_named(fixture, "variadic")->type));
	assert_false(
	    ct_type_is_variadic(function_named(fixture, "main")->type));
}

static void functions_have_the_prototypes_of_the_source(void **state)
{
	(void)state;
	for_each_fixture(check_prototypes);
}

static void check_formals(const struct fixture *fixture)
{
	static const char *const names[] = {"a", "b", "c", "d",
					    "e", "f", "g", "pair"};
	const struct ct_function *many = function_named(fixture, "many");
	assert_int_equal(many->formal_count, COUNT(names));
	for (size_t i = 0; i < COUNT(names); i++)
		assert_string_equal(many->formals[i].name, names[i]);
	assert_spelling(fixture->name, many->formals[7].type, "struct two");
	assert_int_equal(ct_type_size(many->formals[7].type), 16);

	/* The fixed part alone. */
	assert_int_equal(function_named(fixture, "variadic")->formal_count, 1);
}

static void formals_have_names_and_types_in_order(void **state)
{
	(void)state;
	for_each_fixture(check_formals);
}

static void check_nothing_there(const struct fixture *fixture)
{
	const struct ct_function *function = NULL;
	uint64_t entry = address_of(fixture, "many");
	assert_success(
	    ct_types_function_at(fixture->types, entry + 1, &function));
	assert_null(function);
	assert_success(
	    ct_types_function_at(fixture->types, UINT64_MAX, &function));
	assert_null(function);
	assert_success(ct_types_function_at(fixture->types, 0, &function));
	assert_null(function);
}

static void an_address_inside_of_a_function_is_not_its_entry(void **state)
{
	(void)state;
	for_each_fixture(check_nothing_there);
}

static void check_same(const struct fixture *fixture)
{
	const struct ct_function *first = function_named(fixture, "many");
	assert_ptr_equal(function_named(fixture, "many"), first);
}

static void a_function_is_decoded_once(void **state)
{
	(void)state;
	for_each_fixture(check_same);
}

/* Without optimization DW_AT_location is the slot on the stack that the
 * prologue will write: it says nothing of the entry. */
static void check_unoptimized(const struct fixture *fixture)
{
	if (is_optimized(fixture))
		return;
	for (size_t i = 0; i < COUNT(prototypes); i++) {
		const struct ct_function *function =
		    function_named(fixture, prototypes[i].name);
		assert_false(function->is_clone);
		for (size_t k = 0; k < function->formal_count; k++)
			assert_int_equal(function->formals[k].place,
					 CT_FORMAL_BY_ABI);
	}
}

static void stack_slots_are_not_taken_for_the_entry(void **state)
{
	(void)state;
	for_each_fixture(check_unoptimized);
}

/* Where the ABI has it, whoever says so. */
static void assert_in_register(const struct ct_formal *formal, int reg)
{
	assert_int_equal(formal->piece_count, 0);
	assert_false(formal->on_stack);
	assert_false(formal->is_constant);
	if (formal->place != CT_FORMAL_BY_ABI) {
		assert_int_equal(formal->place, CT_FORMAL_AT_ENTRY);
		assert_int_equal(formal->reg, reg);
	}
}

static void check_entry_lists(const struct fixture *fixture)
{
	const struct ct_function *function = function_named(fixture, "main");
	assert_in_register(formal_of(function, "argc"), RDI);
	assert_in_register(formal_of(function, "argv"), RSI);
	/* Both compilers write a location list for main's parameters. */
	if (is_optimized(fixture)) {
		assert_int_equal(formal_of(function, "argc")->place,
				 CT_FORMAL_AT_ENTRY);
		assert_int_equal(formal_of(function, "argc")->reg, RDI);
	}
	function = function_named(fixture, "same_everywhere");
	assert_in_register(formal_of(function, "text"), RDI);
	assert_in_register(formal_of(function, "count"), RSI);
}

static void a_location_list_that_starts_at_the_entry_counts(void **state)
{
	(void)state;
	for_each_fixture(check_entry_lists);
}

static void check_stack(const struct fixture *fixture)
{
	const struct ct_formal *last =
	    formal_of(function_named(fixture, "on_stack"), "last");
	if (!is_optimized(fixture)) {
		assert_int_equal(last->place, CT_FORMAL_BY_ABI);
		return;
	}
	/* 8(%rsp), and the CFA is rsp + 8 */
	assert_int_equal(last->place, CT_FORMAL_AT_ENTRY);
	assert_true(last->on_stack);
	assert_int_equal(last->cfa_offset, 0);
	assert_int_equal(last->reg, -1);
}

static void an_argument_in_memory_is_found_from_the_cfa(void **state)
{
	(void)state;
	for_each_fixture(check_stack);
}

static void an_assemblers_function_is_no_prototype(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_open(&fixture, "type_assembly");
	const struct ct_function *function;
	assert_success(ct_types_function_at(
	    fixture.types, address_of(&fixture, "bare"), &function));
	assert_null(function);
	assert_success(ct_types_declaration(fixture.types, "bare", &function));
	assert_null(function);
	fixture_close(&fixture);
}

static void assert_constant(const struct ct_formal *formal, uint64_t value)
{
	assert_int_equal(formal->place, CT_FORMAL_AT_ENTRY);
	assert_true(formal->is_constant);
	assert_int_equal(formal->constant, value);
}

static void assert_moved(const struct ct_formal *formal, int reg)
{
	assert_int_equal(formal->place, CT_FORMAL_AT_ENTRY);
	assert_int_equal(formal->reg, reg);
}

static void check_clones(const struct fixture *fixture)
{
	if (!is_optimized(fixture))
		return;
	const struct ct_function *constant =
	    function_named(fixture, "constant");
	assert_moved(formal_of(constant, "a"), RDI);
	assert_constant(formal_of(constant, "b"), 7);

	const struct ct_function *dropped = function_named(fixture, "dropped");
	assert_moved(formal_of(dropped, "first"), RDI);
	assert_moved(formal_of(dropped, "last"), RSI);

	/* Clang says it without a clone, and knows no value of `unused`. */
	assert_int_equal(constant->is_clone, !by_clang(fixture));
	if (by_clang(fixture)) {
		assert_int_equal(formal_of(constant, "unused")->place,
				 CT_FORMAL_ABSENT);
		assert_int_equal(formal_of(dropped, "unused")->place,
				 CT_FORMAL_ABSENT);
		return;
	}
	assert_non_null(strstr(constant->linkage_name, "constant.constprop"));
	assert_constant(formal_of(constant, "unused"), 3);

	/* pair->a arrives instead of pair. */
	const struct ct_function *scalar = function_named(fixture, "scalar");
	assert_true(scalar->is_clone);
	assert_int_equal(formal_of(scalar, "pair")->place, CT_FORMAL_ABSENT);
	assert_moved(formal_of(scalar, "x"), RSI);
}

static void clones_take_arguments_from_their_locations(void **state)
{
	(void)state;
	for_each_fixture(check_clones);
}

static void check_pieces(const struct fixture *fixture)
{
	if (!is_optimized(fixture))
		return;
	const struct ct_formal *pair =
	    formal_of(function_named(fixture, "two_registers"), "pair");
	assert_int_equal(pair->place, CT_FORMAL_AT_ENTRY);
	assert_int_equal(pair->piece_count, 2);
	assert_int_equal(pair->pieces[0].reg, RDI);
	assert_int_equal(pair->pieces[0].size, 8);
	assert_int_equal(pair->pieces[1].reg, RSI);
	assert_int_equal(pair->pieces[1].size, 8);
	assert_in_register(
	    formal_of(function_named(fixture, "two_registers"), "x"), RDX);
}

static void a_struct_in_two_registers_has_two_pieces(void **state)
{
	(void)state;
	for_each_fixture(check_pieces);
}

static void check_inlined(const struct fixture *fixture)
{
	size_t count;
	bool optimized = is_optimized(fixture);
	assert_success(
	    ct_types_inlined_count(fixture->types, "always", &count));
	assert_int_equal(count, optimized ? 2 : 0);
	assert_success(
	    ct_types_inlined_count(fixture->types, "also_inlined", &count));
	assert_int_equal(count, optimized ? 1 : 0);
	assert_success(ct_types_inlined_count(fixture->types, "many", &count));
	assert_int_equal(count, 0);

	assert_int_equal(function_named(fixture, "also_inlined")->is_inlined,
			 optimized);
	assert_false(function_named(fixture, "many")->is_inlined);
	const struct ct_function *always;
	assert_success(ct_types_declaration(fixture->types, "always", &always));
	assert_non_null(always);
	assert_int_equal(always->is_inlined, optimized);
	assert_int_equal(always->has_code, !optimized);
}

static void inlined_copies_are_counted(void **state)
{
	(void)state;
	for_each_fixture(check_inlined);
}

/* What is passed is a pointer, whatever the debug information leaves out. */
static void check_transparent(const struct fixture *fixture)
{
	struct ct_type *type = stripped(
	    formal_of(function_named(fixture, "transparent"), "any")->type);
	assert_int_equal(ct_type_size(type), sizeof(void *));
	if (ct_type_kind(type) == CT_TYPE_POINTER)
		return;
	size_t count;
	const struct ct_member *members;
	assert_success(ct_type_members(type, &count, &members));
	assert_int_equal(count, 2);
	assert_int_equal(ct_type_kind(members[0].type), CT_TYPE_POINTER);
}

static void a_transparent_union_is_a_pointer(void **state)
{
	(void)state;
	for_each_fixture(check_transparent);
}

/* Clang 14 writes no declarations. */
static void check_declarations(const struct fixture *fixture)
{
	const struct ct_function *function;
	assert_success(ct_types_declaration(fixture->types, "exit", &function));
	if (by_clang(fixture)) {
		assert_null(function);
	} else {
		assert_non_null(function);
		assert_false(function->has_code);
		assert_true(function->is_external);
		assert_true(function->is_noreturn);
		assert_spelling(fixture->name, function->type, "void (int)");
		assert_null(function->formals[0].name);
	}
	assert_success(
	    ct_types_declaration(fixture->types, "no_such", &function));
	assert_null(function);
}

static void callers_declarations_are_prototypes(void **state)
{
	(void)state;
	for_each_fixture(check_declarations);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(functions_have_the_prototypes_of_the_source),
	    cmocka_unit_test(formals_have_names_and_types_in_order),
	    cmocka_unit_test(an_address_inside_of_a_function_is_not_its_entry),
	    cmocka_unit_test(a_function_is_decoded_once),
	    cmocka_unit_test(stack_slots_are_not_taken_for_the_entry),
	    cmocka_unit_test(a_location_list_that_starts_at_the_entry_counts),
	    cmocka_unit_test(an_argument_in_memory_is_found_from_the_cfa),
	    cmocka_unit_test(an_assemblers_function_is_no_prototype),
	    cmocka_unit_test(clones_take_arguments_from_their_locations),
	    cmocka_unit_test(a_struct_in_two_registers_has_two_pieces),
	    cmocka_unit_test(inlined_copies_are_counted),
	    cmocka_unit_test(a_transparent_union_is_a_pointer),
	    cmocka_unit_test(callers_declarations_are_prototypes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

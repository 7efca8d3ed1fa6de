/* SPDX-License-Identifier: MIT */
/*
 * DWARF of programs built here: what the source says must be found in every
 * form that compilers, dwp and dwz give it.  forms.s has what compilers do
 * not write for small programs.
 */
#include "scratch.h"

#include "image/dw.h"
#include "image/dwarf_names.h"
#include "image/elf.h"

/* _start is on line 6 and is the ELF entry. */
static const char small[] =
    "struct node { struct node *next; int v : 3; long w; char name[8]; };\n"
    "enum color { RED = -1, GREEN = 5 };\n"
    "int other(struct node *n);\n"
    "static int helper(struct node *n, enum color c)\n"
    "{ return n->v + (int)c; }\n"
    "void _start(void)\n"
    "{ struct node n; n.v = 1;\n"
    "  helper(&n, GREEN); other(&n); }\n";
static const char second[] =
    "struct node { struct node *next; int v : 3; long w; char name[8]; };\n"
    "int other(struct node *n) { return n ? n->v : 3; }\n";

/* Two units; the second has a DW_AT_sibling that points at itself. */
static const char forms[] =
    "	.globl _start\n"
    "	.text\n"
    "_start: nop\n"
    "	.section .debug_abbrev,\"\",@progbits\n"
    "	.byte 1, 0x11, 1, 3, 8, 0x72, 0x17, 0x73, 0x17, 0x11, 0x1b\n"
    "	.byte 0x8c, 1, 0x17, 0, 0\n"
    "	.byte 2, 0x2e, 0, 3, 0x27, 0x11, 0x2b, 0x40, 0x18, 2, 0x22\n"
    "	.byte 0xb, 0x21, 0x79, 0x37, 0x16, 0, 0\n"
    "	.byte 3, 0x34, 0, 1, 0x13, 0, 0\n"
    "	.byte 4, 0x11, 1, 3, 8, 0, 0\n"
    "	.byte 0\n"
    "	.section .debug_info,\"\",@progbits\n"
    "	.long 2f - 1f\n"
    "1:	.value 5\n"
    "	.byte 1, 8\n"
    "	.long 0\n"
    "	.byte 1\n"
    "	.asciz \"forms.s\"\n"
    "	.long 8, 8\n"
    "	.byte 1\n"
    "	.long 12\n"
    "	.byte 2, 1, 0, 0, 3, 0, 0, 2, 0xa1, 2, 0, 0xd, 0x7e\n"
    "	.byte 2, 0, 0, 0, 2, 0, 0, 0, 0, 0xb, 5\n"
    "	.byte 0\n"
    "2:	.long 4f - 3f\n"
    "3:	.value 5\n"
    "	.byte 1, 8\n"
    "	.long 0\n"
    "	.byte 4\n"
    "	.asciz \"loop.s\"\n"
    "5:	.byte 3\n"
    "	.long 5b - 2b\n"
    "	.byte 0\n"
    "4:\n"
    "	.section .debug_str,\"\",@progbits\n"
    "	.asciz \"zero\"\n"
    "	.asciz \"one\"\n"
    "	.section .debug_str_offsets,\"\",@progbits\n"
    "	.long 12\n"
    "	.value 5, 0\n"
    "	.long 0, 5\n"
    "	.section .debug_addr,\"\",@progbits\n"
    "	.long 36\n"
    "	.value 5\n"
    "	.byte 8, 0\n"
    "	.quad 0x10, 0x1000, 0x2000, 0x3333\n"
    "	.section .debug_loclists,\"\",@progbits\n"
    "	.long 7f - 6f\n"
    "6:	.value 5\n"
    "	.byte 8, 0\n"
    "	.long 1\n"
    "8:	.long 9f - 8b\n"
    "9:	.byte 4, 0x10, 0x20, 1, 0x55\n"
    "	.byte 1, 2\n"
    "	.byte 4, 0, 8, 2, 0xa1, 3\n"
    "	.byte 5, 1, 0x33\n"
    "	.byte 0\n"
    "7:\n";

static int setup(void **state)
{
	if (scratch_setup(state) != 0)
		return -1;
	write_text("small.c", small);
	write_text("second.c", second);
	write_text("forms.s", forms);
	run("gcc -nostdlib -static -o forms forms.s");
	return 0;
}

/* One opened program. */
struct opened {
	struct ct_elf *elf;
	struct ct_dw *dw;
};

static void must(struct ct_error *err)
{
	if (err)
		fail_msg("%s", ct_error_message(err));
}

static struct opened open_program(const char *path)
{
	struct opened opened = {0};

	must(ct_elf_open(path, &opened.elf));
	must(ct_dw_open(opened.elf, &opened.dw));
	return opened;
}

static void close_program(struct opened *opened)
{
	ct_dw_close(opened->dw);
	ct_elf_close(opened->elf);
}

static void build(const char *compiler, int version, const char *flags,
		  const char *directory)
{
	run("mkdir -p %s && cd %s && for f in small second; do "
	    "%s -g -gdwarf-%d -O0 -ffreestanding -fno-stack-protector "
	    "-fno-pie %s -c ../$f.c || exit 1; done && "
	    "gcc -nostdlib -static -no-pie -o prog small.o second.o",
	    directory, directory, compiler, version, flags);
}

/* A child by tag and name; a handle that is nothing when there is none. */
static struct ct_die find(const struct ct_die *parent, uint16_t tag,
			  const char *name)
{
	struct ct_die child, next;

	must(ct_die_child(parent, &child));
	while (ct_die_exists(&child)) {
		const char *have;
		must(ct_die_string(&child, DW_AT_name, &have));
		if (ct_die_tag(&child) == tag && have &&
		    strcmp(have, name) == 0)
			return child;
		must(ct_die_sibling(&child, &next));
		ct_die_deinit(&child);
		child = next;
	}
	return child;
}

static uint64_t constant(const struct ct_die *die, uint16_t attribute)
{
	bool found;
	uint64_t value = 0;

	must(ct_die_constant(die, attribute, &found, &value));
	assert_true(found);
	return value;
}

static void assert_name(const struct ct_die *die, const char *name)
{
	const char *have;

	assert_true(ct_die_exists(die));
	must(ct_die_string(die, DW_AT_name, &have));
	assert_non_null(have);
	assert_string_equal(have, name);
}

static struct ct_die entry_unit(const struct opened *opened)
{
	struct ct_die unit;

	must(ct_dw_unit_at(opened->dw, ct_elf_entry(opened->elf), &unit));
	assert_true(ct_die_exists(&unit));
	return unit;
}

static struct ct_die parameter_of(const struct ct_die *unit,
				  const char *function, const char *name)
{
	CT_AUTO_DIE struct ct_die subprogram =
	    find(unit, DW_TAG_subprogram, function);

	assert_true(ct_die_exists(&subprogram));
	return find(&subprogram, DW_TAG_formal_parameter, name);
}

/* helper's first parameter is a pointer to struct node as the source has it. */
static void assert_node(const struct ct_die *unit)
{
	CT_AUTO_DIE struct ct_die n = parameter_of(unit, "helper", "n");
	CT_AUTO_DIE struct ct_die pointer = {0};
	CT_AUTO_DIE struct ct_die node = {0};

	assert_true(ct_die_exists(&n));
	must(ct_die_reference(&n, DW_AT_type, &pointer));
	assert_int_equal(ct_die_tag(&pointer), DW_TAG_pointer_type);
	must(ct_die_reference(&pointer, DW_AT_type, &node));
	/* gcc leaves a stub behind for what is in a type unit. */
	if (ct_die_has(&node, DW_AT_signature)) {
		CT_AUTO_DIE struct ct_die stub = node;
		node = (struct ct_die){0};
		must(ct_die_reference(&stub, DW_AT_signature, &node));
	}
	assert_int_equal(ct_die_tag(&node), DW_TAG_structure_type);
	assert_int_equal(constant(&node, DW_AT_byte_size), 32);

	CT_AUTO_DIE struct ct_die w = find(&node, DW_TAG_member, "w");
	CT_AUTO_DIE struct ct_die type = {0};
	assert_true(ct_die_exists(&w));
	assert_int_equal(constant(&w, DW_AT_data_member_location), 16);
	must(ct_die_reference(&w, DW_AT_type, &type));
	assert_int_equal(constant(&type, DW_AT_byte_size), 8);
	CT_AUTO_DIE struct ct_die v = find(&node, DW_TAG_member, "v");
	assert_int_equal(constant(&v, DW_AT_bit_size), 3);
}

static void assert_color(const struct ct_die *unit)
{
	CT_AUTO_DIE struct ct_die c = parameter_of(unit, "helper", "c");
	CT_AUTO_DIE struct ct_die color = {0};

	must(ct_die_reference(&c, DW_AT_type, &color));
	if (ct_die_has(&color, DW_AT_signature)) {
		CT_AUTO_DIE struct ct_die stub = color;
		color = (struct ct_die){0};
		must(ct_die_reference(&stub, DW_AT_signature, &color));
	}
	assert_int_equal(ct_die_tag(&color), DW_TAG_enumeration_type);
	CT_AUTO_DIE struct ct_die red = find(&color, DW_TAG_enumerator, "RED");
	assert_int_equal((int64_t)constant(&red, DW_AT_const_value), -1);
}

static void assert_frame_base(const struct ct_die *unit)
{
	CT_AUTO_DIE struct ct_die start =
	    find(unit, DW_TAG_subprogram, "_start");
	struct ct_expression expression;
	bool found, covers;
	uint64_t pc = 0;

	must(ct_die_entry_pc(&start, &found, &pc));
	assert_true(found);
	must(ct_die_covers(&start, pc, &covers));
	assert_true(covers);
	must(ct_die_covers(&start, pc - 1, &covers));
	assert_false(covers);
	must(ct_die_expression(&start, DW_AT_frame_base, pc, &found,
			       &expression));
	assert_true(found);
	assert_int_equal(expression.count, 1);
	/* gcc's is the CFA, clang's %rbp. */
	assert_true(expression.ops[0].atom == DW_OP_call_frame_cfa ||
		    expression.ops[0].atom == DW_OP_reg6);
	ct_expression_deinit(&expression);
}

static void assert_source(const char *path)
{
	struct opened opened = open_program(path);
	const char *file;
	unsigned line;

	assert_non_null(opened.dw);
	struct ct_die unit = entry_unit(&opened);
	assert_int_equal(ct_die_tag(&unit), DW_TAG_compile_unit);
	assert_node(&unit);
	assert_color(&unit);
	assert_frame_base(&unit);
	ct_die_deinit(&unit);
	must(ct_dw_line_at(opened.dw, ct_elf_entry(opened.elf), &file, &line));
	assert_non_null(file);
	assert_non_null(strstr(file, "small.c"));
	/* gcc gives the line of the name, clang that of the brace. */
	assert_in_range(line, 6, 7);
	if (ct_dw_problem(opened.dw))
		fail_msg("%s: %s", path, ct_dw_problem(opened.dw));
	close_program(&opened);
}

static const char *const compilers[] = {"gcc", "clang"};

static void reads_what_the_source_says(const char *kind, const char *flags)
{
	for (int version = 4; version <= 5; version++)
		for (size_t i = 0; i < 2; i++) {
			char directory[64], path[80];
			snprintf(directory, sizeof(directory), "%s-%s-%d", kind,
				 compilers[i], version);
			snprintf(path, sizeof(path), "%s/prog", directory);
			build(compilers[i], version, flags, directory);
			assert_source(path);
		}
}

static void plain_units_are_read(void **state)
{
	(void)state;
	reads_what_the_source_says("plain", "");
}

static void type_units_are_followed(void **state)
{
	(void)state;
	reads_what_the_source_says("types", "-fdebug-types-section");
}

static void compressed_sections_are_read(void **state)
{
	(void)state;
	build("gcc", 5, "", "zlib");
	run("objcopy --compress-debug-sections=zlib-gnu zlib/prog");
	assert_source("zlib/prog");
}

static void sixty_four_bit_dwarf_is_read(void **state)
{
	(void)state;
	build("gcc", 5, "-gdwarf64", "sixty-four");
	assert_source("sixty-four/prog");
}

static void split_units_are_followed(void **state)
{
	(void)state;
	reads_what_the_source_says("split", "-gsplit-dwarf");
}

static void split_type_units_are_followed(void **state)
{
	(void)state;
	reads_what_the_source_says("split-types",
				   "-gsplit-dwarf -fdebug-types-section");
}

static void packages_are_read(void **state)
{
	(void)state;
	build("gcc", 4, "-gsplit-dwarf -fdebug-types-section", "package");
	run("cd package && dwp -e prog -o prog.dwp && rm *.dwo");
	assert_source("package/prog");
}

static void dwo_files_beside_a_moved_program_are_found(void **state)
{
	(void)state;
	build("gcc", 5, "-gsplit-dwarf", "before");
	run("mv before after");
	assert_source("after/prog");
}

static void assert_problem(const char *path, const char *what)
{
	struct opened opened = open_program(path);
	CT_AUTO_DIE struct ct_die unit = entry_unit(&opened);

	/* The skeleton still says whose the address is. */
	assert_true(ct_die_exists(&unit));
	assert_non_null(ct_dw_problem(opened.dw));
	assert_non_null(strstr(ct_dw_problem(opened.dw), what));
	ct_die_deinit(&unit);
	close_program(&opened);
}

static void missing_dwo_is_a_problem_and_no_error(void **state)
{
	(void)state;
	build("gcc", 5, "-gsplit-dwarf", "missing");
	run("rm missing/*.dwo");
	assert_problem("missing/prog", "small.dwo is not to be found");
}

static void dwo_of_another_compilation_is_refused(void **state)
{
	(void)state;
	build("gcc", 5, "-gsplit-dwarf", "stale");
	run("cp stale/second.dwo stale/small.dwo");
	assert_problem("stale/prog", "is of another compilation");
}

static void alternate_file_is_followed(void **state)
{
	(void)state;
	for (int version = 4; version <= 5; version++) {
		char directory[32], path[48];
		snprintf(directory, sizeof(directory), "alt-%d", version);
		snprintf(path, sizeof(path), "alt-%d/prog", version);
		build("gcc", version, "", directory);
		run("cd %s && cp prog copy && dwz -m alternate prog copy",
		    directory);
		assert_source(path);
	}
}

/* Count the types that cannot be had for want of the alternate file. */
static struct ct_error *visit_types(struct ct_die *die, void *arg, bool *stop)
{
	struct ct_die type = {0};
	unsigned *failures = arg;

	(void)stop;
	struct ct_error *err = ct_die_reference(die, DW_AT_type, &type);
	ct_die_deinit(&type);
	if (err) {
		assert_int_equal(ct_error_code(err), CT_ERROR_NOT_FOUND);
		assert_non_null(strstr(ct_error_message(err), "alternate"));
		ct_error_destroy(err);
		++*failures;
	}
	return ct_die_for_each_child(die, visit_types, failures);
}

static void missing_alternate_file_is_named(void **state)
{
	(void)state;
	build("gcc", 5, "", "no-alt");
	run("cd no-alt && cp prog copy && dwz -m alternate prog copy && "
	    "rm alternate");
	struct opened opened = open_program("no-alt/prog");
	unsigned failures = 0;
	must(ct_dw_for_each_unit(opened.dw, visit_types, &failures));
	assert_true(failures > 0);
	assert_non_null(ct_dw_problem(opened.dw));
	assert_non_null(strstr(ct_dw_problem(opened.dw), "alternate"));
	close_program(&opened);
}

static void stripped_file_has_no_dwarf(void **state)
{
	(void)state;
	build("gcc", 5, "", "stripped");
	run("strip stripped/prog");
	struct opened opened = open_program("stripped/prog");
	assert_null(opened.dw);
	close_program(&opened);
}

/* The first unit of forms.s, and its subprogram. */
static struct ct_die forms_subprogram(struct opened *opened)
{
	struct ct_die_id id = {.dw = NULL, .offset = 12};
	struct ct_die unit, subprogram;

	*opened = open_program("forms");
	id.dw = opened->dw;
	must(ct_die_by_id(id, &unit));
	assert_name(&unit, "forms.s");
	must(ct_die_child(&unit, &subprogram));
	ct_die_deinit(&unit);
	return subprogram;
}

static void forms_by_index_are_looked_up(void **state)
{
	struct opened opened;
	CT_AUTO_DIE struct ct_die die = forms_subprogram(&opened);
	bool found;
	uint64_t pc;

	(void)state;
	assert_name(&die, "one"); /* strx3 */
	must(ct_die_entry_pc(&die, &found, &pc));
	assert_true(found);
	assert_int_equal(pc, 0x3333); /* addrx3 */

	/* What comes after such a DIE is found. */
	CT_AUTO_DIE struct ct_die next = {0};
	must(ct_die_sibling(&die, &next));
	assert_name(&next, "zero");
	assert_int_equal(constant(&next, DW_AT_count), 5);
	ct_die_deinit(&next);
	ct_die_deinit(&die);
	close_program(&opened);
}

static void signed_forms_keep_their_sign(void **state)
{
	struct opened opened;
	CT_AUTO_DIE struct ct_die die = forms_subprogram(&opened);

	(void)state;
	/* implicit_const, and sdata by DW_FORM_indirect */
	assert_int_equal((int64_t)constant(&die, DW_AT_byte_size), -7);
	assert_int_equal((int64_t)constant(&die, DW_AT_count), -2);
	ct_die_deinit(&die);
	close_program(&opened);
}

static void assert_location(const struct ct_die *die, uint64_t pc, uint8_t atom,
			    uint64_t operand)
{
	struct ct_expression expression;
	bool found;

	must(ct_die_expression(die, DW_AT_location, pc, &found, &expression));
	assert_true(found);
	assert_true(expression.from_list);
	assert_int_equal(expression.count, 1);
	assert_int_equal(expression.ops[0].atom, atom);
	assert_int_equal(expression.ops[0].operands[0], operand);
	ct_expression_deinit(&expression);
}

static void location_list_is_searched_by_address(void **state)
{
	struct opened opened;
	CT_AUTO_DIE struct ct_die die = forms_subprogram(&opened);
	struct ct_expression expression;
	bool found;

	(void)state;
	/* From the unit's low_pc, 0x1000; then from base 0x2000. */
	assert_location(&die, 0x1010, DW_OP_reg5, 0);
	assert_location(&die, 0x101f, DW_OP_reg5, 0);
	assert_location(&die, 0x2007, DW_OP_addr, 0x3333);
	assert_location(&die, 0x1020, DW_OP_lit3, 0); /* the default */
	must(ct_die_expression(&die, DW_AT_frame_base, 0, &found, &expression));
	assert_true(found);
	assert_false(expression.from_list);
	assert_int_equal(expression.ops[0].atom, DW_OP_addr);
	assert_int_equal(expression.ops[0].operands[0], 0x2000);
	ct_expression_deinit(&expression);
	ct_die_deinit(&die);
	close_program(&opened);
}

static struct ct_error *count_unit(struct ct_die *die, void *arg, bool *stop)
{
	unsigned *count = arg;

	(void)stop;
	assert_name(die, "forms.s");
	++*count;
	return NULL;
}

static void sibling_that_loops_damages_its_unit_alone(void **state)
{
	struct opened opened = open_program("forms");
	unsigned count = 0;

	(void)state;
	must(ct_dw_for_each_unit(opened.dw, count_unit, &count));
	assert_int_equal(count, 1);
	assert_non_null(ct_dw_problem(opened.dw));
	assert_non_null(strstr(ct_dw_problem(opened.dw), "damaged"));
	close_program(&opened);
}

static void place_inside_a_die_is_no_die(void **state)
{
	struct opened opened = open_program("forms");
	struct ct_die_id id = {.dw = opened.dw, .offset = 13};
	struct ct_die die;

	(void)state;
	struct ct_error *err = ct_die_by_id(id, &die);
	assert_non_null(err);
	assert_int_equal(ct_error_code(err), CT_ERROR_BAD_DATA);
	assert_non_null(
	    strstr(ct_error_message(err), ".debug_info+0xd: no DIE begins"));
	ct_error_destroy(err);
	close_program(&opened);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_units_are_read),
	    cmocka_unit_test(type_units_are_followed),
	    cmocka_unit_test(compressed_sections_are_read),
	    cmocka_unit_test(sixty_four_bit_dwarf_is_read),
	    cmocka_unit_test(split_units_are_followed),
	    cmocka_unit_test(split_type_units_are_followed),
	    cmocka_unit_test(packages_are_read),
	    cmocka_unit_test(dwo_files_beside_a_moved_program_are_found),
	    cmocka_unit_test(missing_dwo_is_a_problem_and_no_error),
	    cmocka_unit_test(dwo_of_another_compilation_is_refused),
	    cmocka_unit_test(alternate_file_is_followed),
	    cmocka_unit_test(missing_alternate_file_is_named),
	    cmocka_unit_test(stripped_file_has_no_dwarf),
	    cmocka_unit_test(forms_by_index_are_looked_up),
	    cmocka_unit_test(signed_forms_keep_their_sign),
	    cmocka_unit_test(location_list_is_searched_by_address),
	    cmocka_unit_test(sibling_that_loops_damages_its_unit_alone),
	    cmocka_unit_test(place_inside_a_die_is_no_die),
	};
	return cmocka_run_group_tests(tests, setup, scratch_teardown);
}

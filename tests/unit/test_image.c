/* SPDX-License-Identifier: MIT */
/* Symbols and slots of real programs and libraries, as nm and readelf know
 * them. */
#include "image_fixture.h"

static void both_versions_of_pow_are_found(void **state)
{
	size_t count;
	struct ct_image *image = open_image(LIBM);
	const struct ct_symbol *const *pow = named(image, "pow", &count);
	(void)state;
	/* glibc 2.29 gave pow a version that does not set errno by SVID. */
	assert_int_equal(count, 2);
	assert_string_equal(pow[0]->version, "GLIBC_2.29");
	assert_true(pow[0]->is_default_version);
	assert_true(pow[0]->is_dynamic);
	assert_int_equal(pow[0]->addr,
			 nm_address(LIBM, "-D", "pow@@GLIBC_2.29"));
	assert_string_equal(pow[1]->version, "GLIBC_2.2.5");
	assert_false(pow[1]->is_default_version);
	assert_int_equal(pow[1]->addr,
			 nm_address(LIBM, "-D", "pow@GLIBC_2.2.5"));
	ct_image_close(image);
}

static void dynamic_symbols_are_those_of_nm(void **state)
{
	static const char *const paths[] = {LIBC, LIBM, "/bin/ls"};
	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		struct ct_image *image = open_searching(paths[i], "");
		char *output = output_of("nm -D --defined-only %s", paths[i]);
		size_t lines = compare_with_nm(image, output);
		/* ls has few. */
		assert_true(lines > (i < 2 ? 500 : 1));
		free(output);
		ct_image_close(image);
	}
}

static void all_symbols_are_in_order_and_once(void **state)
{
	size_t count;
	const struct ct_symbol *const *symbols;
	struct ct_image *image = open_image(LIBC);
	(void)state;
	assert_null(ct_image_symbols(image, &count, &symbols));
	assert_true(count > 2000);
	for (size_t i = 1; i < count; i++) {
		const struct ct_symbol *a = symbols[i - 1], *b = symbols[i];
		int order = strcmp(a->name, b->name);
		assert_true(order <= 0);
		/* Undefined is after defined. */
		if (order == 0)
			assert_true(a->is_defined >= b->is_defined);
		if (order == 0 && a->addr == b->addr && a->is_defined)
			assert_true(a->version && b->version &&
				    strcmp(a->version, b->version) != 0);
	}
	ct_image_close(image);
}

static void ifunc_symbols_are_resolvers(void **state)
{
	struct ct_image *image = open_image(LIBC);
	const struct ct_symbol *strlen_symbol = the(image, "strlen");
	(void)state;
	assert_int_equal(strlen_symbol->kind, CT_SYMBOL_IFUNC);
	assert_int_equal(the(image, "malloc")->kind, CT_SYMBOL_FUNCTION);
	assert_int_equal(the(image, "stdout")->kind, CT_SYMBOL_OBJECT);
	ct_image_close(image);
}

static void a_program_knows_its_own_symbols(void **state)
{
	struct ct_image *image = open_image("prog");
	const struct ct_symbol *twice = the(image, "twice");
	(void)state;
	assert_true(twice->is_defined && twice->is_local);
	assert_false(twice->is_dynamic);
	assert_int_equal(twice->addr, nm_address("prog", "", "twice"));
	assert_true(ct_image_has_code_at(image, twice->addr));

	const struct ct_symbol *puts_symbol = the(image, "puts");
	assert_false(puts_symbol->is_defined);
	assert_true(puts_symbol->is_dynamic);
	assert_int_equal(puts_symbol->addr, 0);
	assert_string_equal(puts_symbol->version, "GLIBC_2.2.5");

	/* say is data. */
	assert_int_equal(the(image, "say")->kind, CT_SYMBOL_OBJECT);
	assert_false(ct_image_has_code_at(image, the(image, "say")->addr));
	size_t count;
	named(image, "no_such_name", &count);
	assert_int_equal(count, 0);
	ct_image_close(image);
}

static void an_address_has_the_name_that_people_know(void **state)
{
	struct ct_image *image = open_image("prog");
	(void)state;
	uint64_t shown = the(image, "shown")->addr;
	/* Global before static, few underscores before many, short names. */
	assert_int_equal(the(image, "a")->addr, shown);
	assert_int_equal(the(image, "_x")->addr, shown);
	assert_int_equal(the(image, "all_shown")->addr, shown);
	assert_string_equal(name_at(image, shown), "shown");
	assert_string_equal(name_at(image, shown + 3), "shown");
	assert_string_equal(
	    name_at(image, shown + the(image, "shown")->size - 1), "shown");
	assert_string_equal(name_at(image, the(image, "twice")->addr), "twice");
	assert_string_equal(name_at(image, 0), "nothing");
	assert_string_equal(name_at(image, UINT64_MAX), "nothing");
	assert_string_equal(name_at(image, the(image, "say")->addr), "nothing");
	ct_image_close(image);

	/* malloc, __libc_malloc and more stand at one address. */
	image = open_image(LIBC);
	assert_string_equal(name_at(image, the(image, "malloc")->addr + 1),
			    "malloc");
	ct_image_close(image);
}

static void a_symbol_without_a_size_ends_at_the_next(void **state)
{
	struct ct_image *image = open_image("prog");
	const struct ct_symbol *unsized = the(image, "unsized");
	(void)state;
	assert_int_equal(unsized->kind, CT_SYMBOL_FUNCTION);
	assert_int_equal(unsized->size, 0);
	/* nop, nop, ret; then ruler: ret */
	assert_string_equal(name_at(image, unsized->addr + 2), "unsized");
	assert_string_equal(name_at(image, unsized->addr + 3), "ruler");
	/* What has a size ends there. */
	assert_string_equal(name_at(image, unsized->addr + 4), "nothing");
	ct_image_close(image);
}

static void the_innermost_symbol_that_covers_an_address_is_found(void **state)
{
	struct ct_image *image = open_image("prog");
	uint64_t outer = the(image, "outer")->addr;
	(void)state;
	assert_int_equal(the(image, "inner")->addr, outer + 1);
	assert_string_equal(name_at(image, outer), "outer");
	assert_string_equal(name_at(image, outer + 1), "inner");
	assert_string_equal(name_at(image, outer + 2), "outer");
	ct_image_close(image);
}

static void an_address_has_a_source_line(void **state)
{
	const char *file;
	unsigned line;
	struct ct_image *image = open_image("prog");
	(void)state;
	assert_true(ct_image_has_debug_info(image));
	assert_null(
	    ct_image_line_at(image, the(image, "twice")->addr, &file, &line));
	assert_non_null(file);
	assert_non_null(strstr(file, "prog.c"));
	/* Counted in the program's text. */
	assert_int_equal(line, 5);
	assert_null(ct_image_line_at(image, UINT64_MAX, &file, &line));
	assert_null(file);
	ct_image_close(image);
}

static void the_dynamic_section_is_that_of_readelf(void **state)
{
	struct ct_image *image = open_image("/bin/ls");
	(void)state;
	char *output = output_of("readelf -d /bin/ls | sed -n "
				 "'s/.*(NEEDED).*\\[\\(.*\\)\\]/\\1/p'");
	size_t i = 0;
	for (char *name = strtok(output, "\n"); name;
	     name = strtok(NULL, "\n"), i++)
		assert_string_equal(ct_image_needed(image, i), name);
	assert_true(i > 0);
	assert_null(ct_image_needed(image, i));
	assert_null(ct_image_needed(image, i + 100));
	free(output);
	assert_null(ct_image_soname(image));
	/* System V ABI, AMD64 supplement: the program interpreter. */
	assert_string_equal(ct_image_interpreter(image),
			    "/lib64/ld-linux-x86-64.so.2");
	assert_string_equal(ct_image_path(image), "/bin/ls");
	ct_image_close(image);

	image = open_image(LIBM);
	assert_string_equal(ct_image_soname(image), "libm.so.6");
	assert_true(ct_image_is_relocatable(image));
	ct_image_close(image);
}

static void fixed_and_relocatable_programs_are_told_apart(void **state)
{
	(void)state;
	/* A PLT entry serves as the address of puts: it is not defined. */
	write_text("fixed.c", "#include <stdio.h>\n"
			      "int main(int argc, char **argv)\n"
			      "{ return argv == (void *)puts; }\n");
	run("cc -fno-pie -no-pie -o fixed fixed.c");
	run("readelf -W --dyn-syms fixed | grep ' puts@' | "
	    "grep -vq ' 0000000000000000 '");
	struct ct_image *image = open_image("fixed");
	assert_false(ct_image_is_relocatable(image));
	assert_int_equal(ct_image_entry(image),
			 nm_address("fixed", "", "_start"));
	assert_false(the(image, "puts")->is_defined);
	assert_int_equal(the(image, "puts")->addr, 0);
	ct_image_close(image);
	image = open_image("prog");
	assert_true(ct_image_is_relocatable(image));
	ct_image_close(image);
}

static const char *const slot_types[] = {
    [CT_SLOT_PLT] = "R_X86_64_JUMP_SLO",
    [CT_SLOT_GOT] = "R_X86_64_GLOB_DAT",
    [CT_SLOT_POINTER] = "R_X86_64_64",
    [CT_SLOT_IRELATIVE] = "R_X86_64_IRELATIV",
};

static size_t count_relocations(const char *path)
{
	char *output = output_of("readelf -rW %s | grep -cE "
				 "'JUMP_SLO|GLOB_DAT|R_X86_64_64|IRELATIV'",
				 path);
	size_t count = strtoul(output, NULL, 10);
	free(output);
	return count;
}

/* readelf prints `OFFSET INFO TYPE VALUE NAME@VERSION + ADDEND`. */
static void assert_readelf_has(const char *relocations,
			       const struct ct_slot *slot)
{
	char start[32], name[256];
	snprintf(start, sizeof(start), "%016" PRIx64, slot->addr);
	const char *line = strstr(relocations, start);
	assert_non_null(line);
	const char *end = strchr(line, '\n');
	assert_non_null(end);
	const char *type = strstr(line, slot_types[slot->kind]);
	assert_true(type && type < end);
	snprintf(name, sizeof(name), " %s%s%s + ", slot->name ? slot->name : "",
		 slot->version ? "@" : "", slot->version ? slot->version : "");
	const char *at = slot->name ? strstr(line, name) : line;
	if (!at || at > end)
		fail_msg("no '%s' in %.*s", name, (int)(end - line), line);
}

static const struct ct_slot *slots_of(struct ct_image *image, size_t *count)
{
	const struct ct_slot *slots = NULL;
	struct ct_error *err = ct_image_slots(image, count, &slots);
	if (err)
		fail_msg("%s", ct_error_message(err));
	return slots;
}

static const struct ct_slot *find_slot(const struct ct_slot *slots,
				       size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (slots[i].name && strcmp(slots[i].name, name) == 0)
			return &slots[i];
	fail_msg("no slot for %s", name);
	return NULL;
}

static void slots_are_the_relocations_of_readelf(void **state)
{
	size_t count;
	struct ct_image *image = open_image("prog");
	const struct ct_slot *slots = slots_of(image, &count);
	char *relocations = output_of("readelf -rW prog");
	(void)state;
	assert_int_equal(count, count_relocations("prog"));
	for (size_t i = 0; i < count; i++) {
		assert_readelf_has(relocations, &slots[i]);
		if (i && slots[i].name)
			assert_true(strcmp(slots[i - 1].name, slots[i].name) <=
				    0);
	}
	free(relocations);
	assert_int_equal(find_slot(slots, count, "malloc")->kind, CT_SLOT_PLT);
	assert_int_equal(find_slot(slots, count, "puts")->kind,
			 CT_SLOT_POINTER);
	assert_int_equal(find_slot(slots, count, "puts")->addr,
			 the(image, "say")->addr);
	assert_int_equal(slots[count - 1].kind, CT_SLOT_IRELATIVE);
	assert_int_equal(slots[count - 1].addend, the(image, "picked")->addr);
	ct_image_close(image);
}

static void slots_without_a_plt_are_found(void **state)
{
	size_t count;
	(void)state;
	run("cc -fno-plt -O2 -o noplt prog.c");
	struct ct_image *image = open_image("noplt");
	const struct ct_slot *slots = slots_of(image, &count);
	assert_int_equal(find_slot(slots, count, "getpid")->kind, CT_SLOT_GOT);
	ct_image_close(image);

	run("cc -static -o static prog.c");
	image = open_image("static");
	slots = slots_of(image, &count);
	assert_int_equal(count, count_relocations("static"));
	assert_true(count > 0);
	assert_null(slots[0].name);
	assert_null(ct_image_interpreter(image));
	assert_int_equal(the(image, "malloc")->is_defined, true);
	ct_image_close(image);
}

static void data_has_no_slot(void **state)
{
	size_t count;
	(void)state;
	write_text("lib.c", "#include <stdio.h>\n"
			    "FILE *out(void) { fflush(0); return stdout; }\n");
	run("cc -shared -fPIC -o lib.so lib.c");
	/* It reaches stdout, an object, through its GOT. */
	run("readelf -rW lib.so | grep -q 'GLOB_DAT.* stdout'");
	struct ct_image *image = open_image("./lib.so");
	const struct ct_slot *slots = slots_of(image, &count);
	assert_non_null(find_slot(slots, count, "fflush"));
	for (size_t i = 0; i < count; i++)
		assert_true(!slots[i].name ||
			    strcmp(slots[i].name, "stdout") != 0);
	ct_image_close(image);
}

static void a_stripped_program_opens(void **state)
{
	struct ct_image *image = open_image("/usr/bin/sqlite3");
	const struct ct_symbol *symbol;
	struct ct_dw *dw;
	const char *file = "untouched";
	unsigned line;
	(void)state;
	assert_false(ct_image_has_debug_info(image));
	assert_null(ct_image_debug_path(image));
	assert_null(ct_image_debug_problem(image));
	assert_null(ct_image_dw(image, &dw));
	assert_null(dw);
	symbol = the(image, "sqlite3_open");
	assert_true(symbol->is_dynamic && !symbol->is_defined);
	assert_null(
	    ct_image_line_at(image, ct_image_entry(image), &file, &line));
	assert_null(file);
	ct_image_close(image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_versions_of_pow_are_found),
	    cmocka_unit_test(dynamic_symbols_are_those_of_nm),
	    cmocka_unit_test(all_symbols_are_in_order_and_once),
	    cmocka_unit_test(ifunc_symbols_are_resolvers),
	    cmocka_unit_test(a_program_knows_its_own_symbols),
	    cmocka_unit_test(an_address_has_the_name_that_people_know),
	    cmocka_unit_test(a_symbol_without_a_size_ends_at_the_next),
	    cmocka_unit_test(
		the_innermost_symbol_that_covers_an_address_is_found),
	    cmocka_unit_test(an_address_has_a_source_line),
	    cmocka_unit_test(the_dynamic_section_is_that_of_readelf),
	    cmocka_unit_test(fixed_and_relocatable_programs_are_told_apart),
	    cmocka_unit_test(slots_are_the_relocations_of_readelf),
	    cmocka_unit_test(slots_without_a_plt_are_found),
	    cmocka_unit_test(data_has_no_slot),
	    cmocka_unit_test(a_stripped_program_opens),
	};
	return cmocka_run_group_tests_name("image", tests, image_setup,
					   scratch_teardown);
}

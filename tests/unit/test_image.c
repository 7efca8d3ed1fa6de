/* SPDX-License-Identifier: MIT */
/*
 * Symbols, slots and separate debug files of real programs and libraries, as
 * nm, readelf and objcopy know them.
 */
#include <elf.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "image/image.h"
#include "image/near.h"
#include "scratch.h"

#define LIBC "/lib/x86_64-linux-gnu/libc.so.6"
#define LIBM "/lib/x86_64-linux-gnu/libm.so.6"

/* Calls by PLT and by GOT, a pointer in data, names of one place. */
static const char program[] =
    "#include <stdio.h>\n"
    "#include <stdlib.h>\n"
    "#include <unistd.h>\n"
    "int (*const say)(const char *) = puts;\n"
    "static int twice(int x) { return 2 * x; }\n"
    "int __other_shown(int) __attribute__((alias(\"shown\")));\n"
    "int shown_by_two_names(int) __attribute__((alias(\"shown\")));\n"
    "int shown(int x) { return twice(x) + (int)getpid(); }\n"
    "static void *pick(void) { return shown; }\n"
    "int picked(int) __attribute__((ifunc(\"pick\")));\n"
    "__asm__(\".text; .globl unsized; unsized: nop; nop; ret\\n\"\n"
    "        \".globl ruler; .type ruler, @function; ruler: ret\\n\"\n"
    "        \".size ruler, 1\");\n"
    "int main(void) { free(malloc(picked(3))); return say(\"hi\"); }\n";

static int setup(void **state)
{
	if (scratch_setup(state) != 0)
		return -1;
	write_text("prog.c", program);
	run("cc -g -O0 -Wl,--build-id=sha1 -Wl,-z,lazy -o prog prog.c");
	return 0;
}

static struct ct_image *open_searching(const char *path,
				       const char *directories)
{
	struct ct_image *image = NULL;
	struct ct_error *err =
	    ct_image_open_searching(path, directories, &image);
	if (err)
		fail_msg("%s", ct_error_message(err));
	return image;
}

static struct ct_image *open_image(const char *path)
{
	struct ct_image *image = NULL;
	struct ct_error *err = ct_image_open(path, &image);
	if (err)
		fail_msg("%s", ct_error_message(err));
	return image;
}

static const struct ct_symbol *const *named(struct ct_image *image,
					    const char *name, size_t *count)
{
	const struct ct_symbol *const *symbols;
	struct ct_error *err =
	    ct_image_symbols_named(image, name, count, &symbols);
	if (err)
		fail_msg("%s", ct_error_message(err));
	return symbols;
}

/* The only symbol of that name. */
static const struct ct_symbol *the(struct ct_image *image, const char *name)
{
	size_t count;
	const struct ct_symbol *const *symbols = named(image, name, &count);
	if (count != 1)
		fail_msg("%zu symbols %s", count, name);
	return symbols[0];
}

static const char *name_at(struct ct_image *image, uint64_t addr)
{
	const struct ct_symbol *symbol;
	assert_null(ct_image_symbol_at(image, addr, &symbol));
	return symbol ? symbol->name : "nothing";
}

static uint64_t nm_address(const char *path, const char *options,
			   const char *name)
{
	char *output = output_of("nm %s %s | awk '$3 == \"%s\" {print $1}'",
				 options, path, name);
	uint64_t addr = strtoull(output, NULL, 16);
	free(output);
	assert_int_not_equal(addr, 0);
	return addr;
}

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

/* Each function of nm's is one of our symbols. */
static size_t compare_with_nm(struct ct_image *image, char *output)
{
	size_t lines = 0;
	for (char *line = strtok(output, "\n"); line;
	     line = strtok(NULL, "\n")) {
		uint64_t addr;
		char type, name[256];
		if (sscanf(line, "%" SCNx64 " %c %255s", &addr, &type, name) !=
			3 ||
		    !strchr("TtWi", type))
			continue;
		char *version = strchr(name, '@');
		bool is_default = !version || version[1] == '@';
		if (version)
			*version = '\0';
		size_t count, found = 0;
		const struct ct_symbol *const *symbols =
		    named(image, name, &count);
		for (size_t i = 0; i < count; i++)
			found += symbols[i]->addr == addr &&
				 symbols[i]->is_default_version == is_default &&
				 (symbols[i]->kind == CT_SYMBOL_IFUNC) ==
				     (type == 'i');
		if (found != 1)
			fail_msg("%s at %" PRIx64 ": %zu times", name, addr,
				 found);
		lines++;
	}
	return lines;
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
	assert_int_equal(the(image, "__other_shown")->addr, shown);
	assert_int_equal(the(image, "shown_by_two_names")->addr, shown);
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
	run("cc -no-pie -o fixed prog.c");
	struct ct_image *image = open_image("fixed");
	assert_false(ct_image_is_relocatable(image));
	assert_int_equal(ct_image_entry(image),
			 nm_address("fixed", "", "_start"));
	/* A PLT entry may serve as the address of puts: it is not defined. */
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
	struct ct_image *image = open_image(LIBC);
	const struct ct_slot *slots = slots_of(image, &count);
	assert_true(count > 0);
	/* libc reaches environ, an object, through its GOT. */
	for (size_t i = 0; i < count; i++)
		assert_true(!slots[i].name ||
			    strcmp(slots[i].name, "environ") != 0);
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

static void the_debug_file_of_libc_is_found(void **state)
{
	char *id = output_of("readelf -n " LIBC
			     " | sed -n 's/.*Build ID: //p' | tr -d '\\n'");
	char path[256];
	(void)state;
	snprintf(path, sizeof(path), "/usr/lib/debug/.build-id/%.2s/%s.debug",
		 id, id + 2);
	free(id);
	if (access(path, R_OK) != 0)
		skip();
	struct ct_image *image = open_image(LIBC);
	assert_true(ct_image_has_debug_info(image));
	assert_string_equal(ct_image_debug_path(image), path);
	assert_null(ct_image_debug_problem(image));
	assert_non_null(ct_image_debug_elf(image));
	/* A static function, which is in the debug file alone. */
	const struct ct_symbol *symbol = the(image, "_int_malloc");
	assert_true(symbol->is_local && symbol->is_defined);
	assert_int_equal(symbol->addr, nm_address(path, "", "_int_malloc"));
	char *output = output_of("nm --defined-only %s", path);
	assert_true(compare_with_nm(image, output) > 5000);
	free(output);
	ct_image_close(image);
}

/* Split prog into stripped and its debug file, at a path. */
static void split_program(const char *stripped, const char *debug)
{
	run("mkdir -p $(dirname %s)", debug);
	run("objcopy --only-keep-debug prog %s", debug);
	run("strip -o %s prog", stripped);
}

static void assert_debug_file_is(const char *path, const char *directories,
				 const char *expected)
{
	struct ct_image *image = open_searching(path, directories);
	if (ct_image_debug_problem(image))
		fail_msg("%s", ct_image_debug_problem(image));
	assert_true(ct_image_has_debug_info(image));
	assert_non_null(strstr(ct_image_debug_path(image), expected));
	assert_true(the(image, "twice")->is_local);
	assert_string_equal(name_at(image, the(image, "twice")->addr), "twice");
	ct_image_close(image);
}

static void a_debug_file_is_found_by_build_id(void **state)
{
	char path[256];
	char *id = output_of("readelf -n prog | sed -n 's/.*Build ID: //p' | "
			     "tr -d '\\n'");
	(void)state;
	snprintf(path, sizeof(path), "store/.build-id/%.2s/%s.debug", id,
		 id + 2);
	free(id);
	split_program("by-id", path);
	assert_debug_file_is("by-id", "/nowhere:store", path);
	assert_debug_file_is("by-id", "store:/nowhere", path);

	struct ct_image *image = open_searching("by-id", "/nowhere");
	assert_false(ct_image_has_debug_info(image));
	assert_null(ct_image_debug_problem(image));
	ct_image_close(image);

	/* Another program's file under this name. */
	run("cc -g -Wl,--build-id=0x1234 -o other prog.c && cp other %s", path);
	image = open_searching("by-id", "store");
	assert_false(ct_image_has_debug_info(image));
	assert_non_null(strstr(ct_image_debug_problem(image), "build-id"));
	assert_non_null(strstr(ct_image_debug_problem(image), path));
	ct_image_close(image);

	run("head -c 1000 prog >%s", path);
	image = open_searching("by-id", "store");
	assert_non_null(strstr(ct_image_debug_problem(image), "cut off"));
	ct_image_close(image);
}

static void a_debug_file_is_found_by_link(void **state)
{
	(void)state;
	run("mkdir -p place");
	split_program("place/linked", "place/linked.debug");
	run("cd place && objcopy --add-gnu-debuglink=linked.debug linked");
	assert_debug_file_is("place/linked", "", "/place/linked.debug");
	run("mkdir place/.debug && mv place/linked.debug place/.debug");
	assert_debug_file_is("place/linked", "", "/place/.debug/linked.debug");
	run("mkdir -p store$PWD/place && mv place/.debug/* store$PWD/place");
	assert_debug_file_is("place/linked", "/nowhere:store",
			     "/place/linked.debug");
	/* From elsewhere, through a symbolic link. */
	run("ln -s place/linked elsewhere");
	assert_debug_file_is("elsewhere", "store", "/place/linked.debug");
}

static void a_linked_debug_file_must_fit(void **state)
{
	(void)state;
	run("mkdir -p wrong");
	split_program("wrong/linked", "wrong/linked.debug");
	run("cd wrong && objcopy --add-gnu-debuglink=linked.debug linked");
	run("printf x >>wrong/linked.debug");
	struct ct_image *image = open_searching("wrong/linked", "");
	assert_false(ct_image_has_debug_info(image));
	assert_non_null(strstr(ct_image_debug_problem(image), "CRC"));
	ct_image_close(image);

	/* The right CRC of another program. */
	run("cc -g -Wl,--build-id=0x1234 -o wrong/linked.debug prog.c");
	run("cd wrong && objcopy --remove-section=.gnu_debuglink linked && "
	    "objcopy --add-gnu-debuglink=linked.debug linked");
	image = open_searching("wrong/linked", "");
	assert_false(ct_image_has_debug_info(image));
	assert_non_null(strstr(ct_image_debug_problem(image), "build-id"));
	ct_image_close(image);
}

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
	ct_near_init(&near, "x", 3);
	ct_near_offer(&near, "y");
	ct_near_offer(&near, "");
	assert_int_equal(near.count, 0);
	ct_near_init(&near, "", 3);
	ct_near_offer(&near, "abc");
	assert_int_equal(near.count, 0);
}

/* Ask everything; errors are fine, crashes not. */
static void ask_all(const void *data, size_t size)
{
	struct ct_image *image;
	struct ct_error *err =
	    ct_image_open_memory("damaged", data, size, &image);
	if (err) {
		assert_non_null(strstr(ct_error_message(err), "damaged"));
		ct_error_destroy(err);
		return;
	}
	size_t count;
	const struct ct_symbol *const *symbols;
	const struct ct_symbol *symbol;
	const struct ct_slot *slots;
	err = ct_image_symbols(image, &count, &symbols);
	if (!err)
		for (size_t i = 0; i < count; i++)
			assert_null(ct_image_symbol_at(image, symbols[i]->addr,
						       &symbol));
	else
		/* It stays an error when asked again. */
		assert_int_equal(ct_error_code(err), CT_ERROR_BAD_DATA);
	ct_error_destroy(err);
	ct_error_destroy(ct_image_slots(image, &count, &slots));
	for (size_t i = 0; ct_image_needed(image, i); i++)
		assert_true(i < size);
	ct_image_has_code_at(image, ct_image_entry(image));
	ct_image_close(image);
}

static void truncated_files_do_no_harm(void **state)
{
	size_t size;
	(void)state;
	run("strip -o bare prog");
	uint8_t *file = read_file("bare", &size);
	struct edge edge = edge_create(size);
	for (size_t cut = 0; cut <= size; cut += 64)
		ask_all(edge_put(&edge, file, cut), cut);
	edge_destroy(&edge);
	free(file);
}

/* Flip bytes where symbols, versions, relocations and headers stand. */
static void damaged_tables_do_no_harm(void **state)
{
	static const uint8_t masks[] = {0x01, 0x80, 0xff};
	size_t size;
	(void)state;
	run("strip -o bare prog");
	uint8_t *file = read_file("bare", &size);
	struct edge edge = edge_create(size);
	uint8_t *at = edge_put(&edge, file, size);
	struct ct_elf *elf;
	assert_null(ct_elf_open("bare", &elf));
	for (size_t s = 1; s < ct_elf_section_count(elf); s++) {
		const struct ct_section *section = ct_elf_section(elf, s);
		if (!(section->flags & SHF_ALLOC) ||
		    section->flags & SHF_EXECINSTR ||
		    section->type == SHT_NOBITS)
			continue;
		for (size_t i = section->offset;
		     i < section->offset + section->size; i++)
			for (size_t k = 0; k < sizeof(masks); k++) {
				at[i] = file[i] ^ masks[k];
				ask_all(at, size);
				at[i] = file[i];
			}
	}
	ct_elf_close(elf);
	edge_destroy(&edge);
	free(file);
}

/* What each table says of others, made to lie. */
static void lying_tables_are_reported(void **state)
{
	size_t size;
	(void)state;
	run("strip -o bare prog");
	uint8_t *file = read_file("bare", &size);
	Elf64_Ehdr *header = (void *)file;
	Elf64_Shdr *sections = (void *)(file + header->e_shoff);
	for (size_t i = 1; i < header->e_shnum; i++) {
		Elf64_Shdr good = sections[i];
		/* Itself, something that is no string table, nothing. */
		const size_t links[] = {i, header->e_shstrndx, 0xffff, 1, 0};
		for (size_t k = 0; k < sizeof(links) / sizeof(*links); k++) {
			sections[i].sh_link = (Elf64_Word)links[k];
			ask_all(file, size);
		}
		sections[i] = good;
		/* All overlap: each holds the whole file. */
		sections[i].sh_offset = 0;
		sections[i].sh_size = size;
		ask_all(file, size);
		sections[i] = good;
		sections[i].sh_entsize = 0;
		ask_all(file, size);
		sections[i] = good;
	}
	free(file);
}

static void damage_is_said_with_the_name_of_the_file(void **state)
{
	size_t size, count;
	struct ct_image *image;
	const struct ct_symbol *const *symbols;
	(void)state;
	run("strip -o bare prog");
	uint8_t *file = read_file("bare", &size);
	Elf64_Ehdr *header = (void *)file;
	Elf64_Shdr *sections = (void *)(file + header->e_shoff);
	for (size_t i = 1; i < header->e_shnum; i++)
		if (sections[i].sh_type == SHT_DYNSYM) {
			Elf64_Sym *symbol =
			    (void *)(file + sections[i].sh_offset);
			symbol[1].st_name = 0x7fffffff;
		}
	assert_null(ct_image_open_memory("prog.damaged", file, size, &image));
	for (int again = 0; again < 2; again++) {
		struct ct_error *err =
		    ct_image_symbols_named(image, "puts", &count, &symbols);
		assert_non_null(err);
		assert_int_equal(ct_error_code(err), CT_ERROR_BAD_DATA);
		assert_non_null(strstr(ct_error_message(err), "prog.damaged"));
		assert_non_null(strstr(ct_error_message(err), "symbol 1"));
		ct_error_destroy(err);
	}
	ct_image_close(image);
	free(file);
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
	    cmocka_unit_test(the_dynamic_section_is_that_of_readelf),
	    cmocka_unit_test(fixed_and_relocatable_programs_are_told_apart),
	    cmocka_unit_test(slots_are_the_relocations_of_readelf),
	    cmocka_unit_test(slots_without_a_plt_are_found),
	    cmocka_unit_test(data_has_no_slot),
	    cmocka_unit_test(a_stripped_program_opens),
	    cmocka_unit_test(the_debug_file_of_libc_is_found),
	    cmocka_unit_test(a_debug_file_is_found_by_build_id),
	    cmocka_unit_test(a_debug_file_is_found_by_link),
	    cmocka_unit_test(a_linked_debug_file_must_fit),
	    cmocka_unit_test(near_names_are_offered),
	    cmocka_unit_test(near_names_come_nearest_first),
	    cmocka_unit_test(truncated_files_do_no_harm),
	    cmocka_unit_test(damaged_tables_do_no_harm),
	    cmocka_unit_test(lying_tables_are_reported),
	    cmocka_unit_test(damage_is_said_with_the_name_of_the_file),
	};
	return cmocka_run_group_tests_name("image", tests, setup,
					   scratch_teardown);
}

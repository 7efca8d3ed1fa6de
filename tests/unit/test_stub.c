/* SPDX-License-Identifier: MIT */
/* Stub libraries, as the dynamic linker, ld, readelf, GDB and we see them. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <sys/stat.h>

#include "ctester/image.h"
#include "image/stub.h"
#include "scratch.h"

static const char *const names[] = {"mix", "gain", "caf\xc3\xa9", "a.b$1",
				    "mix"};
enum {
	NAME_COUNT = 5,
	DIFFERENT_COUNT = 4,
	MANY = CT_STUB_FUNCTIONS_MAX,
	STUB_SIZE = 16,
};

static void write_stub(const char *path, const char *soname,
		       const char *const *functions, size_t count)
{
	struct ct_error *err = ct_stub_write(path, soname, functions, count);
	if (err)
		fail_msg("%s", ct_error_message(err));
}

static void assert_refused(const char *path, const char *soname,
			   const char *const *functions, size_t count,
			   enum ct_error_code code, const char *why)
{
	struct ct_error *err = ct_stub_write(path, soname, functions, count);
	assert_non_null(err);
	if (ct_error_code(err) != code || !strstr(ct_error_message(err), why))
		fail_msg("code %d: %s", ct_error_code(err),
			 ct_error_message(err));
	ct_error_destroy(err);
}

static int setup(void **state)
{
	if (scratch_setup(state) != 0)
		return -1;
	write_stub("libmixer.so", "libmixer", names, NAME_COUNT);
	return 0;
}

static void *open_library(const char *path)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		fail_msg("%s", dlerror());
	return library;
}

/* Called as every kind of function that a program may think it is. */
static void assert_returns_zero(void *function)
{
	long (*integer)(void) = (long (*)(void))(uintptr_t)function;
	double (*real)(double) = (double (*)(double))(uintptr_t)function;
	__int128 (*wide)(void) = (__int128 (*)(void))(uintptr_t)function;
	_Complex double (*complex)(double) =
	    (_Complex double (*)(double))(uintptr_t)function;
	errno = 77;
	assert_true(integer() == 0);
	assert_true(real(1.5) == 0);
	assert_true(wide() == 0);
	assert_true(complex(2.5) == 0);
	assert_int_equal(errno, 77);
}

static void every_function_is_called_and_returns_zero(void **state)
{
	(void)state;
	void *library = open_library("./libmixer.so");
	for (size_t i = 0; i < NAME_COUNT; i++) {
		void *function = dlsym(library, names[i]);
		assert_non_null(function);
		assert_int_equal((uintptr_t)function % STUB_SIZE, 0);
		assert_returns_zero(function);
		Dl_info info;
		assert_int_not_equal(dladdr(function, &info), 0);
		assert_string_equal(info.dli_sname, names[i]);
	}
	assert_null(dlsym(library, "pan"));
	assert_ptr_not_equal(dlsym(library, "mix"), dlsym(library, "gain"));
	dlclose(library);
}

static void a_loaded_stub_is_found_by_its_soname(void **state)
{
	(void)state;
	void *library = open_library("./libmixer.so");
	void *again = open_library("libmixer");
	assert_ptr_equal(library, again);
	dlclose(again);
	dlclose(library);
}

static void a_closed_stub_stays(void **state)
{
	Dl_info info;
	(void)state;
	void *library = open_library("./libmixer.so");
	void *function = dlsym(library, "mix");
	dlclose(library);
	assert_int_not_equal(dladdr(function, &info), 0);
	assert_returns_zero(function);
}

static int compare_pointers(const void *a, const void *b)
{
	uintptr_t left = *(const uintptr_t *)a, right = *(const uintptr_t *)b;
	return (left > right) - (left < right);
}

static void ten_thousand_functions_have_addresses_of_their_own(void **state)
{
	static char text[MANY][16];
	static const char *many[MANY + 1];
	static uintptr_t addrs[MANY];
	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		snprintf(text[i], sizeof(text[i]), "f%zu", i);
		many[i] = text[i];
	}
	write_stub("libmany.so", "libmany.so.1", many, MANY);
	void *library = open_library("./libmany.so");
	for (size_t i = 0; i < MANY; i++) {
		void *function = dlsym(library, many[i]);
		if (!function)
			fail_msg("%s", dlerror());
		assert_int_equal(((int (*)(void))(uintptr_t)function)(), 0);
		addrs[i] = (uintptr_t)function;
	}
	assert_null(dlsym(library, "f10000"));
	qsort(addrs, MANY, sizeof(addrs[0]), compare_pointers);
	for (size_t i = 1; i < MANY; i++)
		assert_in_range(addrs[i] - addrs[i - 1], STUB_SIZE, SIZE_MAX);
	dlclose(library);
	many[MANY] = "one_more";
	assert_refused("libmany.so", "libmany.so.1", many, MANY + 1,
		       CT_ERROR_BAD_ARGUMENT, "10001 functions");
}

static void a_library_of_no_functions_can_be_opened(void **state)
{
	(void)state;
	write_stub("libnone.so", "libnone.so.1", NULL, 0);
	void *library = open_library("./libnone.so");
	assert_null(dlsym(library, "anything"));
	dlclose(library);
	run("readelf -W -a libnone.so >out 2>err && test ! -s err");
}

/* PF_W with PF_X is what a hardened kernel refuses to map. */
static void segments_are_aligned_and_never_writable_code(void **state)
{
	(void)state;
	size_t size;
	uint8_t *file = read_file("libmixer.so", &size);
	const Elf64_Ehdr *header = (const void *)file;
	const Elf64_Phdr *segments = (const void *)(file + header->e_phoff);
	bool has_stack = false, has_code = false;
	for (size_t i = 0; i < header->e_phnum; i++) {
		const Elf64_Phdr *segment = &segments[i];
		uint32_t both = PF_W | PF_X;
		assert_true((segment->p_flags & both) != both);
		if (segment->p_type == PT_GNU_STACK) {
			has_stack = true;
			assert_false(segment->p_flags & PF_X);
		}
		if (segment->p_type != PT_LOAD)
			continue;
		has_code |= segment->p_flags & PF_X;
		assert_in_range(segment->p_align, 4096, 65536);
		assert_int_equal(segment->p_offset % segment->p_align,
				 segment->p_vaddr % segment->p_align);
		assert_true(segment->p_offset + segment->p_filesz <= size);
	}
	assert_true(has_stack && has_code);
	free(file);
}

static void assert_line(const char *output, const char *text)
{
	if (!strstr(output, text))
		fail_msg("no '%s' in:\n%s", text, output);
}

static void readelf_and_elflint_have_nothing_to_say(void **state)
{
	(void)state;
	run("LC_ALL=C readelf -W -a libmixer.so >out 2>err && test ! -s err");
	run("! grep -i -e warning -e corrupt -e '<unknown' out");
	char *output = output_of("cat out");
	assert_line(output, "Library soname: [libmixer]");
	assert_line(output, "Build ID: ");
	assert_line(output, "Histogram for `.gnu.hash' bucket list length");
	assert_line(output, " gain\n");
	free(output);
	run("if command -v eu-elflint; then eu-elflint --gnu-ld libmixer.so; "
	    "fi >out");
}

static void our_own_reader_finds_soname_and_functions(void **state)
{
	(void)state;
	struct ct_image *image = NULL;
	struct ct_error *err = ct_image_open("libmixer.so", &image);
	assert_null(err);
	assert_string_equal(ct_image_soname(image), "libmixer");
	assert_true(ct_image_is_relocatable(image));
	assert_false(ct_image_has_debug_info(image));
	assert_null(ct_image_needed(image, 0));
	for (size_t i = 0; i < NAME_COUNT; i++) {
		const struct ct_symbol *const *symbols;
		size_t count;
		err = ct_image_symbols_named(image, names[i], &count, &symbols);
		assert_null(err);
		assert_int_equal(count, 1);
		assert_int_equal(symbols[0]->kind, CT_SYMBOL_FUNCTION);
		assert_true(symbols[0]->is_dynamic && symbols[0]->is_defined);
		assert_int_equal(symbols[0]->size, STUB_SIZE);
		assert_true(ct_image_has_code_at(image, symbols[0]->addr));
		const struct ct_symbol *at = NULL;
		err = ct_image_symbol_at(image, symbols[0]->addr + 15, &at);
		assert_null(err);
		assert_string_equal(at->name, names[i]);
	}
	size_t count;
	const struct ct_symbol *const *all;
	assert_null(ct_image_symbols(image, &count, &all));
	assert_int_equal(count, DIFFERENT_COUNT);
	ct_image_close(image);
}

static const char program[] =
    "int mix(int); double gain(double);\n"
    "int main(void) { return mix(4) + (int)gain(2.5); }\n";

static void a_program_links_against_it_and_gdb_stops_in_it(void **state)
{
	(void)state;
	write_text("program.c", program);
	run("mkdir -p lib && cp libmixer.so lib/libmixer");
	run("cc -g -o program program.c lib/libmixer -Wl,-rpath,$PWD/lib");
	run("readelf -dW program | grep -q 'NEEDED.*\\[libmixer\\]'");
	run("./program");
	char *output =
	    output_of("LC_ALL=C gdb -nx -batch -iex 'set debuginfod enabled "
		      "off' -ex 'break *gain' -ex run -ex bt -ex 'info symbol "
		      "$pc' -ex 'info line *$pc' -ex finish ./program 2>err");
	assert_line(output, "in gain () from ");
	assert_line(output, "in main () at program.c:2");
	assert_line(output, "gain in section .text of ");
	free(output);
	run("! grep -i -e warning.*lib -e BFD err");
}

static void order_and_twins_do_not_change_the_file(void **state)
{
	static const char *const backwards[] = {"a.b$1", "caf\xc3\xa9", "gain",
						"mix"};
	(void)state;
	write_stub("again.so", "libmixer", backwards, DIFFERENT_COUNT);
	run("cmp libmixer.so again.so");
	write_stub("other.so", "libmixer", backwards, DIFFERENT_COUNT - 1);
	run("test \"$(readelf -n other.so | grep ID:)\" != "
	    "\"$(readelf -n again.so | grep ID:)\"");
}

/* A process that has mapped the file would crash if it were written over. */
static void a_file_is_replaced_and_not_overwritten(void **state)
{
	(void)state;
	write_stub("replaced.so", "libold", names, NAME_COUNT);
	struct stat before, after;
	assert_int_equal(stat("replaced.so", &before), 0);
	void *library = open_library("./replaced.so");
	void *function = dlsym(library, "mix");
	write_stub("replaced.so", "libnew", names, 1);
	assert_int_equal(stat("replaced.so", &after), 0);
	assert_true(before.st_ino != after.st_ino);
	assert_returns_zero(function);
	dlclose(library);
	assert_int_equal(after.st_mode & 0777, 0644);
}

static void bad_names_and_places_are_refused(void **state)
{
	static char longest[4096 + 2];
	const char *one[] = {"good", ""};
	(void)state;
	assert_refused("bad.so", "", names, 1, CT_ERROR_BAD_ARGUMENT,
		       "the SONAME");
	assert_refused("bad.so", "libbad", one, 2, CT_ERROR_BAD_ARGUMENT,
		       "empty name");
	memset(longest, 'x', sizeof(longest) - 1);
	one[1] = longest;
	assert_refused("bad.so", "libbad", one, 2, CT_ERROR_BAD_ARGUMENT,
		       "more than 4096 bytes: xxx");
	assert_refused("nowhere/bad.so", "libbad", names, 1, CT_ERROR_OS,
		       "nowhere/bad.so");
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_refused("folder", "libbad", names, 1, CT_ERROR_OS, "folder");
	run("test -z \"$(ls | grep -e ^bad -e ^folder.)\"");

	longest[4096] = '\0';
	write_stub("long.so", "liblong", one, 2);
	void *library = open_library("./long.so");
	assert_non_null(dlsym(library, longest));
	dlclose(library);
}

static void a_full_disk_is_an_error(void **state)
{
	(void)state;
	/* SIGXFSZ is ignored: the write itself fails. */
	write_text("full.sh", "trap '' XFSZ; ulimit -f 1; exec \"$@\"\n");
	char self[256];
	ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 1);
	assert_true(size > 0);
	self[size] = '\0';
	run("sh full.sh '%s' full.so && test -z \"$(ls | grep ^full.so)\"",
	    self);
}

/* Run by a_full_disk_is_an_error: success is the right failure. */
static int write_full(const char *path)
{
	struct ct_error *err = ct_stub_write(path, "libfull", names, 1);
	bool good = err && ct_error_code(err) == CT_ERROR_OS;
	ct_error_destroy(err);
	return good ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (argc == 2)
		return write_full(argv[1]);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_function_is_called_and_returns_zero),
	    cmocka_unit_test(a_loaded_stub_is_found_by_its_soname),
	    cmocka_unit_test(a_closed_stub_stays),
	    cmocka_unit_test(
		ten_thousand_functions_have_addresses_of_their_own),
	    cmocka_unit_test(a_library_of_no_functions_can_be_opened),
	    cmocka_unit_test(segments_are_aligned_and_never_writable_code),
	    cmocka_unit_test(readelf_and_elflint_have_nothing_to_say),
	    cmocka_unit_test(our_own_reader_finds_soname_and_functions),
	    cmocka_unit_test(a_program_links_against_it_and_gdb_stops_in_it),
	    cmocka_unit_test(order_and_twins_do_not_change_the_file),
	    cmocka_unit_test(a_file_is_replaced_and_not_overwritten),
	    cmocka_unit_test(bad_names_and_places_are_refused),
	    cmocka_unit_test(a_full_disk_is_an_error),
	};
	return cmocka_run_group_tests(tests, setup, scratch_teardown);
}

/* SPDX-License-Identifier: MIT */
/* Rows of .eh_frame, as readelf has them. */
#include <inttypes.h>

#include "ctester/regs.h"
#include "image/unwind.h"
#include "scratch.h"

static const char libc[] = "/lib/x86_64-linux-gnu/libc.so.6";

static struct ct_elf *open_elf(const char *path)
{
	struct ct_elf *elf = NULL;
	struct ct_error *err = ct_elf_open(path, &elf);
	if (err)
		fail_msg("%s", ct_error_message(err));
	return elf;
}

static int number_of(const char *name)
{
	static const char *const names[] = {
	    "rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8",
	    "r9",  "r10", "r11", "r12", "r13", "r14", "r15", "ra"};
	for (int i = 0; i < 17; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

/* The columns of a table of readelf's: the registers behind LOC and CFA. */
static int read_columns(char *line, int columns[CT_UNWIND_REGISTERS])
{
	int count = 0;
	char *save, *word = strtok_r(line, " \n", &save);
	while ((word = strtok_r(NULL, " \n", &save)))
		if (strcmp(word, "CFA") != 0 && count < CT_UNWIND_REGISTERS)
			columns[count++] = number_of(word);
	return count;
}

static void compare_cfa(uint64_t addr, const char *text,
			const struct ct_unwind_row *row)
{
	char name[8];
	int64_t offset;
	if (sscanf(text, "%7[a-z0-9]%" SCNd64, name, &offset) != 2)
		fail_msg("%" PRIx64 ": %s", addr, text);
	if (row->cfa_register != number_of(name) || row->cfa_offset != offset)
		fail_msg("%" PRIx64 ": %s, not %d%+" PRId64, addr, text,
			 row->cfa_register, row->cfa_offset);
}

static void compare_register(uint64_t addr, int number, const char *text,
			     const struct ct_unwind_row *row)
{
	int64_t offset;
	bool saved = row->saved >> number & 1;
	if (number == CT_REG_RIP && text[0] == 'r')
		assert_int_equal(row->return_register, atoi(text + 1));
	if (sscanf(text, "c%" SCNd64, &offset) != 1)
		offset = 0;
	if (saved != (text[0] == 'c') || (saved && row->at[number] != offset))
		fail_msg("%" PRIx64 ": register %d: %s, not %d %" PRId64, addr,
			 number, text, saved, row->at[number]);
}

/* A row in readelf's words; false for one of an expression. */
static bool compare_row(struct ct_elf *elf, char *line, const int *columns,
			int count)
{
	struct ct_unwind_row row;
	char *save;
	/* "r5 (rdi)": a register in both ways. */
	for (char *at = line; (at = strchr(at, '('));)
		memset(at, ' ', strcspn(at, ")") + 1);
	bool is_strange = strstr(line, "exp") != NULL;
	char *word = strtok_r(line, " \n", &save);
	uint64_t addr = strtoull(word, NULL, 16);
	if (ct_unwind_find(elf, addr, &row) == is_strange)
		fail_msg("%" PRIx64 ": %s", addr,
			 is_strange ? "a row" : "no row");
	if (is_strange)
		return false;
	compare_cfa(addr, strtok_r(NULL, " \n", &save), &row);
	for (int i = 0; i < count; i++) {
		word = strtok_r(NULL, " \n", &save);
		assert_non_null(word);
		compare_register(addr, columns[i], word, &row);
	}
	return true;
}

static bool is_hex(const char *line)
{
	return strspn(line, "0123456789abcdef") == 16 && line[16] == ' ';
}

/* All rows of functions; a CIE's are of no instruction. */
static size_t compare(const char *path, size_t every)
{
	struct ct_elf *elf = open_elf(path);
	char *output = output_of(
	    "readelf --debug-dump=frames-interp %s 2>/dev/null || true", path);
	int columns[CT_UNWIND_REGISTERS], count = 0;
	size_t rows = 0, seen = 0;
	bool of_function = false;
	char *save, *line = strtok_r(output, "\n", &save);
	for (; line; line = strtok_r(NULL, "\n", &save)) {
		if (strstr(line, " FDE ") || strstr(line, " CIE "))
			of_function = strstr(line, " FDE ") != NULL;
		else if (strstr(line, "LOC"))
			count = read_columns(line, columns);
		else if (of_function && is_hex(line) && seen++ % every == 0)
			rows += compare_row(elf, line, columns, count);
	}
	free(output);
	ct_elf_close(elf);
	return rows;
}

static void rows_of_libc_are_those_of_readelf(void **state)
{
	(void)state;
	assert_true(compare(libc, 23) > 500);
}

static void rows_of_a_static_program_without_an_index_are_found(void **state)
{
	(void)state;
	run("echo 'int main(void) { return 0; }' | cc -x c -static -o still -");
	assert_true(compare("./still", 23) > 100);
}

static void all_rows_of_compiled_functions(void **state)
{
	(void)state;
	write_text("f.c",
		   "#include <alloca.h>\n"
		   "#include <string.h>\n"
		   "long use(void *);\n"
		   "long f(int n, ...) { return use(alloca(n)) + use(0); }\n"
		   "long g(int a, int b, int c, int d, int e, int f2, int h)\n"
		   "{ return use(&a) + use(&b) + a + b + c + d + e + h; }\n"
		   "long wide(void) { _Alignas(64) char b[64];\n"
		   "	memset(b, 1, 64); return use(b) + b[3]; }\n");
	run("cc -O2 -shared -fPIC -o f.so f.c");
	run("cc -O0 -fno-omit-frame-pointer -shared -fPIC -o g.so f.c");
	run("cc -g -O2 -fno-asynchronous-unwind-tables -shared -fPIC -o h.so "
	    "f.c");
	assert_true(compare("./f.so", 1) > 20);
	assert_true(compare("./h.so", 1) > 10);
	assert_true(compare("./g.so", 1) > 10);
}

static void where_no_function_is_there_is_no_row(void **state)
{
	struct ct_unwind_row row;
	(void)state;
	struct ct_elf *elf = open_elf(libc);
	assert_false(ct_unwind_find(elf, 0, &row));
	assert_false(ct_unwind_find(elf, UINT64_MAX, &row));
	ct_elf_close(elf);
}

/* Each byte of the section, and its end, in turn. */
static void damaged_frames_are_no_rows_and_no_harm(void **state)
{
	struct ct_unwind_row row;
	(void)state;
	run("cc -O2 -shared -fPIC -nostdlib -o small.so f.c");
	size_t size;
	uint8_t *bytes = read_file("small.so", &size);
	struct ct_elf *elf = open_elf("small.so");
	size_t index;
	const struct ct_section *section =
	    ct_elf_find_section(elf, ".eh_frame", &index);
	struct ct_section frames = *section;
	const struct ct_section *text =
	    ct_elf_find_section(elf, ".text", &index);
	uint64_t addr = text->addr;
	for (size_t i = 0; i < frames.size; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			struct ct_elf *damaged;
			bytes[frames.offset + i] ^= (uint8_t)(1u << bit);
			assert_null(ct_elf_open_memory("damaged", bytes, size,
						       &damaged));
			for (uint64_t at = 0; at < text->size; at += 16)
				ct_unwind_find(damaged, addr + at, &row);
			ct_elf_close(damaged);
			bytes[frames.offset + i] ^= (uint8_t)(1u << bit);
		}
	ct_elf_close(elf);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_of_libc_are_those_of_readelf),
	    cmocka_unit_test(
		rows_of_a_static_program_without_an_index_are_found),
	    cmocka_unit_test(all_rows_of_compiled_functions),
	    cmocka_unit_test(where_no_function_is_there_is_no_row),
	    cmocka_unit_test(damaged_frames_are_no_rows_and_no_harm),
	};
	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

/* SPDX-License-Identifier: MIT */
/* ELF files as readelf and objcopy see them, compressed, cut and damaged. */
#include <elf.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include "image/elf.h"
#include "scratch.h"

static const char program[] =
    "struct point { int x, y; } points[20];\n"
    "static int add(int a, struct point *b) { return a + b->x; }\n"
    "int main(int argc, char **argv) { return add(argc, points) + !argv; }\n";

static int setup(void **state)
{
	if (scratch_setup(state) != 0)
		return -1;
	write_text("small.c", program);
	run("cc -g -O1 -Wl,--build-id=sha1 -o small small.c");
	return 0;
}

static struct ct_elf *open_file(const char *path)
{
	struct ct_elf *elf = NULL;
	struct ct_error *err = ct_elf_open(path, &elf);
	if (err)
		fail_msg("%s", ct_error_message(err));
	return elf;
}

static void assert_fails(struct ct_error *err, enum ct_error_code code,
			 const char *path, const char *why)
{
	assert_non_null(err);
	if (ct_error_code(err) != code ||
	    !strstr(ct_error_message(err), path) ||
	    !strstr(ct_error_message(err), why))
		fail_msg("code %d: %s", ct_error_code(err),
			 ct_error_message(err));
	ct_error_destroy(err);
}

static void assert_open_fails(const char *path, enum ct_error_code code,
			      const char *why)
{
	struct ct_elf *elf = NULL;
	assert_fails(ct_elf_open(path, &elf), code, path, why);
	assert_null(elf);
}

static void assert_memory_fails(const void *data, size_t size,
				enum ct_error_code code, const char *why)
{
	struct ct_elf *elf = NULL;
	assert_fails(ct_elf_open_memory("memory", data, size, &elf), code,
		     "memory", why);
	assert_null(elf);
}

static void sections_are_those_of_readelf(void **state)
{
	struct ct_elf *elf = open_file("/bin/ls");
	char *output = output_of("readelf -SW /bin/ls");
	size_t count = 0;
	(void)state;
	for (char *line = strtok(output, "\n"); line;
	     line = strtok(NULL, "\n")) {
		unsigned index;
		char name[64], type[64];
		uint64_t addr, offset, size, entsize;
		if (sscanf(line,
			   " [%u] %63s %63s %" SCNx64 " %" SCNx64 " %" SCNx64
			   " %" SCNx64,
			   &index, name, type, &addr, &offset, &size,
			   &entsize) != 7 ||
		    !index)
			continue;
		const struct ct_section *section = ct_elf_section(elf, index);
		assert_non_null(section);
		assert_string_equal(section->name, name);
		assert_int_equal(section->addr, addr);
		assert_int_equal(section->offset, offset);
		assert_int_equal(section->size, size);
		assert_int_equal(section->entsize, entsize);
		count++;
	}
	free(output);
	assert_int_equal(ct_elf_section_count(elf), count + 1);
	assert_null(ct_elf_section(elf, count + 1));
	assert_null(ct_elf_find_section(elf, ".nowhere", NULL));
	ct_elf_close(elf);
}

static void build_id_is_that_of_readelf(void **state)
{
	(void)state;
	struct ct_elf *elf = open_file("small");
	char *output = output_of("readelf -n small | sed -n "
				 "'s/.*Build ID: //p'");
	size_t size;
	const uint8_t *id = ct_elf_build_id(elf, &size);
	assert_int_equal(size, 20);
	for (size_t i = 0; i < size; i++) {
		char hex[3];
		snprintf(hex, sizeof(hex), "%02x", id[i]);
		assert_memory_equal(hex, output + 2 * i, 2);
	}
	free(output);
	ct_elf_close(elf);

	run("cc -Wl,--build-id=none -o anonymous small.c");
	elf = open_file("anonymous");
	assert_null(ct_elf_build_id(elf, &size));
	ct_elf_close(elf);
}

static void what_is_no_elf_file_is_refused(void **state)
{
	(void)state;
	assert_open_fails("no-such-file", CT_ERROR_OS, "No such file");
	assert_open_fails("small.c", CT_ERROR_BAD_DATA, "not an ELF file");
	assert_open_fails("/tmp", CT_ERROR_BAD_DATA, "not a regular file");
	write_text("empty", "");
	assert_open_fails("empty", CT_ERROR_BAD_DATA, "empty");
	write_text("four", "\177ELF");
	assert_open_fails("four", CT_ERROR_BAD_DATA, "not an ELF file");
	/* Nobody will ever write to it. */
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_open_fails("fifo", CT_ERROR_BAD_DATA, "not a regular file");
}

static void other_machines_are_unsupported(void **state)
{
	size_t size;
	uint8_t *file = read_file("small", &size);
	Elf64_Ehdr *header = (void *)file;
	(void)state;

	header->e_machine = EM_AARCH64;
	assert_memory_fails(file, size, CT_ERROR_UNSUPPORTED, "machine 183");
	header->e_machine = EM_X86_64;
	header->e_type = ET_CORE;
	assert_memory_fails(file, size, CT_ERROR_UNSUPPORTED, "core");
	header->e_type = ET_DYN;
	header->e_ident[EI_DATA] = ELFDATA2MSB;
	assert_memory_fails(file, size, CT_ERROR_UNSUPPORTED, "big-endian");
	header->e_ident[EI_DATA] = ELFDATA2LSB;
	header->e_ident[EI_CLASS] = ELFCLASS32;
	assert_memory_fails(file, size, CT_ERROR_UNSUPPORTED, "32-bit");
	free(file);
}

static void assert_section_is(struct ct_elf *elf, const char *name,
			      const void *expected, size_t expected_size)
{
	size_t index, size;
	const void *data, *again;
	const struct ct_section *section =
	    ct_elf_find_section(elf, name, &index);
	assert_non_null(section);
	struct ct_error *err = ct_elf_section_data(elf, index, &data, &size);
	if (err)
		fail_msg("%s", ct_error_message(err));
	assert_int_equal(size, expected_size);
	assert_int_equal(section->size, expected_size);
	assert_false(section->flags & SHF_COMPRESSED);
	assert_memory_equal(data, expected, size);
	assert_null(ct_elf_section_data(elf, index, &again, &size));
	assert_ptr_equal(data, again);
}

static void sections_are_inflated(void **state)
{
	static const char *const ways[] = {"none", "zlib", "zlib-gnu"};
	size_t size;
	(void)state;
	run("objcopy --dump-section .debug_info=info small copy");
	uint8_t *info = read_file("info", &size);
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		run("objcopy --compress-debug-sections=%s small small.%s",
		    ways[i], ways[i]);
		char path[64];
		snprintf(path, sizeof(path), "small.%s", ways[i]);
		struct ct_elf *elf = open_file(path);
		assert_section_is(elf, ".debug_info", info, size);
		assert_null(ct_elf_find_section(elf, ".zdebug_info", NULL));
		ct_elf_close(elf);
	}
	free(info);
}

/* "small" with .comment replaced by stored bytes, at the end of the file. */
static uint8_t *replace_comment(uint32_t type, uint64_t inflated,
				const void *stream, size_t stream_size,
				size_t *size)
{
	struct ct_elf *elf = open_file("small");
	size_t index;
	assert_non_null(ct_elf_find_section(elf, ".comment", &index));
	ct_elf_close(elf);

	uint8_t *file = read_file("small", size);
	Elf64_Chdr compression = {.ch_type = type, .ch_size = inflated};
	file = realloc(file, *size + sizeof(compression) + stream_size);
	assert_non_null(file);
	Elf64_Ehdr *header = (void *)file;
	Elf64_Shdr *section =
	    (Elf64_Shdr *)(void *)(file + header->e_shoff) + index;
	section->sh_flags |= SHF_COMPRESSED;
	section->sh_offset = *size;
	section->sh_size = sizeof(compression) + stream_size;
	memcpy(file + *size, &compression, sizeof(compression));
	memcpy(file + *size + sizeof(compression), stream, stream_size);
	*size += section->sh_size;
	return file;
}

static void assert_inflates_to(uint32_t type, const void *stream,
			       size_t stream_size, const void *expected,
			       size_t expected_size)
{
	size_t size;
	uint8_t *file =
	    replace_comment(type, expected_size, stream, stream_size, &size);
	struct edge edge = edge_create(size);
	struct ct_elf *elf;
	assert_null(ct_elf_open_memory("memory", edge_put(&edge, file, size),
				       size, &elf));
	assert_section_is(elf, ".comment", expected, expected_size);
	ct_elf_close(elf);
	edge_destroy(&edge);
	free(file);
}

static void zstd_is_inflated(void **state)
{
	char packed[1024];
	(void)state;
	size_t size =
	    ZSTD_compress(packed, sizeof(packed), program, sizeof(program), 3);
	assert_false(ZSTD_isError(size));
	assert_inflates_to(2, packed, size, program, sizeof(program));
}

static void streams_that_a_partial_link_joined_are_inflated(void **state)
{
	unsigned char packed[1024];
	uLongf first = 600, second = 400;
	(void)state;
	assert_int_equal(compress(packed, &first, (const void *)program, 100),
			 Z_OK);
	assert_int_equal(compress(packed + first, &second,
				  (const void *)(program + 100),
				  sizeof(program) - 100),
			 Z_OK);
	assert_inflates_to(ELFCOMPRESS_ZLIB, packed, first + second, program,
			   sizeof(program));
}

static void assert_inflating_fails(uint32_t type, uint64_t inflated,
				   const void *stream, size_t stream_size,
				   enum ct_error_code code, const char *why)
{
	size_t size, index, data_size;
	const void *data;
	struct ct_elf *elf;
	uint8_t *file =
	    replace_comment(type, inflated, stream, stream_size, &size);
	assert_null(ct_elf_open_memory("memory", file, size, &elf));
	assert_non_null(ct_elf_find_section(elf, ".comment", &index));
	assert_fails(ct_elf_section_data(elf, index, &data, &data_size), code,
		     "memory: section", why);
	ct_elf_close(elf);
	free(file);
}

static void damaged_compression_is_reported(void **state)
{
	unsigned char packed[1024];
	uLongf size = sizeof(packed);
	(void)state;
	assert_int_equal(
	    compress(packed, &size, (const void *)program, sizeof(program)),
	    Z_OK);
	/* Bombs. */
	assert_inflating_fails(ELFCOMPRESS_ZLIB, UINT64_C(5) << 30, packed,
			       size, CT_ERROR_BAD_DATA, "claims");
	assert_inflating_fails(2, UINT64_MAX, packed, size, CT_ERROR_BAD_DATA,
			       "claims");
	assert_inflating_fails(ELFCOMPRESS_ZLIB, 1101 * (size + 1), packed,
			       size, CT_ERROR_BAD_DATA, "claims");
	/* Cut, longer than said, another format, an unknown one. */
	assert_inflating_fails(ELFCOMPRESS_ZLIB, sizeof(program), packed,
			       size - 20, CT_ERROR_BAD_DATA, "damaged");
	assert_inflating_fails(ELFCOMPRESS_ZLIB, sizeof(program) + 1, packed,
			       size, CT_ERROR_BAD_DATA, "damaged");
	assert_inflating_fails(2, sizeof(program), packed, size,
			       CT_ERROR_BAD_DATA, "zstd");
	size_t packed_size =
	    ZSTD_compress(packed, sizeof(packed), program, sizeof(program), 3);
	assert_inflating_fails(2, sizeof(program) + 1, packed, packed_size,
			       CT_ERROR_BAD_DATA, "inflates to");
	assert_inflating_fails(77, sizeof(program), packed, size,
			       CT_ERROR_UNSUPPORTED, "77");
}

/* What the file holds stays in it: read all; errors are fine, crashes not. */
static void read_all(const char *name, const void *data, size_t size)
{
	struct ct_elf *elf;
	struct ct_error *err = ct_elf_open_memory(name, data, size, &elf);
	if (err) {
		assert_non_null(strstr(ct_error_message(err), name));
		ct_error_destroy(err);
		return;
	}
	for (size_t i = 0; i < ct_elf_section_count(elf); i++) {
		const void *bytes;
		size_t bytes_size;
		assert_non_null(ct_elf_section(elf, i)->name);
		ct_elf_find_section(elf, ct_elf_section(elf, i)->name, NULL);
		err = ct_elf_section_data(elf, i, &bytes, &bytes_size);
		if (!err && bytes_size) {
			volatile uint8_t last =
			    ((const uint8_t *)bytes)[bytes_size - 1];
			(void)last;
		}
		ct_error_destroy(err);
	}
	size_t id_size;
	ct_elf_build_id(elf, &id_size);
	ct_elf_close(elf);
}

static void truncated_files_do_no_harm(void **state)
{
	size_t size;
	(void)state;
	run("objcopy --compress-debug-sections=zlib small packed");
	uint8_t *file = read_file("packed", &size);
	struct edge edge = edge_create(size);
	for (size_t cut = 0; cut < size; cut += 64)
		read_all("cut", edge_put(&edge, file, cut), cut);

	/* The section headers stand at the end. */
	assert_memory_fails(edge_put(&edge, file, size - 1), size - 1,
			    CT_ERROR_BAD_DATA, "cut off");
	edge_destroy(&edge);
	free(file);
}

static void flip_each_byte(struct edge *edge, uint8_t *file, size_t size,
			   size_t from, size_t to)
{
	static const uint8_t masks[] = {0x01, 0x80, 0xff};
	uint8_t *at = edge_put(edge, file, size);
	for (size_t i = from; i < to; i++)
		for (size_t k = 0; k < sizeof(masks); k++) {
			at[i] = file[i] ^ masks[k];
			read_all("flipped", at, size);
			at[i] = file[i];
		}
}

static void damaged_headers_do_no_harm(void **state)
{
	size_t size;
	(void)state;
	run("objcopy --compress-debug-sections=zlib-gnu small packed");
	uint8_t *file = read_file("packed", &size);
	const Elf64_Ehdr *header = (void *)file;
	struct edge edge = edge_create(size);
	flip_each_byte(&edge, file, size, 0, sizeof(*header));
	flip_each_byte(&edge, file, size, header->e_phoff,
		       header->e_phoff + header->e_phnum * sizeof(Elf64_Phdr));
	flip_each_byte(&edge, file, size, header->e_shoff,
		       header->e_shoff + header->e_shnum * sizeof(Elf64_Shdr));
	edge_destroy(&edge);
	free(file);
}

static void wrong_counts_and_indexes_are_reported(void **state)
{
	size_t size;
	uint8_t *file = read_file("small", &size);
	Elf64_Ehdr *header = (void *)file;
	const Elf64_Ehdr good = *header;
	Elf64_Shdr *sections = (void *)(file + header->e_shoff);
	(void)state;

	header->e_shnum = 0xfeff;
	assert_memory_fails(file, size, CT_ERROR_BAD_DATA, "section headers");
	*header = good;
	/* The true count is then that of the first header. */
	header->e_shnum = 0;
	sections[0].sh_size = UINT64_MAX / 64;
	assert_memory_fails(file, size, CT_ERROR_BAD_DATA, "invalid");
	*header = good;
	header->e_phnum = 0xfff0;
	assert_memory_fails(file, size, CT_ERROR_BAD_DATA, "program headers");
	*header = good;
	header->e_shstrndx = header->e_shnum;
	assert_memory_fails(file, size, CT_ERROR_BAD_DATA, "name table");
	*header = good;
	sections[1].sh_name = 0x7fffffff;
	assert_memory_fails(file, size, CT_ERROR_BAD_DATA, "section 1");
	sections[1].sh_name = 0;
	Elf64_Shdr *names = &sections[header->e_shstrndx];
	file[names->sh_offset + names->sh_size - 1] = 'x';
	assert_memory_fails(file, size, CT_ERROR_BAD_DATA, "name table");
	free(file);
}

static void a_file_without_sections_opens(void **state)
{
	size_t size, id_size;
	uint8_t *file = read_file("small", &size);
	Elf64_Ehdr *header = (void *)file;
	struct ct_elf *elf;
	(void)state;
	header->e_shoff = 0;
	header->e_shnum = header->e_shstrndx = 0;
	assert_null(ct_elf_open_memory("memory", file, size, &elf));
	assert_int_equal(ct_elf_section_count(elf), 0);
	assert_int_equal(ct_elf_segment_count(elf), header->e_phnum);
	/* Its notes are still in a segment. */
	assert_non_null(ct_elf_build_id(elf, &id_size));
	assert_int_equal(id_size, 20);
	ct_elf_close(elf);
	free(file);
}

static void a_message_is_one_line_whatever_a_name_holds(void **state)
{
	size_t size, index;
	uint8_t *file = read_file("small", &size);
	struct ct_elf *elf;
	(void)state;
	assert_null(ct_elf_open_memory("memory", file, size, &elf));
	const struct ct_section *section =
	    ct_elf_find_section(elf, ".comment", &index);
	assert_non_null(section);
	file[(const uint8_t *)section->name - file] = '\n';
	struct ct_section_label label = ct_elf_section_label(elf, index);
	assert_non_null(strstr(label.text, "(?comment)"));
	ct_elf_close(elf);
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sections_are_those_of_readelf),
	    cmocka_unit_test(build_id_is_that_of_readelf),
	    cmocka_unit_test(what_is_no_elf_file_is_refused),
	    cmocka_unit_test(other_machines_are_unsupported),
	    cmocka_unit_test(sections_are_inflated),
	    cmocka_unit_test(zstd_is_inflated),
	    cmocka_unit_test(streams_that_a_partial_link_joined_are_inflated),
	    cmocka_unit_test(damaged_compression_is_reported),
	    cmocka_unit_test(truncated_files_do_no_harm),
	    cmocka_unit_test(damaged_headers_do_no_harm),
	    cmocka_unit_test(wrong_counts_and_indexes_are_reported),
	    cmocka_unit_test(a_file_without_sections_opens),
	    cmocka_unit_test(a_message_is_one_line_whatever_a_name_holds),
	};
	return cmocka_run_group_tests_name("elf", tests, setup,
					   scratch_teardown);
}

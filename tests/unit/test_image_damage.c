/* SPDX-License-Identifier: MIT */
/* Images that are cut, flipped or made to lie: an error, never a crash. */
#include <elf.h>

#include "image_fixture.h"

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

/* The stripped program in memory, to be damaged. */
struct victim {
	uint8_t *file;
	size_t size;
	Elf64_Shdr *sections;
	size_t section_count;
};

static struct victim victim_create(void)
{
	struct victim victim;
	run("strip -o bare prog");
	victim.file = read_file("bare", &victim.size);
	/* Room for more: realloc would move the section headers. */
	victim.file = realloc(victim.file, victim.size + 65536);
	assert_non_null(victim.file);
	memset(victim.file + victim.size, 0, 65536);
	const Elf64_Ehdr *header = (void *)victim.file;
	victim.sections = (void *)(victim.file + header->e_shoff);
	victim.section_count = header->e_shnum;
	return victim;
}

static Elf64_Shdr *section_of(const struct victim *victim, uint32_t type)
{
	for (size_t i = 1; i < victim->section_count; i++)
		if (victim->sections[i].sh_type == type)
			return &victim->sections[i];
	fail_msg("no section of type %x", type);
	return NULL;
}

static void *bytes_of(const struct victim *victim, uint32_t type)
{
	return victim->file + section_of(victim, type)->sh_offset;
}

static void assert_damage(struct ct_error *err, const char *why)
{
	assert_non_null(err);
	if (ct_error_code(err) != CT_ERROR_BAD_DATA ||
	    !strstr(ct_error_message(err), "victim: ") ||
	    !strstr(ct_error_message(err), why))
		fail_msg("%s", ct_error_message(err));
	ct_error_destroy(err);
}

static void assert_open_fails(struct victim *victim, const char *why)
{
	struct ct_image *image = NULL;
	assert_damage(
	    ct_image_open_memory("victim", victim->file, victim->size, &image),
	    why);
	assert_null(image);
	free(victim->file);
}

/* Opening succeeds; looking at symbols fails, and fails again. */
static void assert_symbols_fail(struct victim *victim, const char *why)
{
	struct ct_image *image;
	size_t count;
	const struct ct_symbol *const *symbols;
	const struct ct_symbol *symbol;
	assert_null(
	    ct_image_open_memory("victim", victim->file, victim->size, &image));
	assert_damage(ct_image_symbols_named(image, "puts", &count, &symbols),
		      why);
	assert_damage(ct_image_symbols(image, &count, &symbols), why);
	assert_damage(ct_image_symbol_at(image, 1, &symbol), why);
	ct_image_close(image);
	free(victim->file);
}

static void assert_slots_fail(struct victim *victim, const char *why)
{
	struct ct_image *image;
	size_t count;
	const struct ct_slot *slots;
	assert_null(
	    ct_image_open_memory("victim", victim->file, victim->size, &image));
	assert_damage(ct_image_slots(image, &count, &slots), why);
	assert_damage(ct_image_slots(image, &count, &slots), why);
	ct_image_close(image);
	free(victim->file);
}

static void damaged_symbols_are_reported(void **state)
{
	(void)state;
	struct victim victim = victim_create();
	((Elf64_Sym *)bytes_of(&victim, SHT_DYNSYM))[1].st_name = 0x7fffffff;
	assert_symbols_fail(&victim, "symbol 1");

	victim = victim_create();
	section_of(&victim, SHT_DYNSYM)->sh_entsize = 16;
	assert_symbols_fail(&victim, "16 bytes");

	victim = victim_create();
	section_of(&victim, SHT_DYNSYM)->sh_size = victim.size;
	assert_symbols_fail(&victim, "outside the file");

	victim = victim_create();
	section_of(&victim, SHT_GNU_versym)->sh_size = 4;
	assert_symbols_fail(&victim, "fewer versions");

	victim = victim_create();
	((Elf64_Verneed *)bytes_of(&victim, SHT_GNU_verneed))->vn_aux = 77777;
	assert_symbols_fail(&victim, "versions");

	/* A chain that goes round within its section. */
	victim = victim_create();
	Elf64_Vernaux *aux =
	    (void *)((Elf64_Verneed *)bytes_of(&victim, SHT_GNU_verneed) + 1);
	aux->vna_next = 0xfffffff0;
	assert_symbols_fail(&victim, "versions");
}

/* Names that overlap, each nearly as long as the table: comparing them all
 * would take minutes. */
static void endless_names_are_no_names(void **state)
{
	enum {
		NAMES = 60000
	};
	struct ct_image *image;
	size_t count;
	const struct ct_symbol *const *symbols;
	(void)state;
	struct victim victim = victim_create();
	Elf64_Shdr *strings = section_of(&victim, SHT_STRTAB);
	Elf64_Shdr *table = section_of(&victim, SHT_DYNSYM);
	strings->sh_offset = victim.size;
	strings->sh_size = NAMES;
	memset(victim.file + victim.size, 'a', NAMES - 1);
	memcpy(victim.file + victim.size, "\0short", 7);
	victim.size += 65536;
	/* The dynamic section has its names there too. */
	section_of(&victim, SHT_DYNAMIC)->sh_type = SHT_PROGBITS;
	section_of(&victim, SHT_GNU_versym)->sh_type = SHT_PROGBITS;
	Elf64_Sym *symbol = (void *)(victim.file + table->sh_offset);
	table->sh_size = 3 * sizeof(*symbol);
	symbol[1] = symbol[2] = (Elf64_Sym){
	    .st_name = 1,
	    .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
	};
	symbol[2].st_name = 7;
	assert_null(
	    ct_image_open_memory("victim", victim.file, victim.size, &image));
	assert_null(ct_image_symbols(image, &count, &symbols));
	/* Entry 1; entry 2 is the endless one. */
	assert_int_equal(count, 1);
	assert_string_equal(symbols[0]->name, "short");
	ct_image_close(image);
	free(victim.file);
}

static void damaged_strings_are_reported(void **state)
{
	(void)state;
	struct victim victim = victim_create();
	/* The first string table is .dynstr. */
	Elf64_Shdr *strings = section_of(&victim, SHT_STRTAB);
	victim.file[strings->sh_offset + strings->sh_size - 1] = 'x';
	assert_open_fails(&victim, "no terminating zero");

	victim = victim_create();
	((Elf64_Dyn *)bytes_of(&victim, SHT_DYNAMIC))->d_un.d_val = 1u << 31;
	assert_open_fails(&victim, "dynamic section");

	victim = victim_create();
	/* .interp comes first of all. */
	victim.file[victim.sections[1].sh_offset + victim.sections[1].sh_size -
		    1] = 'x';
	assert_open_fails(&victim, "PT_INTERP");
}

static void damaged_relocations_are_reported(void **state)
{
	(void)state;
	struct victim victim = victim_create();
	Elf64_Rela *relocation = bytes_of(&victim, SHT_RELA);
	relocation->r_info = ELF64_R_INFO(0x7fffffff, R_X86_64_GLOB_DAT);
	assert_slots_fail(&victim, "symbol 2147483647");

	/* Sections that overlap; R_X86_64_NONE is zero. */
	victim = victim_create();
	size_t zeros = victim.size;
	victim.size += 65536;
	for (size_t i = 1; i < victim.section_count; i++)
		if (victim.sections[i].sh_type == SHT_RELA) {
			victim.sections[i].sh_offset = zeros;
			victim.sections[i].sh_size = 65520;
		}
	assert_slots_fail(&victim, "more relocations");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(truncated_files_do_no_harm),
	    cmocka_unit_test(damaged_tables_do_no_harm),
	    cmocka_unit_test(lying_tables_are_reported),
	    cmocka_unit_test(damaged_symbols_are_reported),
	    cmocka_unit_test(endless_names_are_no_names),
	    cmocka_unit_test(damaged_strings_are_reported),
	    cmocka_unit_test(damaged_relocations_are_reported),
	};
	return cmocka_run_group_tests_name("image_damage", tests, image_setup,
					   scratch_teardown);
}

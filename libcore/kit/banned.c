/* SPDX-License-Identifier: MIT */
/*
 * BAN_FUNCS(): which of the functions does the program use?
 *
 * Its file tells which it takes from elsewhere, but not who calls them, and
 * the tests may: as the reference looks into the object file of the code under
 * test alone.  So, on x86-64, the references are searched for: code that reads
 * a function's slot, which may be a stub of the PLT, and code that calls that
 * stub.  Those in the kit (a section of its own, see Makefile) and in files
 * that include CTester.h (which marks its ends) do not count.  Elsewhere, each
 * function that the program takes counts.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CTester/CTester.h"
#include "kit/reals.h"
#include "kit/sandbox.h"
#include "kit/symbols.h"

#define STUBS_MAX 4

static char *banned;
static struct ctester_own_code own_code;
static char used[1000];

/* One function as the code may refer to it; addresses are the file's. */
struct target {
	uint64_t slot;
	uint64_t stubs[STUBS_MAX];
	unsigned int stub_count;
};

static bool is_own(uint64_t address)
{
	uintptr_t at = ctester_symbols_bias() + address;
	if (ctester_symbols_in_kit(at))
		return true;
	/* Pairs of offsets from where they stand. */
	for (const int32_t *pair = own_code.begin; pair < own_code.end;
	     pair += 2) {
		uintptr_t begin = (uintptr_t)pair + (uintptr_t)(long)pair[0];
		uintptr_t end =
		    (uintptr_t)(pair + 1) + (uintptr_t)(long)pair[1];
		if (at >= begin && at < end)
			return true;
	}
	return false;
}

static bool is_stub_section(const struct ctester_elf *elf,
			    const ElfW(Shdr) * section)
{
	const ElfW(Ehdr) *head = (const void *)elf->bytes;
	if (head->e_shstrndx >= elf->count)
		return false;
	const ElfW(Shdr) *names = &elf->sections[head->e_shstrndx];
	const char *text = ctester_elf_data(elf, names);
	return text && section->sh_name + 4 < names->sh_size &&
	       memcmp(text + section->sh_name, ".plt", 4) == 0;
}

static void add_stub(struct target *target, uint64_t address)
{
	if (target->stub_count == STUBS_MAX)
		return;
	target->stubs[target->stub_count++] = address;
}

static bool is_stub(const struct target *target, uint64_t address)
{
	for (unsigned int i = 0; i < target->stub_count; i++)
		/* An endbr64, and a prefix of the jump, come before it. */
		if (address <= target->stubs[i] &&
		    target->stubs[i] - address < 8)
			return true;
	return false;
}

/* The 32 bits at an offset, and what they are relative to. */
static uint64_t relative(const unsigned char *bytes, uint64_t offset,
			 uint64_t address)
{
	int32_t value;
	memcpy(&value, bytes + offset, sizeof(value));
	return address + offset + 4 + (uint64_t)(int64_t)value;
}

/* Jumps through the slot, in a section of stubs: ff 25, and its address. */
static void find_stubs(const unsigned char *bytes, const ElfW(Shdr) * section,
		       struct target *target)
{
	for (uint64_t i = 2; i + 4 <= section->sh_size; i++)
		if (bytes[i - 2] == 0xff && bytes[i - 1] == 0x25 &&
		    relative(bytes, i, section->sh_addr) == target->slot)
			add_stub(target, section->sh_addr + i - 2);
}

static bool refers(const unsigned char *bytes, uint64_t i,
		   const ElfW(Shdr) * section, const struct target *target)
{
	uint64_t to = relative(bytes, i, section->sh_addr);
	uint32_t absolute;
	if (to == target->slot || is_stub(target, to))
		return true;
	memcpy(&absolute, bytes + i, sizeof(absolute));
	return is_stub(target, absolute);
}

static bool is_used_in(const unsigned char *bytes, const ElfW(Shdr) * section,
		       const struct target *target)
{
	for (uint64_t i = 0; i + 4 <= section->sh_size; i++)
		if (refers(bytes, i, section, target) &&
		    !is_own(section->sh_addr + i))
			return true;
	return false;
}

typedef bool visit_fn(const unsigned char *bytes, const ElfW(Shdr) * section,
		      bool stubs, struct target *target);

static bool visit_code(const struct ctester_elf *elf, visit_fn *visit,
		       struct target *target)
{
	for (unsigned int i = 0; i < elf->count; i++) {
		const ElfW(Shdr) *section = &elf->sections[i];
		const unsigned char *bytes = ctester_elf_data(elf, section);
		if (bytes && section->sh_flags & SHF_EXECINSTR &&
		    visit(bytes, section, is_stub_section(elf, section),
			  target))
			return true;
	}
	return false;
}

static bool visit_stubs(const unsigned char *bytes, const ElfW(Shdr) * section,
			bool stubs, struct target *target)
{
	if (stubs)
		find_stubs(bytes, section, target);
	return false;
}

static bool visit_others(const unsigned char *bytes, const ElfW(Shdr) * section,
			 bool stubs, struct target *target)
{
	return !stubs && is_used_in(bytes, section, target);
}

#ifdef __x86_64__
/* Through one of its relocations. */
static bool is_used_by(const struct ctester_elf *elf, const ElfW(Rela) * rela)
{
	switch (ELF64_R_TYPE(rela->r_info)) {
	case R_X86_64_JUMP_SLOT:
	case R_X86_64_GLOB_DAT: {
		struct target target = {.slot = rela->r_offset};
		visit_code(elf, visit_stubs, &target);
		return visit_code(elf, visit_others, &target);
	}
	case R_X86_64_64: /* a pointer in data */
		return ctester_symbols_bias() + rela->r_offset -
			   (uintptr_t)&ctester_reals >=
		       sizeof(ctester_reals);
	default:
		return false;
	}
}

static bool is_used(const struct ctester_elf *elf, size_t symbol)
{
	for (unsigned int i = 0; i < elf->count; i++) {
		const ElfW(Shdr) *section = &elf->sections[i];
		const ElfW(Rela) *list = section->sh_type == SHT_RELA
					     ? ctester_elf_data(elf, section)
					     : NULL;
		size_t count = list ? section->sh_size / sizeof(*list) : 0;
		for (size_t j = 0; j < count; j++)
			if (ELF64_R_SYM(list[j].r_info) == symbol &&
			    is_used_by(elf, &list[j]))
				return true;
	}
	return false;
}
#else
static bool is_used(const struct ctester_elf *elf, size_t symbol)
{
	(void)elf, (void)symbol, (void)visit_code;
	(void)visit_stubs, (void)visit_others;
	return true;
}
#endif

/* Also as <stdio.h> and its like redirect it, when they are asked to check. */
static bool is_name(const char *name, const char *of, size_t length)
{
	static const char *const before[] = {"", "__", "__isoc99_",
					     "__isoc23_"};
	static const char *const after[] = {"", "_chk", "64", "_2", "64_2"};
	for (size_t i = 0; i < 4; i++) {
		size_t skip = strlen(before[i]);
		if (strncmp(name, before[i], skip) ||
		    strncmp(name + skip, of, length))
			continue;
		for (size_t j = 0; j < 5; j++)
			if (strcmp(name + skip + length, after[j]) == 0)
				return true;
	}
	return false;
}

static bool is_taken(const struct ctester_elf *elf, const char *of,
		     size_t length)
{
	struct ctester_elf_symbols symbols;
	if (!ctester_elf_symbols(elf, SHT_DYNSYM, &symbols))
		return false;
	for (size_t i = 0; i < symbols.count; i++) {
		const ElfW(Sym) *symbol = &symbols.list[i];
		if (symbol->st_shndx == SHN_UNDEF &&
		    is_name(ctester_elf_name(&symbols, symbol), of, length) &&
		    is_used(elf, i))
			return true;
	}
	return false;
}

static void look(const struct ctester_elf *elf)
{
	static const char between[] = ", \t\n";
	const char *name = banned + strspn(banned, between);
	while (*name) {
		size_t length = strcspn(name, between), at = strlen(used);
		if (is_taken(elf, name, length))
			snprintf(used + at, sizeof(used) - at, "%s%.*s",
				 at ? ", " : "", (int)length, name);
		name += length + strspn(name + length, between);
	}
}

void ctester_ban(const char *names, struct ctester_own_code own)
{
	struct ctester_elf elf;
	free(banned);
	banned = strdup(names);
	own_code = own;
	used[0] = '\0';
	if (!banned || !ctester_elf_open(&elf))
		return;
	struct ctester_elf_symbols symbols;
	if (!ctester_elf_symbols(&elf, SHT_DYNSYM, &symbols) && *banned)
		fprintf(stderr,
			"ctester: BAN_FUNCS(%s): in a static program "
			"nobody can tell\n",
			banned);
	look(&elf);
	ctester_elf_close(&elf);
}

const char *ctester_banned_used(void)
{
	return used[0] ? used : NULL;
}
